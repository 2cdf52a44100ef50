-- Those of the named rows that may still be driven again; nobody else drives them meanwhile.
select quarantine_id, vin, topic, content_type, reason, boot_id, sequence, received_at, payload
from telemetry.quarantine
where quarantine_id = any(%(quarantine_ids)s) and redriven_at is null and disposition = 'quarantined'
order by quarantine_id
for update
