-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.create_aggregates(wanted text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    on_timescale constant boolean := (select value <> '' from database.facts where name = 'timescaledb');
    step text;
begin
    foreach step in array array['minute', 'hour', 'day'] loop
        if on_timescale then
            perform telemetry.create_continuous_aggregate(wanted, step);
        else
            perform telemetry.create_aggregate_table(wanted, step);
        end if;
        execute format(E'create or replace view published.%1$I as\nselect vehicle_id, bucket_at, %2$s\n'
                       'from telemetry.%1$I', wanted || '_by_' || step, telemetry.published_aggregate_columns(wanted));
        execute format('grant select on published.%I to servicelane_reader', wanted || '_by_' || step);
    end loop;
end
$_$;
