"""When parts wear out: what a car has told, models of it, and dates as distributions."""
