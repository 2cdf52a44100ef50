"""Which TimescaleDB is used, and which is passed over."""

from __future__ import annotations

import pytest

from database.errors import MigrationError
from database.timescale import usable_version


@pytest.mark.parametrize("version", ["2.18.0", "2.23.0-dev", "2.28.3", "3.0.1"])
def test_a_version_that_has_what_we_use_is_used(version: str) -> None:
    assert usable_version(version, "timescale") == version


@pytest.mark.parametrize("version", ["2.17.2", "1.99.0"])
def test_one_that_is_too_old_is_named_with_what_to_do(version: str) -> None:
    with pytest.raises(MigrationError, match=rf"TimescaleDB {version} is too old; Servicelane needs 2\.18 or later"):
        usable_version(version, "timescale")


def test_without_the_community_licence_tables_are_plain() -> None:
    assert usable_version("2.28.3", "apache") == ""
