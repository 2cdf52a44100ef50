-- Of each query here: the cars in the order in which they are named, each one's rows in the order of time. A lateral join can
-- only be carried out car by car, and a cursor's plan is never parallel, so no sort of the whole is needed or asked for: the
-- first row comes at once, from the index.
select asked.*
from unnest(%(vehicle_ids)s::bigint[]) as car(vehicle_id)
cross join lateral (
    select * from published.samples as sample
    where sample.vehicle_id = car.vehicle_id and sample.recorded_at >= %(from_at)s and sample.recorded_at < %(to_at)s
    order by sample.recorded_at
) as asked
