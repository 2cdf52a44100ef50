drop database if exists bench_ingest with (force)
