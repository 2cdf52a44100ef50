"""One contract to produce and to consume."""
