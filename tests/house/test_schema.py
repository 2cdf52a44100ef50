"""The migrations of all packages: run again they change nothing, and `database/schema.sql` is what they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from database.dump import dump_schema
from database.migrations import migrate
from servicelane.schema import PACKAGES, migration_folders

COMMITTED = Path(__file__).parents[2] / "database" / "schema.sql"


def test_the_committed_schema_is_what_the_migrations_make(database_url: str) -> None:
    command = f"python -m database schema {' '.join(PACKAGES)} > database/schema.sql"
    assert COMMITTED.exists(), f"run: {command}"
    assert COMMITTED.read_text() == dump_schema(database_url), f"run: {command}"


async def test_every_migration_runs_again_and_changes_nothing(any_database_url: str) -> None:
    before = dump_schema(any_database_url)
    applied = await migrate(any_database_url, migration_folders(), again=True)
    assert len(applied) >= len(PACKAGES)
    assert dump_schema(any_database_url) == before


@pytest.mark.parametrize("package", PACKAGES)
def test_migrations_are_numbered_without_gaps(package: str) -> None:
    names = sorted(path.name for path in (COMMITTED.parents[1] / package / "migrations").glob("*.sql"))
    assert names
    assert [name[:5] for name in names] == [f"{number:04d}_" for number in range(1, len(names) + 1)]
