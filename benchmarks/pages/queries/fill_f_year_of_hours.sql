-- Every week of the year before was like that week.
do $$
declare
    wanted text;
begin
    for wanted in select distinct group_name || '_by_hour' from telemetry.aggregated_signals loop
        execute format(
            'insert into telemetry.%%1$I select (jsonb_populate_record(known, jsonb_build_object(''bucket_at'', '
            'known.bucket_at - week * interval ''7 days''))).* from telemetry.%%1$I as known, generate_series(1, 51) as week',
            wanted);
    end loop;
end
$$
