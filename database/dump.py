"""The schema that the migrations make, as text: `schema.sql` is a copy of it, and a test compares the two."""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from database.embedded import EmbeddedPostgres
from database.errors import ServerStartError
from database.migrations import migrate
from database.server_files import wheel_programs

_NOISE: Final = re.compile(r"^(--.*|SET .*;|SELECT pg_catalog\.set_config.*;|\\(un)?restrict .*)\n", re.MULTILINE)
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_HEAD: Final = "-- What the migrations of every package make, for reading. Written by a program: do not edit.\n\n"


def dump_schema(url: str) -> str:
    """Of a migrated database on PostgreSQL 18: definitions and grants, no owners, no data, always in the same order."""
    arguments = ["--schema-only", "--no-owner", "--no-tablespaces", "--dbname", url]
    finished = subprocess.run(
        [str(wheel_programs() / "pg_dump"), *arguments], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise ServerStartError(f"pg_dump failed: {finished.stderr.strip()}")
    return _HEAD + _EMPTY_LINES.sub("\n\n", _NOISE.sub("", finished.stdout)).strip() + "\n"


def schema_of(folders: Sequence[tuple[str, Path]]) -> str:
    """Migrates an empty database on a server that lives only for this, and dumps it."""
    with tempfile.TemporaryDirectory(prefix="servicelane-schema-", ignore_cleanup_errors=True) as temporary:
        Path(temporary).chmod(0o711)
        server = EmbeddedPostgres(Path(temporary) / "postgres", disposable=True)
        try:
            server.start()
            asyncio.run(migrate(server.url, folders))
            return dump_schema(server.url)
        finally:
            server.erase()
