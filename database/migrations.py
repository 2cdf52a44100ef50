"""Applies the plain SQL migrations of every package, once each, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from database.connection import Connection, connect
from database.errors import DatabaseError, MigrationError, translated
from database.queries import Queries
from database.roles import ensure_roles
from database.timescale import record_timescale

OLDEST_SERVER: Final = 150000
"""As the server numbers itself: PostgreSQL 15. Migrations and queries use nothing newer."""

_LOCK: Final = 7_331_001  # an arbitrary number: only one migrator at a time in a database
_WITHOUT_ROLE: Final = "streaming"
_queries: Final = Queries(Path(__file__).parent / "queries")


@dataclass(frozen=True, slots=True)
class Migration:
    package: str
    name: str
    text: bytes

    @property
    def path(self) -> str:
        return f"{self.package}/migrations/{self.name}.sql"

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text).hexdigest()


def read_migrations(folders: Sequence[tuple[str, Path]]) -> list[Migration]:
    """Every migration of every package, in the order in which they are applied."""
    return [
        Migration(package, path.stem, path.read_bytes())
        for package, folder in folders
        for path in sorted(folder.glob("*.sql"))
    ]


async def migrate(url: str, folders: Sequence[tuple[str, Path]], *, again: bool = False) -> list[Migration]:
    """Brings the database behind `url` to this version and returns what was applied now.

    The address's user owns everything and needs `create` on the database, and the right to create roles where the
    roles of Servicelane do not exist yet. Each file is one transaction. `again` runs the applied files once more, which
    must change nothing. Raises `MigrationError`.
    """
    async with await connect(url) as connection:
        _check_server(connection)
        await _queries.run(connection, "lock_migrations", key=_LOCK)
        await connection.commit()
        await _prepare(connection, [package for package, _ in folders])
        migrations = read_migrations(folders)
        known = await _fetch_applied(connection)
        _check_history(migrations, known, [package for package, _ in folders])
        due = [migration for migration in migrations if again or (migration.package, migration.name) not in known]
        for migration in due:
            await _apply(connection, migration)
    return due


def _check_server(connection: Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        found = connection.info.server_version // 10000
        raise MigrationError(
            f"The server is PostgreSQL {found}; Servicelane needs 15 or later. Upgrade the server, or leave "
            "DATABASE_URL unset to use the embedded one."
        )


async def _prepare(connection: Connection, packages: Sequence[str]) -> None:
    await ensure_roles(connection, [package for package in packages if package != _WITHOUT_ROLE])
    async with connection.transaction():
        await _queries.run(connection, "prepare_database")
    async with connection.transaction():
        await record_timescale(connection)


async def _fetch_applied(connection: Connection) -> dict[tuple[str, str], str]:
    rows = await _queries.all(connection, "fetch_applied_migrations")
    await connection.commit()
    return {(row["package"], row["name"]): row["checksum"] for row in rows}


def _check_history(
    migrations: Sequence[Migration], known: Mapping[tuple[str, str], str], packages: Sequence[str]
) -> None:
    """Applied files are as they were, and new ones come after them."""
    ours = {(migration.package, migration.name): migration for migration in migrations}
    for (package, name), checksum in known.items():
        if package not in packages:
            continue
        migration = ours.get((package, name))
        if migration is None:
            raise MigrationError(
                f"The database has {package}/migrations/{name}.sql applied, which this version does not know. "
                "Use the version of Servicelane that brought it, or a later one."
            )
        if migration.checksum != checksum:
            raise MigrationError(
                f"{migration.path} was changed after it had been applied. "
                "Put the old text back and write the change as a new migration."
            )
    for package in packages:
        _check_order(package, [m.name for m in migrations if m.package == package], known)


def _check_order(package: str, names: Sequence[str], known: Mapping[tuple[str, str], str]) -> None:
    newest = max((name for owner, name in known if owner == package), default="")
    late = [name for name in names if name < newest and (package, name) not in known]
    if late:
        raise MigrationError(
            f"{package}/migrations/{late[0]}.sql comes before {newest}.sql, which is applied already. "
            "Give the new file the next number."
        )


async def _apply(connection: Connection, migration: Migration) -> None:
    try:
        async with connection.transaction():
            with translated():
                await connection.execute(migration.text)
            await _queries.run(
                connection,
                "insert_applied_migration",
                package=migration.package,
                name=migration.name,
                checksum=migration.checksum,
            )
    except DatabaseError as error:
        raise MigrationError(f"{migration.path} does not run: {error}. Nothing of it was applied.") from error
