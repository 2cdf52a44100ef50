-- What the migrations make, for reading. Written by a program: do not edit.

CREATE FUNCTION telemetry.create_aggregate_table(wanted text, step text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    target constant text := wanted || '_by_' || step;
begin
    execute format('create table if not exists telemetry.%I as %s with no data', target,
                   telemetry.aggregate_query(wanted, step, format('date_bin(''1 %s'', %%s, ''epoch'')', step), ''));
    if not exists (select from pg_constraint
                   where conrelid = format('telemetry.%I', target)::regclass and contype = 'p') then
        execute format('alter table telemetry.%I add primary key (vehicle_id, bucket_at)', target);
    end if;
    execute format('grant select, insert, delete on telemetry.%I to servicelane_ingest', target);
end
$$;
