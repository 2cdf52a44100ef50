"""Fixtures of every test. A file of fixtures per server, named here."""

from __future__ import annotations

import structlog
from hypothesis import settings

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

settings.register_profile("servicelane", deadline=None)  # no test hangs on how fast a machine is
settings.load_profile("servicelane")
