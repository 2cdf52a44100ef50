"""What judges detectors: the only place that sees both the hidden truth and the findings."""
