"""Which stream a case of chaos runs on."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["postgres", "kafka"])
def stream(request: pytest.FixtureRequest) -> str:
    """Each in turn; Kafka where it is installed, and in continuous integration always."""
    if request.param == "kafka":
        request.getfixturevalue("kafka_programs")
    kind: str = request.param
    return kind
