"""A real Mosquitto for tests, with the shipped configuration, on free loopback ports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from servicelane.broker import LocalBroker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LocalBroker]:
    """A running broker of the test's own."""
    local = LocalBroker(tmp_path / "broker")
    local.start()
    yield local
    local.stop()
