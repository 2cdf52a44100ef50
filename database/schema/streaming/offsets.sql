-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE streaming.offsets (
    group_name text NOT NULL,
    topic text NOT NULL,
    partition smallint NOT NULL,
    transaction_id xid8 DEFAULT '0'::xid8 NOT NULL,
    id bigint DEFAULT 0 NOT NULL,
    handled_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY streaming.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (group_name, topic, partition);

GRANT SELECT,INSERT,UPDATE ON TABLE streaming.offsets TO servicelane_streamer;
