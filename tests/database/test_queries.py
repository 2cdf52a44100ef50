from __future__ import annotations

from pathlib import Path

import pytest

from database.connection import Connection
from database.errors import ConflictError
from database.queries import Queries


@pytest.fixture
async def queries(tmp_path: Path, connection: Connection) -> Queries:
    await connection.execute("create temporary table fruit (name text primary key, count int)")
    (tmp_path / "insert_fruit.sql").write_text("insert into fruit values (%(name)s, %(count)s)")
    (tmp_path / "fetch_fruit.sql").write_text(
        "-- 100 %% of it\nselect * from fruit where name like 'a%%' order by name"
    )
    (tmp_path / "count_fruit.sql").write_text("select count(*) as n from fruit where name = %(name)s")
    return Queries(tmp_path)


async def test_a_query_is_run_by_the_name_of_its_file(queries: Queries, connection: Connection) -> None:
    assert await queries.run(connection, "insert_fruit", name="apple", count=3) == 1
    assert await queries.run(connection, "insert_fruit", name="pear", count=1) == 1
    assert await queries.all(connection, "fetch_fruit") == [{"name": "apple", "count": 3}]
    assert await queries.one(connection, "count_fruit", name="pear") == {"n": 1}


async def test_no_row_is_none(queries: Queries, connection: Connection) -> None:
    assert await queries.one(connection, "fetch_fruit") is None
    assert await queries.all(connection, "fetch_fruit") == []


async def test_many_rows_are_written_and_counted(queries: Queries, connection: Connection) -> None:
    rows = [{"name": f"a{n}", "count": n} for n in range(100)]
    assert await queries.many(connection, "insert_fruit", rows) == 100
    assert len(await queries.all(connection, "fetch_fruit")) == 100
    assert await queries.many(connection, "insert_fruit", []) == 0


async def test_errors_of_the_driver_are_translated_in_every_way_to_run(
    queries: Queries, connection: Connection
) -> None:
    await queries.run(connection, "insert_fruit", name="apple", count=1)
    for again in (queries.run, queries.all, queries.one):
        with pytest.raises(ConflictError):
            async with connection.transaction():
                await again(connection, "insert_fruit", name="apple", count=1)
    with pytest.raises(ConflictError):
        async with connection.transaction():
            await queries.many(connection, "insert_fruit", [{"name": "apple", "count": 1}])


async def test_a_query_that_is_not_there_names_its_file(queries: Queries, connection: Connection) -> None:
    with pytest.raises(FileNotFoundError, match=r"fetch_nothing\.sql"):
        await queries.all(connection, "fetch_nothing")
