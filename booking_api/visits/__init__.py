"""The life of a visit: from the hold to what telemetry says of the repair."""
