"""Data out: signals, events, codes and findings of a car or a fleet as Parquet or CSV, and the reader for them."""
