-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.code_episodes AS
 SELECT vehicle_id,
    ecu,
    code,
    status,
    first_seen_at,
    last_seen_at,
    confirmed_at,
    healed_at,
    ended_at,
    occurrences,
    recurred,
    mil,
    severity,
    titles,
    freeze_frame,
    transitions
   FROM diagnostics.code_episodes;

GRANT SELECT ON TABLE published.code_episodes TO servicelane_reader;
