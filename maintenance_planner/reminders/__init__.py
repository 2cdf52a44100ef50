"""Reminders: what an owner is told of due work, when, by which channel, and never twice."""
