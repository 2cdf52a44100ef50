-- Of the stream on PostgreSQL; Kafka forgets after STREAMING_RETENTION_DAYS.
delete from streaming.records where key = %(vin)s and appended_at >= %(from_at)s and appended_at <= %(to_at)s
