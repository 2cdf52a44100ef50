-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.webhooks (
    webhook_id uuid NOT NULL,
    organisation_id text NOT NULL,
    side text NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    kinds text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT webhooks_side_check CHECK ((side = ANY (ARRAY['workshop'::text, 'fleet'::text])))
);

COMMENT ON COLUMN booking.webhooks.secret IS 'What is signed with; shown once, when the webhook is made.';

COMMENT ON COLUMN booking.webhooks.kinds IS 'Empty: every kind of event.';

ALTER TABLE ONLY booking.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id);

CREATE INDEX webhooks_by_organisation ON booking.webhooks USING btree (organisation_id, side) WHERE (ended_at IS NULL);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.webhooks TO servicelane_booking_api;
