"""What the migrations make, as text: `schema/` is a copy of it, a file per table, view or function; a test compares."""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psycopg

from database.embedded import EmbeddedPostgres
from database.errors import ServerStartError
from database.migrations import migrate
from database.server_files import wheel_programs

_NOISE: Final = re.compile(r"^(--.*|SET .*;|SELECT pg_catalog\.set_config.*;|\\(un)?restrict .*)\n", re.MULTILINE)
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_STATEMENT: Final = re.compile(r"\n\n(?=(?:ALTER|COMMENT|CREATE|GRANT|REVOKE) )")
_HEAD: Final = "-- What the migrations make, for reading. Written by a program: do not edit.\n\n"
_ALIKE: Final = ("*_by_minute", "*_by_hour", "*_by_day")
"""Aggregates, left out: `telemetry.create_aggregates` makes thousands of columns of one pattern."""

_SCHEMAS: Final = "select nspname from pg_namespace where nspname !~ '^pg_|^information_schema$|^public$' order by 1"


def dump_schemas(url: str) -> dict[str, str]:
    """By `schema/object`, of a migrated database: definitions and grants, no owners, no data, no aggregates.

    An object's constraints, indexes and grants stand with it; what is of the schema itself is called `schema`.
    """
    with psycopg.connect(url) as connection:
        names = [str(name) for (name,) in connection.execute(_SCHEMAS)]
    return {f"{name}/{place}": text for name in names for place, text in _by_object(name, _dump(url, name)).items()}


def _by_object(schema: str, text: str) -> dict[str, str]:
    named = re.compile(rf"\b{schema}\.(\w+)")
    statements: dict[str, list[str]] = {}
    for statement in _STATEMENT.split(text):
        found = named.search(statement)
        statements.setdefault(found[1] if found else "schema", []).append(statement)
    return {name: _HEAD + "\n\n".join(of_object) + "\n" for name, of_object in statements.items()}


def _dump(url: str, schema: str) -> str:
    arguments = ["--schema-only", "--no-owner", "--no-tablespaces", "--schema", schema, "--dbname", url]
    arguments += [f"--exclude-table={schema}.{pattern}" for pattern in _ALIKE]
    finished = subprocess.run(
        [str(wheel_programs() / "pg_dump"), *arguments], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise ServerStartError(f"pg_dump failed: {finished.stderr.strip()}")
    return _EMPTY_LINES.sub("\n\n", _NOISE.sub("", finished.stdout)).strip()


def schemas_of(folders: Sequence[tuple[str, Path]]) -> dict[str, str]:
    """Migrates an empty database on a server that lives only for this, and dumps it."""
    with tempfile.TemporaryDirectory(prefix="servicelane-schema-", ignore_cleanup_errors=True) as temporary:
        Path(temporary).chmod(0o711)
        server = EmbeddedPostgres(Path(temporary) / "postgres", disposable=True)
        try:
            server.start()
            asyncio.run(migrate(server.url, folders))
            return dump_schemas(server.url)
        finally:
            server.erase()
