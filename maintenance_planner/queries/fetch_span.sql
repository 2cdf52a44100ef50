-- The first that is known of a car, and its now: the first reading of the odometer on the newest day that has one.
-- What arrives later within that day changes neither. Without any odometer, now is the newest day's beginning.
select coalesce(first_reading.recorded_at, span.first_at) as first_recorded_at,
       first_reading.odometer_km as first_odometer_km,
       coalesce(day_reading.recorded_at, date_trunc('day', span.last_at)) as now_at,
       day_reading.recorded_at is not null as odometer_known
from (
    select min(recorded_at) as first_at, max(recorded_at) as last_at
    from published.samples
    where vehicle_id = %(vehicle_id)s
) as span
left join lateral (
    select recorded_at, odometer_km
    from published.samples
    where vehicle_id = %(vehicle_id)s and odometer_km is not null
    order by recorded_at
    limit 1
) as first_reading on true
left join lateral (
    select recorded_at
    from published.samples
    where vehicle_id = %(vehicle_id)s and odometer_km is not null
    order by recorded_at desc
    limit 1
) as last_reading on true
left join lateral (
    select recorded_at
    from published.samples
    where vehicle_id = %(vehicle_id)s and odometer_km is not null
      and recorded_at >= date_trunc('day', last_reading.recorded_at)
    order by recorded_at
    limit 1
) as day_reading on true
where span.first_at is not null
