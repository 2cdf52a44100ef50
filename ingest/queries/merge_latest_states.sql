-- What is staged is settled against what is known: of each signal the later value counts, of two of one instant the staged
-- one. Where the same signals come again, and all of them later than anything known, nothing needs to be compared.
insert into telemetry.latest_state as known
    (vehicle_id, last_recorded_at, last_received_at, clock_quality, signals, signal_ids, signal_values, signal_at_ms)
select vehicle_id, last_recorded_at, last_received_at, clock_quality, signals, signal_ids, signal_values, signal_at_ms
from pg_temp.staging_latest
order by vehicle_id
on conflict (vehicle_id) do update
set last_recorded_at = greatest(known.last_recorded_at, excluded.last_recorded_at),
    last_received_at = greatest(known.last_received_at, excluded.last_received_at),
    clock_quality = case
        when excluded.last_recorded_at < known.last_recorded_at then known.clock_quality
        else excluded.clock_quality
    end,
    signals = case
        when excluded.signals = '{}' then known.signals
        else known.signals || (
            select coalesce(jsonb_object_agg(name, entry), '{}')
            from jsonb_each(excluded.signals) as fresh (name, entry)
            where (entry ->> 1)::bigint >= coalesce((known.signals -> name ->> 1)::bigint, 0)
        )
    end,
    (signal_ids, signal_values, signal_at_ms) = (
        select case when all_later then excluded.signal_ids else settled.ids end,
               case when all_later then excluded.signal_values else settled.values end,
               case when all_later then excluded.signal_at_ms else settled.at_ms end
        from (
            select known.signal_ids = excluded.signal_ids
                and (extract(epoch from known.last_recorded_at) * 1000)::bigint <= all (excluded.signal_at_ms)
                as all_later
            offset 0
        ) as compared
        cross join lateral (
            select array_agg(signal_id order by signal_id) as ids, array_agg(value order by signal_id) as values,
                   array_agg(at_ms order by signal_id) as at_ms
            from (
                select distinct on (signal_id) signal_id, value, at_ms
                from (
                    select signal_id, value, at_ms, false as is_staged
                    from unnest(known.signal_ids, known.signal_values, known.signal_at_ms)
                        as number (signal_id, value, at_ms)
                    union all
                    select signal_id, value, at_ms, true
                    from unnest(excluded.signal_ids, excluded.signal_values, excluded.signal_at_ms)
                        as number (signal_id, value, at_ms)
                ) as either
                where not all_later
                order by signal_id, at_ms desc, is_staged desc
            ) as latest
        ) as settled
    )
