"""Visits as calendars: of one booking, and of a bay."""
