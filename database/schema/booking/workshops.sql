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
    daily_visits integer,
    daily_minutes integer,
    parts_lead_days integer DEFAULT 0 NOT NULL,
    mobile_radius_km double precision DEFAULT 0 NOT NULL,
    mobile_travel_minutes integer DEFAULT 30 NOT NULL,
    change_notice_minutes integer DEFAULT 60 NOT NULL,
    changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT workshops_change_notice_minutes_check CHECK ((change_notice_minutes >= 0)),
    CONSTRAINT workshops_daily_minutes_check CHECK ((daily_minutes >= 1)),
    CONSTRAINT workshops_daily_visits_check CHECK ((daily_visits >= 1)),
    CONSTRAINT workshops_horizon_days_check CHECK (((horizon_days >= 1) AND (horizon_days <= 366))),
    CONSTRAINT workshops_latitude_deg_check CHECK (((latitude_deg >= ('-90'::integer)::double precision) AND (latitude_deg <= (90)::double precision))),
    CONSTRAINT workshops_longitude_deg_check CHECK (((longitude_deg >= ('-180'::integer)::double precision) AND (longitude_deg <= (180)::double precision))),
    CONSTRAINT workshops_mobile_radius_km_check CHECK ((mobile_radius_km >= (0)::double precision)),
    CONSTRAINT workshops_mobile_travel_minutes_check CHECK (((mobile_travel_minutes >= 0) AND (mobile_travel_minutes <= 240))),
    CONSTRAINT workshops_notice_minutes_check CHECK ((notice_minutes >= 0)),
    CONSTRAINT workshops_parts_lead_days_check CHECK (((parts_lead_days >= 0) AND (parts_lead_days <= 366))),
    CONSTRAINT workshops_workshop_id_check CHECK ((workshop_id ~ '^[a-z0-9-]{1,64}$'::text))
);

COMMENT ON COLUMN booking.workshops.brands IS 'Makes that are served; empty: every make.';

COMMENT ON COLUMN booking.workshops.daily_visits IS 'So many visits may begin on a local day; null: as many as fit.';

COMMENT ON COLUMN booking.workshops.daily_minutes IS 'So many minutes of work may be taken on a local day.';

COMMENT ON COLUMN booking.workshops.parts_lead_days IS 'For parts that are not listed; 0: they are at hand.';

ALTER TABLE ONLY booking.workshops
    ADD CONSTRAINT workshops_pkey PRIMARY KEY (workshop_id);

CREATE TRIGGER workshops_count_description BEFORE UPDATE ON booking.workshops FOR EACH ROW EXECUTE FUNCTION booking.count_description();

GRANT SELECT,INSERT,UPDATE ON TABLE booking.workshops TO servicelane_booking_api;
