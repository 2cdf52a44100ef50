"""Workshops and fleets are told of what happens to their visits, signed, until they have it."""
