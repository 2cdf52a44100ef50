"""Findings as pictures: the values that speak, what is healthy, the limit, and when. Pure."""
