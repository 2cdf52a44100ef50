-- Frames of these boots that are withheld in the quarantine, each message once.
select vin, boot_id::text as boot_id, sequence, max(frames) as frames
from published.quarantine
where frames > 0 and boot_id = any(%(boot_ids)s::uuid[])
group by vin, boot_id, sequence
