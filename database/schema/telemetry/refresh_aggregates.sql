-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.refresh_aggregates(step text, vehicle_ids bigint[], from_ats timestamp with time zone[], to_ats timestamp with time zone[]) RETURNS void
    LANGUAGE plpgsql
    SET jit TO 'off'
    AS $_$
declare
    instant constant text := case step when 'minute' then 'recorded_at' else 'bucket_at' end;
    within constant text := 'using unnest($1, $2, $3) as span (vehicle_id, from_at, to_at) '
        'where old.vehicle_id = span.vehicle_id and old.bucket_at >= span.from_at and old.bucket_at < span.to_at';
    joined constant text := format(
        E'\njoin unnest($1, $2, $3) as span (vehicle_id, from_at, to_at) on source.vehicle_id = span.vehicle_id '
        'and source.%1$I >= span.from_at and source.%1$I < span.to_at', instant);
    wanted text;
    target text;
begin
    for wanted in select distinct group_name from telemetry.aggregated_signals order by group_name loop
        target := wanted || '_by_' || step;
        execute format('delete from telemetry.%I as old %s', target, within) using vehicle_ids, from_ats, to_ats;
        execute format('insert into telemetry.%I %s', target, telemetry.aggregate_query(
            wanted, step, format('date_bin(''1 %s'', %%s, ''epoch'')', step), joined))
        using vehicle_ids, from_ats, to_ats;
    end loop;
end
$_$;
