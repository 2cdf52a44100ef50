-- Boots heard lately of which messages are missing, those that miss most first.
select vehicle.vin, gap.boot_number, gap.missing_messages, gap.last_received_at, gap.is_newest_boot
from published.continuity as gap
join published.vehicles as vehicle using (vehicle_id)
where gap.last_received_at > %(since)s and gap.missing_messages > 0
order by gap.missing_messages desc, vehicle.vin, gap.boot_number
limit %(maximum)s
