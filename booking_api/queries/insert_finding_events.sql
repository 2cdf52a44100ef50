-- Of findings as the stream tells them; again changes nothing. A car that is not enrolled is passed over.
insert into booking.events (occurred_at, kind, finding_id, vehicle_id, owner_id, data)
select told.occurred_at, told.kind, told.finding_id, vehicle.vehicle_id, owned.owner_id,
       jsonb_build_object('severity', told.severity)
from unnest(
    %(occurred_at)s::timestamptz[], %(kinds)s::text[], %(finding_ids)s::uuid[], %(vins)s::text[], %(severities)s::integer[]
) with ordinality as told (occurred_at, kind, finding_id, vin, severity, place)
join published.vehicles as vehicle on vehicle.vin = told.vin
left join published.vehicle_owners as owned using (vehicle_id)
order by told.place
on conflict (finding_id, kind, occurred_at) where finding_id is not null do nothing
