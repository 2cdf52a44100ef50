"""Whether each query file of a package runs on the migrated schema, under its role, within its own schema.

Every statement is prepared with an empty search path, so a table without its schema's name is an error. What it
touches is asked of the server itself: PostgreSQL notes the dependencies of a function whose body is the statement.
Its rights are checked by EXPLAIN under the package's role. Nothing is executed but `create temporary table`;
everything is rolled back.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from database.connection import Connection
from database.queries import Queries

PUBLISHED: Final = "published"
_OF_EVERYBODY: Final = frozenset({PUBLISHED, "pg_catalog", "information_schema"})
_PARAMETER: Final = re.compile(r"%\((\w+)\)[sbt]|%%")
_COMMENT: Final = re.compile(r"--[^\n]*")
_COPY_TABLE: Final = re.compile(r"copy\s+(\S+)", re.IGNORECASE)
_WITHOUT_PLAN: Final = ("copy", "listen", "notify", "lock", "set", "truncate", "drop", "analyze", "create")

_queries: Final = Queries(Path(__file__).parent / "queries")


async def problems_of_queries(
    connection: Connection, folder: Path, schema: str | None, role: str | None
) -> dict[str, str]:
    """By the query's name, what is wrong with it. `schema` None: only what is published may be touched."""
    problems: dict[str, str] = {}
    allowed = _OF_EVERYBODY | ({schema} if schema else set())
    queries = Queries(folder)
    statements = {path.stem: queries.text(path.stem).decode() for path in sorted(folder.glob("*.sql"))}
    connection.prepare_threshold = None  # the driver's own prepared statements would fall to `deallocate all`
    async with connection.transaction(force_rollback=True):
        await connection.execute("select set_config('search_path', '', true)")
        for name, statement in sorted(statements.items(), key=lambda item: not _makes_temporary_table(item[1])):
            problem = await _problem(connection, statement, allowed, role)
            if problem:
                problems[name] = problem
    return problems


def numbered_parameters(statement: str) -> str:
    """`%(name)s` as `$1`, as PREPARE wants it, and `%%` as `%`."""
    numbers: dict[str, int] = {}

    def replace(match: re.Match[str]) -> str:
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}" if match[1] else "%"

    return _PARAMETER.sub(replace, statement)


def _first_words(statement: str) -> list[str]:
    return _COMMENT.sub("", statement).lower().split()[:3]


def _makes_temporary_table(statement: str) -> bool:
    words = _first_words(statement)
    return words[:1] == ["create"] and bool({"temp", "temporary"} & set(words))


async def _problem(
    connection: Connection, statement: str, allowed: frozenset[str] | set[str], role: str | None
) -> str | None:
    first = (_first_words(statement) or [""])[0]
    try:
        if _makes_temporary_table(statement):
            await _make_temporary_table(connection, statement, role)
            return None
        if first in _WITHOUT_PLAN:
            return _foreign_copy(statement, allowed)
        await connection.execute("deallocate all")  # a prepared statement outlives a rollback
        async with connection.transaction(force_rollback=True):
            return await _problem_of_plan(connection, numbered_parameters(statement).strip().rstrip(";"), allowed, role)
    except psycopg.Error as error:
        return str(error).strip()


async def _make_temporary_table(connection: Connection, statement: str, role: str | None) -> None:
    """As the role, which then owns it."""
    async with connection.transaction():
        await _become(connection, role)
        await connection.execute(statement.replace("%%", "%").encode())
        await connection.execute("reset role")


async def _become(connection: Connection, role: str | None) -> None:
    if role:
        await connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))


def _foreign_copy(statement: str, allowed: frozenset[str] | set[str]) -> str | None:
    match = _COPY_TABLE.search(_COMMENT.sub("", statement))
    if match is None or "." not in match[1]:
        return None  # a temporary table, or nothing with a table
    schema = match[1].split(".")[0]
    return None if schema in allowed else f"touches {match[1]}"


async def _problem_of_plan(
    connection: Connection, statement: str, allowed: frozenset[str] | set[str], role: str | None
) -> str | None:
    await connection.execute(f"prepare checked as {statement}".encode(), binary=True)  # refuses a second statement
    types = await _queries.one(connection, "fetch_prepared_types")
    assert types is not None
    foreign = [found for found in await _touched(connection, statement, types["types"]) if not _is_in(found, allowed)]
    if foreign:
        return f"touches {', '.join(sorted(foreign))}"
    await _explain(connection, len(types["types"]), role)
    return None


async def _touched(connection: Connection, statement: str, types: list[str]) -> list[str]:
    """`schema.name` of each table, view and function of ours that the statement names."""
    arguments = ", ".join(types)
    body = f"create function pg_temp.checked({arguments}) returns void language sql begin atomic {statement}; end"
    await connection.execute(body.encode())
    return [row["name"] for row in await _queries.all(connection, "fetch_dependencies")]


async def _explain(connection: Connection, parameters: int, role: str | None) -> None:
    """Starts the plan without running it, which checks the role's rights on each table."""
    await _become(connection, role)
    values = f"({', '.join(['null'] * parameters)})" if parameters else ""
    await connection.execute(f"explain execute checked{values}".encode())


def _is_in(name: str, schemas: frozenset[str] | set[str]) -> bool:
    schema = name.split(".")[0]
    return schema in schemas or schema.startswith("pg_temp")
