-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.kept_by_law (
    booking_id uuid NOT NULL,
    owner_id text NOT NULL,
    display_name text NOT NULL,
    vin text NOT NULL,
    workshop_id text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    work jsonb NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    keep_until date NOT NULL
);

ALTER TABLE ONLY booking.kept_by_law
    ADD CONSTRAINT kept_by_law_pkey PRIMARY KEY (booking_id);

CREATE INDEX kept_by_law_by_end ON booking.kept_by_law USING btree (keep_until);
