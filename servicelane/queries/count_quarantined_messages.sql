-- Frames of these boots that are withheld in the quarantine, each message once. What was driven again is stored.
select vin, boot_id::text as boot_id, sequence, max(frames) as frames
from published.quarantine
join published.redrives using (quarantine_id)
where frames > 0 and redriven_at is null and boot_id = any(%(boot_ids)s::uuid[])
group by vin, boot_id, sequence
