-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.access_log (
    access_id bigint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    vehicle_id bigint,
    owner_id text,
    reader text NOT NULL,
    role text NOT NULL,
    organisation_id text,
    action text NOT NULL,
    relation text NOT NULL
);

COMMENT ON COLUMN booking.access_log.owner_id IS 'Whose the car was then: the next owner does not see it.';

ALTER TABLE booking.access_log ALTER COLUMN access_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.access_log_access_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (access_id);

CREATE INDEX access_log_by_vehicle ON booking.access_log USING btree (vehicle_id, access_id);

GRANT SELECT,INSERT ON TABLE booking.access_log TO servicelane_booking_api;
