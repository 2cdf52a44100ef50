-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.erase_of_car(car bigint, from_at timestamp with time zone, to_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
declare
    target text;
    step text;
    rows_now bigint;
    erased bigint := 0;
begin
    insert into telemetry.touched (step, vehicle_id, day_at, spans, due_at)
    select 'minute', car, day_at, tstzmultirange(tstzrange(day_at, day_at + interval '24 hours')), now()
    from (
        select distinct date_bin('1 day', recorded_at, 'epoch') as day_at
        from telemetry.samples
        where vehicle_id = car and recorded_at >= from_at and recorded_at < to_at
    ) as days
    on conflict on constraint touched_pkey do update
    set spans = touched.spans + excluded.spans, due_at = excluded.due_at, touched_at = clock_timestamp();

    foreach target in array array[
        'samples', 'positions', 'events', 'dtc_reports', 'command_results', 'sample_collisions'
    ] loop
        execute format(
            'delete from telemetry.%I where vehicle_id = $1 and recorded_at >= $2 and recorded_at < $3', target
        ) using car, from_at, to_at;
        get diagnostics rows_now = row_count;
        erased := erased + rows_now;
    end loop;

    for target in
        select format('%s_by_%s', groups.group_name, steps.step)
        from (select distinct group_name from telemetry.aggregated_signals) as groups
        cross join unnest(array['minute', 'hour', 'day']) as steps (step)
        join pg_class as found
            on found.oid = to_regclass(format('telemetry.%I', format('%s_by_%s', groups.group_name, steps.step)))
        where found.relkind in ('r', 'p')
    loop
        execute format(
            'delete from telemetry.%I where vehicle_id = $1 and bucket_at >= $2 and bucket_at < $3', target
        ) using car, date_bin('1 day', from_at, 'epoch'), to_at;
    end loop;

    delete from telemetry.drops where vehicle_id = car and coalesce(to_recorded_at, to_at) >= from_at;
    delete from telemetry.latest_state where vehicle_id = car and last_recorded_at >= from_at and last_recorded_at < to_at;
    delete from telemetry.quarantine
    using vehicles.vehicles as vehicle
    where vehicle.vehicle_id = car and quarantine.vin = vehicle.vin
      and quarantine.received_at >= from_at and quarantine.received_at < to_at;
    get diagnostics rows_now = row_count;
    return erased + rows_now;
end
$_$;

REVOKE ALL ON FUNCTION telemetry.erase_of_car(car bigint, from_at timestamp with time zone, to_at timestamp with time zone) FROM PUBLIC;
