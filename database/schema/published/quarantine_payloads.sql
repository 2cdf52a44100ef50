-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.quarantine_payloads AS
 SELECT quarantine_id,
    payload
   FROM telemetry.quarantine;

GRANT SELECT ON TABLE published.quarantine_payloads TO servicelane_booking_api;
