"""The fleet and its pipeline as a whole, for operators."""
