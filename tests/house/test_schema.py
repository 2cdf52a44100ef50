"""The migrations of all packages: run again they change nothing, and `database/schema/` is what they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from database.dump import dump_schemas
from database.migrations import migrate
from servicelane.schema import PACKAGES, migration_folders

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "database" / "schema"


def test_the_committed_schema_is_what_the_migrations_make(database_url: str) -> None:
    committed = {
        path.relative_to(COMMITTED).with_suffix("").as_posix(): path.read_text() for path in COMMITTED.rglob("*.sql")
    }
    assert committed == dump_schemas(database_url), f"run: python -m database schema {' '.join(PACKAGES)}"


async def test_every_migration_runs_again_and_changes_nothing(any_database_url: str) -> None:
    before = dump_schemas(any_database_url)
    applied = await migrate(any_database_url, migration_folders(), again=True)
    assert len(applied) >= len(PACKAGES)
    assert dump_schemas(any_database_url) == before


@pytest.mark.parametrize("package", PACKAGES)
def test_migrations_are_numbered_without_gaps(package: str) -> None:
    names = sorted(path.name for path in (ROOT / package / "migrations").glob("*.sql"))
    assert names
    assert [name[:5] for name in names] == [f"{number:04d}_" for number in range(1, len(names) + 1)]
