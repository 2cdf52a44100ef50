-- What was set aside, the latest first; every filter may be null.
select kept.quarantine_id, kept.vin, kept.reason, kept.disposition, kept.frames, kept.received_at, kept.detail, kept.boot_id,
       kept.sequence, kept.payload_bytes, driven.topic, driven.content_type, driven.attempts, driven.last_attempt_at,
       driven.redriven_at, driven.outcome, driven.redriven_by, driven.clock_offset_ms
from published.quarantine as kept
join published.redrives as driven using (quarantine_id)
where (%(quarantine_ids)s::bigint[] is null or kept.quarantine_id = any(%(quarantine_ids)s))
  and (%(vin)s::text is null or kept.vin = %(vin)s)
  and (%(reason)s::text is null or kept.reason = %(reason)s)
  and (%(since)s::timestamptz is null or kept.received_at >= %(since)s)
  and (%(boot_id)s::uuid is null or kept.boot_id = %(boot_id)s)
  and (%(sequence)s::bigint is null or kept.sequence = %(sequence)s)
  and (%(before_id)s::bigint is null or kept.quarantine_id < %(before_id)s)
  and (not %(waiting)s::boolean or (driven.redriven_at is null and kept.disposition = 'quarantined'))
order by kept.quarantine_id desc
limit %(maximum)s
