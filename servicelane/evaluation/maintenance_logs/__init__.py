"""Which component fails next, learnt from the maintenance logs that a fleet owner has as CSV."""
