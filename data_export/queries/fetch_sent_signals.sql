-- The names of the signals that these cars have ever sent; a single null where one has samples and no latest state.
select distinct sent.name
from published.latest_state as state
cross join lateral jsonb_object_keys(state."values") as sent(name)
where state.vehicle_id = any(%(vehicle_ids)s::bigint[])
union all
select null
where exists (
    select from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
    where not exists (select from published.latest_state as state where state.vehicle_id = car.vehicle_id)
      and exists (select from published.samples as sample where sample.vehicle_id = car.vehicle_id))
