-- What the migrations make, for reading. Written by a program: do not edit.

CREATE SCHEMA telemetry;

GRANT USAGE ON SCHEMA telemetry TO servicelane_ingest;
