"""What is wrong with this car now: trouble-code episodes, detectors, fault catalogue."""
