-- Some signals of a car over a span of time, gathered into buckets: lowest, highest and mean of the minutes in each.
-- A signal says in which group of aggregates it is; positions are in none.
with minutes as (
    select wanted.signal, told.bucket_at, told.told
    from published.aggregated_signals as wanted
    cross join lateral (
        select bucket_at, to_jsonb(one) as told from published.driving_by_minute as one
        where wanted.group_name = 'driving' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
        union all
        select bucket_at, to_jsonb(one) as told from published.engine_by_minute as one
        where wanted.group_name = 'engine' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
        union all
        select bucket_at, to_jsonb(one) as told from published.fuel_by_minute as one
        where wanted.group_name = 'fuel' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
        union all
        select bucket_at, to_jsonb(one) as told from published.low_voltage_by_minute as one
        where wanted.group_name = 'low_voltage' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
        union all
        select bucket_at, to_jsonb(one) as told from published.service_by_minute as one
        where wanted.group_name = 'service' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
        union all
        select bucket_at, to_jsonb(one) as told from published.traction_by_minute as one
        where wanted.group_name = 'traction' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
        union all
        select bucket_at, to_jsonb(one) as told from published.wheels_by_minute as one
        where wanted.group_name = 'wheels' and vehicle_id = %(vehicle_id)s and bucket_at between %(from_at)s and %(to_at)s
    ) as told
    where wanted.signal = any(%(signals)s)
      and not wanted.is_total
)
select signal,
       extract(epoch from date_bin(%(width)s, bucket_at, %(from_at)s) + %(width)s / 2)::float8 as at_s,
       min((told ->> (signal || '_min'))::float8) as low,
       max((told ->> (signal || '_max'))::float8) as high,
       avg((told ->> (signal || '_mean'))::float8) as mean
from minutes
where told ->> (signal || '_mean') is not null
group by 1, 2
order by 1, 2
