"""Fixtures of every test. A file of fixtures per server, named here."""

from __future__ import annotations

pytest_plugins = [
    "tests.postgres_fixtures",
    "tests.broker_fixtures",
    "tests.kafka_fixtures",
    "tests.timescale_fixtures",
]
