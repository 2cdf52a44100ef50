"""The systems of a car, one file each. `drive` takes a trip as arrays of shape (n,), one value each 0.1 to 10 s."""
