-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.estimate_lines (
    booking_id uuid NOT NULL,
    line smallint NOT NULL,
    title text NOT NULL,
    urgency text NOT NULL,
    minutes integer NOT NULL,
    cost_eur numeric NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    decision text,
    decided_at timestamp with time zone,
    CONSTRAINT estimate_lines_cost_eur_check CHECK ((cost_eur >= (0)::numeric)),
    CONSTRAINT estimate_lines_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'declined'::text]))),
    CONSTRAINT estimate_lines_line_check CHECK (((line >= 1) AND (line <= 100))),
    CONSTRAINT estimate_lines_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT estimate_lines_urgency_check CHECK ((urgency = ANY (ARRAY['red'::text, 'amber'::text, 'green'::text])))
);

ALTER TABLE ONLY booking.estimate_lines
    ADD CONSTRAINT estimate_lines_pkey PRIMARY KEY (booking_id, line);

ALTER TABLE ONLY booking.estimate_lines
    ADD CONSTRAINT estimate_lines_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings(booking_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.estimate_lines TO servicelane_booking_api;
