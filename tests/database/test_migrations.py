from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from database import migrations
from database.connection import connect
from database.errors import MigrationError
from database.migrations import migrate
from database.timescale import has_timescale

Folders = list[tuple[str, Path]]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Two packages, the second of which needs the first."""
    for package in ("streaming", "vehicles"):
        (tmp_path / package).mkdir()
    (tmp_path / "streaming" / "0001_first.sql").write_text(
        "create schema if not exists one; create table if not exists one.t (n int); -- 100 % plain"
    )
    (tmp_path / "vehicles" / "0001_second.sql").write_text("create or replace view published.v as select n from one.t")
    return [("streaming", tmp_path / "streaming"), ("vehicles", tmp_path / "vehicles")]


async def _fetch(url: str, statement: str) -> list[tuple[object, ...]]:
    async with await connect(url) as connection:
        rows = await (await connection.execute(statement.encode())).fetchall()
    return [tuple(row.values()) for row in rows]


async def test_every_file_is_applied_once_and_in_order(any_empty_database_url: str, folders: Folders) -> None:
    applied = await migrate(any_empty_database_url, folders)
    assert [migration.path for migration in applied] == [
        "streaming/migrations/0001_first.sql",
        "vehicles/migrations/0001_second.sql",
    ]
    assert await migrate(any_empty_database_url, folders) == []
    recorded = await _fetch(any_empty_database_url, "select package, name, checksum from database.applied_migrations")
    assert sorted(recorded) == sorted((m.package, m.name, m.checksum) for m in applied)
    assert await _fetch(any_empty_database_url, "select * from published.v") == []


async def test_a_new_file_is_applied_to_a_database_that_is_in_use(empty_database_url: str, folders: Folders) -> None:
    await migrate(empty_database_url, folders)
    (folders[0][1] / "0002_more.sql").write_text("alter table one.t add column if not exists m int")
    assert [m.name for m in await migrate(empty_database_url, folders)] == ["0002_more"]


async def test_a_file_that_was_changed_after_it_ran_is_an_error_that_names_it(
    empty_database_url: str, folders: Folders
) -> None:
    await migrate(empty_database_url, folders)
    (folders[0][1] / "0001_first.sql").write_text("select 1")
    with pytest.raises(MigrationError, match=r"streaming/migrations/0001_first\.sql was changed"):
        await migrate(empty_database_url, folders)


async def test_a_database_that_is_newer_than_the_code_is_refused(empty_database_url: str, folders: Folders) -> None:
    await migrate(empty_database_url, folders)
    (folders[1][1] / "0001_second.sql").unlink()
    with pytest.raises(MigrationError, match="which this version does not know"):
        await migrate(empty_database_url, folders)


async def test_a_file_that_comes_before_an_applied_one_is_refused(empty_database_url: str, folders: Folders) -> None:
    await migrate(empty_database_url, folders)
    (folders[0][1] / "0000_late.sql").write_text("select 1")
    with pytest.raises(MigrationError, match=r"0000_late\.sql comes before 0001_first\.sql"):
        await migrate(empty_database_url, folders)


async def test_a_file_that_fails_leaves_nothing_and_those_before_it_stay(
    empty_database_url: str, folders: Folders
) -> None:
    wrong = folders[0][1] / "0002_wrong.sql"
    wrong.write_text("create table one.half (n int); select 1 / 0")
    with pytest.raises(MigrationError, match=r"streaming/migrations/0002_wrong\.sql does not run"):
        await migrate(empty_database_url, folders)
    assert await _fetch(empty_database_url, "select to_regclass('one.half'), to_regclass('one.t') is null") == [
        (None, False)
    ]
    wrong.write_text("create table if not exists one.whole (n int)")
    assert [m.name for m in await migrate(empty_database_url, folders)] == ["0002_wrong", "0001_second"]


async def test_two_migrators_of_one_database_do_the_work_once(any_empty_database_url: str, folders: Folders) -> None:
    results = await asyncio.gather(*(migrate(any_empty_database_url, folders) for _ in range(4)))
    assert sorted(len(applied) for applied in results) == [0, 0, 0, 2]


async def test_a_server_that_is_too_old_is_named_before_anything_is_done(
    empty_database_url: str, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "OLDEST_SERVER", 990000)
    with pytest.raises(MigrationError, match=r"PostgreSQL 18; Servicelane needs 15 or later"):
        await migrate(empty_database_url, folders)
    assert await _fetch(empty_database_url, "select to_regnamespace('database')") == [(None,)]


async def test_whether_timescaledb_is_there_is_decided_once(empty_database_url: str, folders: Folders) -> None:
    await migrate(empty_database_url, folders)
    async with await connect(empty_database_url) as connection:
        assert not await has_timescale(connection)
        await connection.execute("update database.facts set value = '2.23' where name = 'timescaledb'")
    await migrate(empty_database_url, folders)
    async with await connect(empty_database_url) as connection:
        assert await has_timescale(connection)
