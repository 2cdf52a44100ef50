-- What waits in the quarantine, by reason.
select kept.reason, kept.disposition, count(*) as messages, count(distinct kept.vin) as cars,
       min(kept.received_at) as first_received_at, max(kept.received_at) as last_received_at
from published.quarantine as kept
join published.redrives as driven using (quarantine_id)
where driven.redriven_at is null
group by kept.reason, kept.disposition
order by messages desc, kept.reason
