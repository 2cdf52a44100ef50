copy streaming.records (topic, partition, key, value, headers) from stdin (format binary)
