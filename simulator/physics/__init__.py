"""The systems of a car, one file each. Plain floats, stable for steps from 0.1 to 10 seconds."""
