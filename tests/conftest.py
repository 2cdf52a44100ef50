"""Fixtures of every test. A file of fixtures per server, named here."""

from __future__ import annotations

import structlog

pytest_plugins = [
    "tests.postgres_fixtures",
    "tests.broker_fixtures",
    "tests.kafka_fixtures",
    "tests.timescale_fixtures",
]

structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)  # the formatter with every local variable takes longer than many a test
