-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.deliveries (
    delivery_id bigint NOT NULL,
    webhook_id uuid NOT NULL,
    event_id bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    attempted_at timestamp with time zone,
    delivered_at timestamp with time zone,
    last_status integer,
    last_problem text
);

COMMENT ON COLUMN booking.deliveries.next_attempt_at IS 'Null: delivered, or given up.';

ALTER TABLE booking.deliveries ALTER COLUMN delivery_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME booking.deliveries_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY booking.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id);

CREATE INDEX deliveries_by_webhook ON booking.deliveries USING btree (webhook_id, delivery_id);

CREATE INDEX deliveries_due ON booking.deliveries USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);

ALTER TABLE ONLY booking.deliveries
    ADD CONSTRAINT deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES booking.events(event_id);

ALTER TABLE ONLY booking.deliveries
    ADD CONSTRAINT deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES booking.webhooks(webhook_id);

GRANT SELECT,INSERT,UPDATE ON TABLE booking.deliveries TO servicelane_booking_api;
