"""Roles with no more rights than their package needs. They belong to the whole cluster, not to one database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from psycopg import sql

from database.connection import Connection
from database.errors import DatabaseError, MigrationError, PermissionMissingError, translated
from database.queries import Queries

READER: Final = "servicelane_reader"
"""May read what is published; every package's role is a member."""

STREAMER: Final = "servicelane_streamer"
"""May append to the stream and consume from it; every package's role is a member."""

_ATTEMPTS: Final = 20
_queries: Final = Queries(Path(__file__).parent / "queries")


def role_of(package: str) -> str:
    return f"servicelane_{package}"


async def ensure_roles(connection: Connection, packages: Sequence[str]) -> None:
    """Creates what is missing and lets the connected user become each role. Leaves no transaction open.

    Another database's migrator may do the same at the same moment, and advisory locks end at the database's border:
    what collides in the catalogue is tried again.
    """
    for attempt in range(_ATTEMPTS):
        try:
            async with connection.transaction():
                await _ensure(connection, packages)
            return
        except MigrationError:
            raise
        except DatabaseError as error:
            if attempt == _ATTEMPTS - 1:
                raise MigrationError(f"The roles cannot be created: {error}") from error
            await asyncio.sleep(random.uniform(0.01, 0.1))


async def _ensure(connection: Connection, packages: Sequence[str]) -> None:
    roles = [READER, STREAMER, *(role_of(package) for package in packages)]
    rows = await _queries.all(connection, "fetch_roles", names=roles)
    known = {row["name"]: row for row in rows}
    for role in roles:
        if role not in known:
            await _say(connection, "create role {} nologin", role, f"create role {role} nologin")
    for role in roles[2:]:
        for group in (READER, STREAMER):
            if group not in known.get(role, {}).get("groups", ()):
                await _say(connection, "grant {} to {}", group, f"grant {group} to {role}", role)
    await _let_user_become(connection, roles)


async def _let_user_become(connection: Connection, roles: Sequence[str]) -> None:
    """From PostgreSQL 16 on, who creates a role may grant it but not yet become it."""
    newer = connection.info.server_version >= 160_000
    privilege = "set" if newer else "member"
    rows = await _queries.all(connection, "fetch_roles_not_open", names=list(roles), privilege=privilege)
    for row in rows:
        template = "grant {} to {} with set true, inherit false" if newer else "grant {} to {}"
        await _say(connection, template, row["name"], f"grant {row['name']} to {row['user_name']}", row["user_name"])


async def _say(connection: Connection, template: str, role: str, advice: str, *others: str) -> None:
    names: list[Any] = [sql.Identifier(name) for name in (role, *others)]
    try:
        with translated():
            await connection.execute(sql.SQL(template).format(*names))
    except PermissionMissingError as error:
        raise MigrationError(
            f"The user of DATABASE_URL may not create or give away roles ({error}). Let it (alter user … createrole), "
            f"or let an administrator run: {advice}",
            sqlstate=error.sqlstate,
        ) from error
