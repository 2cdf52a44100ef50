"""Which stream a case of chaos runs on, and where one that needs a small disk does."""

from __future__ import annotations

import pytest

from tests.chaos.small_disk import run_elsewhere


@pytest.fixture(params=["postgres", "kafka"])
def stream(request: pytest.FixtureRequest) -> str:
    """Each in turn; Kafka where it is installed, and in continuous integration always."""
    if request.param == "kafka":
        request.getfixturevalue("kafka_programs")
    kind: str = request.param
    return kind


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Tests that need a small disk are run where one can be mounted."""
    needs_disk = pyfuncitem.get_closest_marker("small_disk") is not None
    return True if needs_disk and run_elsewhere(pyfuncitem) else None
