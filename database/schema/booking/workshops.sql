-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.workshops (
    workshop_id text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    city text NOT NULL,
    latitude_deg double precision NOT NULL,
    longitude_deg double precision NOT NULL,
    time_zone text NOT NULL,
    notice_minutes integer NOT NULL,
    horizon_days integer NOT NULL,
    brands text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT workshops_horizon_days_check CHECK (((horizon_days >= 1) AND (horizon_days <= 366))),
    CONSTRAINT workshops_latitude_deg_check CHECK (((latitude_deg >= ('-90'::integer)::double precision) AND (latitude_deg <= (90)::double precision))),
    CONSTRAINT workshops_longitude_deg_check CHECK (((longitude_deg >= ('-180'::integer)::double precision) AND (longitude_deg <= (180)::double precision))),
    CONSTRAINT workshops_notice_minutes_check CHECK ((notice_minutes >= 0)),
    CONSTRAINT workshops_workshop_id_check CHECK ((workshop_id ~ '^[a-z0-9-]{1,64}$'::text))
);

COMMENT ON COLUMN booking.workshops.brands IS 'Makes that are served; empty: every make.';

ALTER TABLE ONLY booking.workshops
    ADD CONSTRAINT workshops_pkey PRIMARY KEY (workshop_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.workshops TO servicelane_booking_api;
