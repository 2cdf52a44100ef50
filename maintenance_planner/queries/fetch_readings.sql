-- The first reading of each of the last 90 days: one look into the index per day, however many samples it holds.
select reading.recorded_at, reading.odometer_km
from generate_series(0, 90) as days_ago
cross join lateral (
    select recorded_at, odometer_km
    from published.samples
    where vehicle_id = %(vehicle_id)s and odometer_km is not null
      and recorded_at >= date_trunc('day', %(now_at)s::timestamptz) - days_ago * interval '1 day'
      and recorded_at < date_trunc('day', %(now_at)s::timestamptz) - (days_ago - 1) * interval '1 day'
    order by recorded_at
    limit 1
) as reading
order by reading.recorded_at
