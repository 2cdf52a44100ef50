"""MQTT into the stream, the stream into TimescaleDB: admission, acknowledgement, quarantine."""
