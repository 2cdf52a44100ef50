-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.ended_sessions (
    session_id uuid NOT NULL,
    ends_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY booking.ended_sessions
    ADD CONSTRAINT ended_sessions_pkey PRIMARY KEY (session_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.ended_sessions TO servicelane_booking_api;
