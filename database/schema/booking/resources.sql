-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.resources (
    resource_id bigint NOT NULL,
    workshop_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    skills text[] DEFAULT '{}'::text[] NOT NULL,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT resources_kind_check CHECK ((kind = ANY (ARRAY['bay'::text, 'van'::text, 'technician'::text, 'equipment'::text, 'loaner'::text, 'adviser'::text])))
);

COMMENT ON COLUMN booking.resources.skills IS 'What a technician can do or equipment serves; a bay or van with skills takes only such work.';

COMMENT ON COLUMN booking.resources.active IS 'False: no longer described; kept for the claims on it.';

ALTER TABLE booking.resources ALTER COLUMN resource_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.resources_resource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_pkey PRIMARY KEY (resource_id);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_workshop_id_name_key UNIQUE (workshop_id, name);

ALTER TABLE ONLY booking.resources
    ADD CONSTRAINT resources_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.resources TO servicelane_booking_api;
