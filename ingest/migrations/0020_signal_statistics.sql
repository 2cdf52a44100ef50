-- What is read of the samples is found by car and instant, never by the value of a signal. ANALYZE of these columns sorts
-- tens of thousands of values in each of them, for seconds, every time the table has grown by a tenth.
do $$
begin
    execute (
        select 'alter table telemetry.samples ' || string_agg(format('alter column %I set statistics 0', attname), ', ')
        from pg_attribute
        where attrelid = 'telemetry.samples'::regclass and attnum > 0 and not attisdropped
          and attname not in ('vehicle_id', 'recorded_at', 'received_at', 'stored_at', 'boot_id', 'boot_number', 'sequence',
                              'frame', 'clock_quality', 'late', 'extra')
    );
end
$$;
