"""The HTTP API: accounts, vehicle health, workshops, appointments."""
