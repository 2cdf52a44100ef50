-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.code_events AS
 SELECT vehicle_id,
    event_id,
    rule,
    started_at,
    ended_at,
    lead_ecu,
    lead_code,
    voltage_v,
    severity,
    titles,
    members
   FROM diagnostics.code_events;

GRANT SELECT ON TABLE published.code_events TO servicelane_reader;
