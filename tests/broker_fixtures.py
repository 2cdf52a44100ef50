"""A real Mosquitto for tests, with the shipped configuration, on free loopback ports.

`certified_broker` takes cars by certificate, as shipped; `broker` by password, for tests of what lies behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from servicelane.broker import LocalBroker
from tests.certified_cars import CertifiedBroker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LocalBroker]:
    """A running broker of the test's own."""
    local = LocalBroker(tmp_path / "broker")
    local.start()
    yield local
    local.stop()


@pytest.fixture
def certified_broker(tmp_path: Path) -> Iterator[CertifiedBroker]:
    """A running broker of the test's own, with an authority of its own."""
    one = CertifiedBroker(tmp_path / "certified-broker")
    one.start()
    yield one
    one.stop()
