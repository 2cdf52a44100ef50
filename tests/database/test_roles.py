"""Migrating without being a superuser, on clusters that have never seen the roles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database.connection import connect, open_pool
from database.errors import MigrationError, PermissionMissingError
from database.migrations import migrate
from tests.postgres_fixtures import DEBIAN_PROGRAMS, TestServer, running

Folders = list[tuple[str, Path]]


@pytest.fixture(params=["15", "18"])
def bare_server(request: pytest.FixtureRequest) -> Iterator[TestServer]:
    if request.param == "15":
        request.getfixturevalue("postgres_15")  # skips, or fails in CI, where it is missing
    with running(DEBIAN_PROGRAMS if request.param == "15" else None) as server:
        yield server


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for package in ("vehicles", "ingest"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "0001_x.sql").write_text(
            f"create schema if not exists {package}; create table if not exists {package}.t (n int);"
            f"grant usage on schema {package} to servicelane_{package};"
            f"grant select, insert on {package}.t to servicelane_{package};"
            f"create or replace view published.{package} as select n from {package}.t;"
            f"grant select on published.{package} to servicelane_reader"
        )
    return [("vehicles", tmp_path / "vehicles"), ("ingest", tmp_path / "ingest")]


def _create_user(server: TestServer, name: str, options: str) -> str:
    """The URL of a new database that the new user owns."""
    url = server.create_database(migrated=False)
    database = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(server.server.url, autocommit=True) as connection:
        connection.execute(f"create user {name} {options}".encode())
        connection.execute(f"alter database {database} owner to {name}".encode())
    return url.replace("//postgres@", f"//{name}@")


async def _use_as(url: str, role: str, statement: str) -> None:
    async with open_pool(url, role=role) as pool, pool.connection() as connection:
        await connection.execute(statement.encode())


async def test_a_user_that_may_create_roles_migrates_and_becomes_each_of_them(
    bare_server: TestServer, folders: Folders
) -> None:
    url = _create_user(bare_server, "builder", "createrole")
    assert len(await migrate(url, folders)) == 2
    assert await migrate(url, folders) == []
    await _use_as(url, "servicelane_ingest", "insert into ingest.t values (1)")
    await _use_as(url, "servicelane_vehicles", "select * from published.ingest")
    with pytest.raises(PermissionMissingError):
        await _use_as(url, "servicelane_vehicles", "select * from ingest.t")


async def test_a_user_that_may_not_create_roles_is_told_what_to_run(bare_server: TestServer, folders: Folders) -> None:
    url = _create_user(bare_server, "guest", "")
    with pytest.raises(MigrationError, match="administrator run: create role servicelane_reader nologin"):
        await migrate(url, folders)
    await _follow_advice(bare_server, url, folders)
    await _use_as(url, "servicelane_ingest", "select * from ingest.t")


async def _follow_advice(server: TestServer, url: str, folders: Folders) -> None:
    """An administrator runs what the message says, until it says no more."""
    for _ in range(20):
        try:
            await migrate(url, folders)
        except MigrationError as error:
            with psycopg.connect(server.server.url, autocommit=True) as connection:
                connection.execute(str(error).split("administrator run: ")[1].encode())
        else:
            return
    pytest.fail("the advice has no end")


async def test_many_databases_of_a_new_cluster_can_be_migrated_at_the_same_moment(
    bare_server: TestServer, folders: Folders
) -> None:
    urls = [bare_server.create_database(migrated=False) for _ in range(6)]
    results = await asyncio.gather(*(migrate(url, folders) for url in urls))
    assert [len(applied) for applied in results] == [2] * 6


async def test_roles_have_no_login_and_no_right_beyond_what_is_granted(
    bare_server: TestServer, folders: Folders
) -> None:
    url = bare_server.create_database(migrated=False)
    await migrate(url, folders)
    async with await connect(url) as connection:
        rows = await (
            await connection.execute(
                "select rolname from pg_roles where rolname like 'servicelane%' "
                "and (rolcanlogin or rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)"
            )
        ).fetchall()
    assert rows == []
