-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE booking.parts_stock (
    workshop_id text NOT NULL,
    part text NOT NULL,
    on_hand numeric(10,2) NOT NULL,
    lead_days integer NOT NULL,
    superseded_by text,
    CONSTRAINT parts_stock_check CHECK ((superseded_by <> part)),
    CONSTRAINT parts_stock_lead_days_check CHECK (((lead_days >= 0) AND (lead_days <= 366))),
    CONSTRAINT parts_stock_on_hand_check CHECK ((on_hand >= (0)::numeric))
);

COMMENT ON COLUMN booking.parts_stock.superseded_by IS 'What is fitted in its place once the stock has gone.';

ALTER TABLE ONLY booking.parts_stock
    ADD CONSTRAINT parts_stock_pkey PRIMARY KEY (workshop_id, part);

ALTER TABLE ONLY booking.parts_stock
    ADD CONSTRAINT parts_stock_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES booking.workshops(workshop_id);

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE booking.parts_stock TO servicelane_booking_api;
