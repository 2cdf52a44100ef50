-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.code_transitions AS
 SELECT vehicle_id,
    ecu,
    code,
    at,
    "bit",
    (ARRAY['test_failed'::text, 'test_failed_this_operation_cycle'::text, 'pending'::text, 'confirmed'::text, 'test_not_completed_since_clear'::text, 'test_failed_since_clear'::text, 'test_not_completed_this_operation_cycle'::text, 'warning_indicator_requested'::text])[("bit" + 1)] AS name,
    is_set
   FROM diagnostics.code_transitions;

GRANT SELECT ON TABLE published.code_transitions TO servicelane_reader;
