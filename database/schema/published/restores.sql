-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.restores AS
 SELECT restore_id,
    backup_taken_at,
    restored_at
   FROM telemetry.restores;

GRANT SELECT ON TABLE published.restores TO servicelane_reader;
