-- What the migrations make, for reading. Written by a program: do not edit.

CREATE TABLE streaming.records (
    topic text NOT NULL,
    partition smallint NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    appended_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_insert_scale_factor='0.05', toast_tuple_target='8160');
ALTER TABLE ONLY streaming.records ALTER COLUMN topic SET STATISTICS 10;
ALTER TABLE ONLY streaming.records ALTER COLUMN partition SET STATISTICS 10;
ALTER TABLE ONLY streaming.records ALTER COLUMN transaction_id SET STATISTICS 10;
ALTER TABLE ONLY streaming.records ALTER COLUMN id SET STATISTICS 10;
ALTER TABLE ONLY streaming.records ALTER COLUMN key SET STATISTICS 0;
ALTER TABLE ONLY streaming.records ALTER COLUMN value SET STATISTICS 0;
ALTER TABLE ONLY streaming.records ALTER COLUMN value SET STORAGE EXTERNAL;
ALTER TABLE ONLY streaming.records ALTER COLUMN headers SET STATISTICS 0;
ALTER TABLE ONLY streaming.records ALTER COLUMN appended_at SET STATISTICS 10;

ALTER TABLE streaming.records ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME streaming.records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY streaming.records
    ADD CONSTRAINT records_pkey PRIMARY KEY (topic, partition, transaction_id, id);

GRANT SELECT,INSERT ON TABLE streaming.records TO servicelane_streamer;
