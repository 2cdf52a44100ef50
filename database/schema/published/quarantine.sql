-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.quarantine AS
 SELECT quarantine_id,
    vin,
    reason,
    disposition,
    frames,
    received_at,
    detail,
    boot_id,
    sequence,
    octet_length(payload) AS payload_bytes
   FROM telemetry.quarantine;

GRANT SELECT ON TABLE published.quarantine TO servicelane_reader;
