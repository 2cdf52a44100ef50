"""Log format, metric names, health."""
