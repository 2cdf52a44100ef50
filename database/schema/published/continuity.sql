-- What the migrations make, for reading. Written by a program: do not edit.

CREATE VIEW published.continuity AS
 SELECT vehicle_id,
    boot_id,
    boot_number,
    known_from,
    stored,
    set_aside,
    highest_sequence,
    missing,
    (( SELECT COALESCE(sum((upper(gap.gap) - lower(gap.gap))), (0)::numeric) AS "coalesce"
           FROM unnest(seen.missing) gap(gap)))::bigint AS missing_messages,
    repeats,
    first_recorded_at,
    last_recorded_at,
    last_received_at,
    least_delay_seconds,
    (boot_number = max(boot_number) OVER (PARTITION BY vehicle_id)) AS is_newest_boot,
    COALESCE(bool_or((NOT isempty(missing))) OVER (PARTITION BY vehicle_id ORDER BY boot_number RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false) AS older_boots_have_gaps
   FROM ( SELECT known.vehicle_id,
            known.boot_id,
            known.boot_number,
            known.stored,
            known.set_aside,
            known.known_from,
            known.repeats,
            known.first_recorded_at,
            known.last_recorded_at,
            known.last_received_at,
            known.least_delay_seconds,
            COALESCE((upper((known.stored + known.set_aside)) - 1), '9223372036854775807'::bigint) AS highest_sequence,
            ((int8multirange(int8range(known.known_from, upper((known.stored + known.set_aside)))) - known.stored) - known.set_aside) AS missing
           FROM telemetry.continuity known) seen;

GRANT SELECT ON TABLE published.continuity TO servicelane_reader;
