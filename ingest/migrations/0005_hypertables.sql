-- Where TimescaleDB was found, samples and positions become hypertables with a columnstore. On plain PostgreSQL: nothing.
--
-- A chunk is a day of samples: 10,000 cars that drive for an hour at 1 Hz make 36 million rows of about 300 bytes, so
-- what is written to, table and unique index, still fits the memory of one server. Positions are a tenth of that.
-- A week passes before a chunk goes into the columnstore: by then nearly every car has sent what it had buffered. Rows
-- that come later still go into it.
do $$
begin
    if (select value from database.facts where name = 'timescaledb') = '' then
        return;
    end if;
    if not exists (select from timescaledb_information.hypertables
                   where (hypertable_schema, hypertable_name) = ('telemetry', 'samples')) then
        perform create_hypertable('telemetry.samples', by_range('recorded_at', interval '1 day'),
                                  create_default_indexes => false, migrate_data => true);
        alter table telemetry.samples set (
            timescaledb.enable_columnstore, timescaledb.segmentby = 'vehicle_id', timescaledb.orderby = 'recorded_at'
        );
    end if;
    if not exists (select from timescaledb_information.hypertables
                   where (hypertable_schema, hypertable_name) = ('telemetry', 'positions')) then
        perform create_hypertable('telemetry.positions', by_range('recorded_at', interval '7 days'),
                                  create_default_indexes => false, migrate_data => true);
        alter table telemetry.positions set (
            timescaledb.enable_columnstore, timescaledb.segmentby = 'vehicle_id', timescaledb.orderby = 'recorded_at'
        );
    end if;
    call add_columnstore_policy('telemetry.samples', after => interval '7 days', if_not_exists => true);
    call add_columnstore_policy('telemetry.positions', after => interval '7 days', if_not_exists => true);
end
$$;
