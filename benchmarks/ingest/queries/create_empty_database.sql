create database bench_ingest template template0
