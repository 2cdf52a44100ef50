-- What of each boot of a car has arrived, the newest boot first. A boot that was heard after a back-up, and had begun before
-- the database was put back from it, may have lost what arrived in between; so may one whose beginning is missing.
select continuity.*,
       (select max(restore.restored_at)
        from published.restores as restore
        where continuity.last_received_at > restore.backup_taken_at
          and (continuity.first_recorded_at < restore.restored_at or continuity.missing @> continuity.known_from)
       ) as restored_at
from published.continuity as continuity
join published.vehicles as vehicle using (vehicle_id)
where vehicle.vin = %(vin)s
order by boot_number desc, last_received_at desc
limit %(maximum)s
