from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from database.connection import Connection, Pool, connect, open_pool
from database.errors import (
    ConflictError,
    ContentionError,
    DatabaseError,
    MissingReferenceError,
    OverlapError,
    PermissionMissingError,
    RefusedValueError,
    SetUpError,
    UnavailableError,
)


async def _row(connection: Connection, statement: str) -> dict[str, Any]:
    row = await (await connection.execute(statement.encode())).fetchone()
    assert row is not None
    return row


async def test_rows_are_dicts_and_instants_are_utc(connection: Connection) -> None:
    row = await _row(connection, "select timestamptz '2026-03-29 02:30+02' as at, current_setting('TimeZone') as zone")
    assert row["zone"] == "UTC"
    assert row["at"] == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert row["at"].tzname() == "UTC"


async def test_a_pool_works_under_its_role_and_says_so(database_url: str) -> None:
    async with open_pool(database_url, role="servicelane_vehicles") as pool, pool.connection() as connection:
        row = await _row(connection, "select current_user as name, current_setting('application_name') as application")
        assert row == {"name": "servicelane_vehicles", "application": "servicelane_vehicles"}


async def test_a_role_cannot_touch_what_is_not_granted(database_url: str) -> None:
    async with open_pool(database_url, role="servicelane_vehicles") as pool:
        with pytest.raises(PermissionMissingError):
            async with pool.connection() as connection:
                await connection.execute("create table published.mine ()")


async def test_a_commit_is_on_disk_even_where_the_server_says_it_need_not_be(database_url: str) -> None:
    url = f"{database_url}&options=-c%20synchronous_commit%3Doff"
    async with open_pool(url) as pool, pool.connection() as connection:
        assert (await _row(connection, "show synchronous_commit"))["synchronous_commit"] == "on"


async def test_a_block_commits_and_an_exception_rolls_back(pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("create table public.t (n int)")

    async def fails() -> None:
        async with pool.connection() as connection:
            await connection.execute("insert into public.t values (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with pool.connection() as connection:
        assert (await _row(connection, "select count(*) as n from public.t"))["n"] == 0


async def test_a_wrong_address_fails_at_once_and_says_why(database_url: str) -> None:
    async with asyncio.timeout(20):
        with pytest.raises(UnavailableError, match="nowhere"):
            await _open(database_url.replace("/test_", "/nowhere_"))
        with pytest.raises(UnavailableError):
            await _open("postgresql://postgres@127.0.0.1:1/x")


async def _open(url: str) -> None:
    async with open_pool(url):
        pass


@pytest.mark.parametrize(
    ("statement", "kind", "constraint"),
    [
        ("insert into public.room values (1, int4range(50, 60))", ConflictError, "room_key"),
        ("insert into public.room values (2, int4range(5, 15))", OverlapError, "room_free"),
        ("insert into public.guest values (9)", MissingReferenceError, "guest_room"),
        ("delete from public.room", MissingReferenceError, "guest_room"),
        ("insert into public.room values (-1, null)", RefusedValueError, "room_positive"),
        ("insert into public.room values (null, null)", RefusedValueError, None),
        ("insert into public.room values (99999999999, null)", RefusedValueError, None),
        ("select 'secret'::int", RefusedValueError, None),
        ("select * from public.nothing", DatabaseError, None),
    ],
)
async def test_each_refusal_of_the_server_has_its_error(
    pool: Pool, statement: str, kind: type[DatabaseError], constraint: str | None
) -> None:
    async with pool.connection() as connection:
        await connection.execute(_TABLES)
    with pytest.raises(DatabaseError) as caught:
        async with pool.connection() as connection:
            await connection.execute(statement.encode())
    assert type(caught.value) is kind
    assert caught.value.constraint == constraint
    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert "secret" not in str(caught.value)


_TABLES = """
create table public.room (
    number int not null constraint room_positive check (number > 0), taken int4range,
    constraint room_key primary key (number), constraint room_free exclude using gist (taken with &&)
);
create table public.guest (room int constraint guest_room references public.room);
insert into public.room values (1, int4range(1, 10));
insert into public.guest values (1);
"""


async def test_a_constraint_that_is_checked_at_commit_has_its_error_too(pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("create table public.t (n int unique deferrable initially deferred)")
    with pytest.raises(ConflictError):
        async with pool.connection() as connection:
            await connection.execute("insert into public.t values (1), (1)")


async def test_a_lock_that_is_not_given_in_time_is_contention(pool: Pool) -> None:
    async def wait() -> None:
        async with pool.connection() as waiter:
            await waiter.execute("set local lock_timeout = '20ms'")
            await waiter.execute("select pg_advisory_xact_lock(1)")

    async with pool.connection() as holder:
        await holder.execute("select pg_advisory_xact_lock(1)")
        with pytest.raises(ContentionError):
            await wait()


async def test_a_deadlock_is_contention_for_one_and_nothing_for_the_other(pool: Pool) -> None:
    barrier = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with pool.connection() as connection:
            await connection.execute("set local deadlock_timeout = '50ms'")
            await connection.execute("select pg_advisory_xact_lock(%s)", [first])
            await barrier.wait()
            await connection.execute("select pg_advisory_xact_lock(%s)", [second])

    results = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["ContentionError", "NoneType"]


async def test_a_pool_without_a_free_connection_is_unavailable(database_url: str) -> None:
    async with open_pool(database_url, maximum=1, timeout_seconds=0.1) as pool, pool.connection():
        with pytest.raises(UnavailableError):
            async with pool.connection():
                pass


async def test_a_connection_that_was_ended_is_unavailable_and_the_next_one_is_new(pool: Pool) -> None:
    async def use_after_end() -> None:
        async with pool.connection() as connection, pool.connection() as other:
            await other.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
            await connection.execute("select 1")

    with pytest.raises(UnavailableError):
        await use_after_end()
    async with pool.connection() as connection:
        assert (await _row(connection, "select 1 as one"))["one"] == 1


async def test_a_connection_that_has_lain_idle_is_tried_before_it_is_given(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool.connection() as connection, pool.connection() as other:
        ended = connection.info.backend_pid
        await other.execute("select 1")
    monkeypatch.setattr("database.connection._BELIEVED_SECONDS", 0.0)
    async with pool.connection() as connection:
        await connection.execute("select pg_terminate_backend(%s)", [ended])
    for _ in range(3):
        async with pool.connection() as connection:
            assert (await _row(connection, "select 1 as one"))["one"] == 1


async def test_a_single_connection_is_closed_where_its_role_is_missing(database_url: str) -> None:
    with pytest.raises(SetUpError, match=r"nobody_knows.*does not exist.*migrations"):
        await connect(database_url, role="nobody_knows")
