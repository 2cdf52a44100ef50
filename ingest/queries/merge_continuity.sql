-- Adds the staged messages to what is known of their boots; names the boots whose row has grown long. The range of the
-- highest sequence there can be has no end.
with merged as (
    insert into telemetry.continuity as known
        (vehicle_id, boot_id, boot_number, stored, set_aside, repeats, first_recorded_at, last_recorded_at,
         last_received_at, least_delay_seconds)
    select vehicle_id, boot_id, max(boot_number),
           coalesce(range_agg(numbers) filter (where not set_aside), '{}'),
           coalesce(range_agg(numbers) filter (where set_aside), '{}'),
           count(*) filter (where repeated),
           min(recorded_from) filter (where not set_aside),
           max(recorded_to) filter (where not set_aside),
           max(received_at),
           min(extract(epoch from received_at - recorded_to)) filter (where not set_aside)
    from pg_temp.staging_messages
    cross join lateral int8range(sequence, nullif(sequence, 9223372036854775807) + 1) as numbers
    group by vehicle_id, boot_id
    order by vehicle_id, boot_id
    on conflict (vehicle_id, boot_id) do update
    set boot_number = greatest(known.boot_number, excluded.boot_number),
        stored = known.stored + excluded.stored,
        set_aside = known.set_aside + excluded.set_aside,
        repeats = known.repeats + excluded.repeats,
        first_recorded_at = least(known.first_recorded_at, excluded.first_recorded_at),
        last_recorded_at = greatest(known.last_recorded_at, excluded.last_recorded_at),
        last_received_at = greatest(known.last_received_at, excluded.last_received_at),
        least_delay_seconds = least(known.least_delay_seconds, excluded.least_delay_seconds)
    returning vehicle_id, boot_id, pg_column_size(known.stored) + pg_column_size(known.set_aside) as bytes
)
select vehicle_id, boot_id from merged where bytes > %(maximum_bytes)s
