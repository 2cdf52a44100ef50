"""Ingest side by side with what people use instead: `make bench-ingest`."""
