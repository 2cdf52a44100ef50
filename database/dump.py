"""The schemas that the migrations make, as text: `schema/*.sql` is a copy of them, and a test compares the two."""

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
_HEAD: Final = "-- What the migrations make, for reading. Written by a program: do not edit.\n\n"
_ALIKE: Final = ("*_by_minute", "*_by_hour", "*_by_day")
"""Aggregates, left out: `telemetry.create_aggregates` makes thousands of columns of one pattern."""

_SCHEMAS: Final = "select nspname from pg_namespace where nspname !~ '^pg_|^information_schema$|^public$' order by 1"


def dump_schemas(url: str) -> dict[str, str]:
    """By schema, of a migrated database: definitions and grants, no owners, no data, no aggregates, in one order."""
    with psycopg.connect(url) as connection:
        names = [str(name) for (name,) in connection.execute(_SCHEMAS)]
    return {name: _dump(url, name) for name in names}


def _dump(url: str, schema: str) -> str:
    arguments = ["--schema-only", "--no-owner", "--no-tablespaces", "--schema", schema, "--dbname", url]
    arguments += [f"--exclude-table={schema}.{pattern}" for pattern in _ALIKE]
    finished = subprocess.run(
        [str(wheel_programs() / "pg_dump"), *arguments], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise ServerStartError(f"pg_dump failed: {finished.stderr.strip()}")
    return _HEAD + _EMPTY_LINES.sub("\n\n", _NOISE.sub("", finished.stdout)).strip() + "\n"


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
