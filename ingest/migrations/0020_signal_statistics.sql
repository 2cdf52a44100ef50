-- Samples and positions are found by car and instant, never by the value of a signal. ANALYZE sorts tens of thousands of
-- values of each column that it keeps statistics of, for seconds, every time the table has grown by a tenth.
do $$
declare
    place record;
begin
    for place in
        select attrelid::regclass as name,
               string_agg(format('alter column %I set statistics 0', attname), ', ' order by attnum) as actions
        from pg_attribute
        where attrelid in ('telemetry.samples'::regclass, 'telemetry.positions'::regclass)
          and attnum > 0 and not attisdropped and attname not in ('vehicle_id', 'recorded_at')
        group by attrelid
    loop
        execute format('alter table %s %s', place.name, place.actions);
    end loop;
end
$$;
