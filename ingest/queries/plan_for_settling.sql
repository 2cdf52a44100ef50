-- For the rest of the transaction: plans see the values they are given, and as much is unpacked as it takes.
select set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true)
