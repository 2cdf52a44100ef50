"""The check of queries finds what it is there to find."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from database.checks import numbered_parameters, problems_of_queries
from database.connection import Connection


@pytest.fixture
async def house(connection: Connection) -> Connection:
    for statement in (
        "create schema mine",
        "create schema theirs",
        "create table mine.rows (id int primary key, name text)",
        "create table mine.closed (id int)",
        "create table theirs.rows (id int primary key)",
        "create function theirs.answer() returns int language sql as 'select 42'",
        "create view published.rows as select id from theirs.rows",
        "grant usage on schema mine, theirs to servicelane_vehicles",
        "grant select, insert on mine.rows, published.rows, theirs.rows to servicelane_vehicles",
    ):
        await connection.execute(statement.encode())
    return connection


GOOD = {
    "own": "select id from mine.rows where name = %(name)s and id %% 2 = 0",
    "published": "select count(*) from mine.rows join published.rows using (id)",
    "insert": "insert into mine.rows (id, name) values (%(id)s, %(name)s) on conflict do nothing returning id",
    "with": "with them as (select id from mine.rows) select * from them where id = any(%(ids)s::int[]);",
    "copy": "copy mine.rows (id) from stdin",
    "temporary": "create temporary table if not exists staging (id int) on commit drop",
    "into_temporary": "insert into staging select id from mine.rows where id > %(id)s",
    "system": "select count(*) from pg_class, generate_series(1, 2) where now() > %(at)s::timestamptz",
}
BAD = {
    "foreign": ("select id from theirs.rows", r"touches theirs\.rows"),
    "foreign_in_with": (
        "with a as (insert into mine.rows values (%(n)s, '') returning id) select * from a, theirs.rows",
        r"touches theirs\.rows",
    ),
    "foreign_function": ("select theirs.answer()", r"touches theirs\.answer"),
    "foreign_copy": ("copy theirs.rows from stdin", r"touches theirs\.rows"),
    "unqualified": ("select id from rows", "does not exist"),
    "wrong_column": ("select nothing from mine.rows", "does not exist"),
    "wrong_syntax": ("selec 1", "syntax error"),
    "not_granted": ("delete from mine.rows where id = %(id)s", "permission denied"),
    "closed": ("select * from mine.closed", "permission denied"),
    "two": ("select 1; select 2", "cannot insert multiple commands|syntax error"),
}


async def test_what_is_right_is_left_alone(house: Connection, tmp_path: Path) -> None:
    for name, text in GOOD.items():
        (tmp_path / f"{name}.sql").write_text(f"-- a comment on theirs.rows\n{text}\n")
    assert await problems_of_queries(house, tmp_path, "mine", "servicelane_vehicles") == {}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_wrong_is_found(house: Connection, tmp_path: Path, name: str) -> None:
    text, problem = BAD[name]
    (tmp_path / f"{name}.sql").write_text(text)
    found = await problems_of_queries(house, tmp_path, "mine", "servicelane_vehicles")
    assert list(found) == [name]
    assert re.search(problem, found[name])


async def test_a_mistake_in_one_query_does_not_hide_another(house: Connection, tmp_path: Path) -> None:
    for name, text in GOOD.items():
        (tmp_path / f"{name}.sql").write_text(text)
    for name, (text, _) in BAD.items():
        (tmp_path / f"{name}.sql").write_text(text)
    assert set(await problems_of_queries(house, tmp_path, "mine", "servicelane_vehicles")) == set(BAD)


async def test_who_owns_no_schema_may_read_what_is_published_alone(house: Connection, tmp_path: Path) -> None:
    (tmp_path / "good.sql").write_text("select * from published.rows")
    (tmp_path / "bad.sql").write_text("select * from mine.rows")
    assert set(await problems_of_queries(house, tmp_path, None, None)) == {"bad"}


async def test_nothing_of_the_check_remains(house: Connection, tmp_path: Path) -> None:
    (tmp_path / "insert.sql").write_text(GOOD["insert"])
    await problems_of_queries(house, tmp_path, "mine", "servicelane_vehicles")
    cursor = await house.execute("select count(*) as n from mine.rows")
    assert await cursor.fetchall() == [{"n": 0}]


def test_a_parameter_that_is_named_twice_has_one_number() -> None:
    text = "select %(a)s, %(b)s, %(a)b where 'x' like '50%%'"
    assert numbered_parameters(text) == "select $1, $2, $1 where 'x' like '50%'"
