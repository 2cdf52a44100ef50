-- The day of a transfer is the next owner's, or where there is none still this owner's.
select owned.vehicle_id, vehicle.vin, owned.since::timestamptz as from_at,
       case
           when owned.until is null then %(now)s
           when exists (
               select from vehicles.ownerships as other
               where other.vehicle_id = owned.vehicle_id and other.since = owned.until
                 and other.owner_id <> owned.owner_id
           ) then owned.until::timestamptz
           else least((owned.until + 1)::timestamptz, %(now)s)
       end as to_at
from vehicles.ownerships as owned
join vehicles.vehicles as vehicle using (vehicle_id)
where owned.owner_id = %(owner_id)s
order by owned.vehicle_id, owned.since
