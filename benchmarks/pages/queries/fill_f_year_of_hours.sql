-- Every week of the year before was like that week.
do $$
declare
    wanted text;
begin
    for wanted in
        select format(
                   'insert into telemetry.%%1$I (bucket_at, %%2$s) '
                   'select bucket_at - week * interval ''7 days'', %%2$s from telemetry.%%1$I, generate_series(1, 51) as week',
                   table_name, string_agg(quote_ident(column_name), ', '))
        from (select distinct group_name || '_by_hour' as table_name from telemetry.aggregated_signals) as hourly
        join information_schema.columns using (table_name)
        where table_schema = 'telemetry' and column_name <> 'bucket_at'
        group by table_name
    loop
        execute wanted;
    end loop;
end
$$
