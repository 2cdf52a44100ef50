"""A migrated server's data, made once in a process and copied for each case: to make its own would take it seconds."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from servicelane.databases import ensure_database
from servicelane.schema import migration_folders
from servicelane.stack import StackOptions


class _Copy(EmbeddedPostgres):
    """Takes the prepared data where another would have initdb make some."""

    def lay(self) -> None:
        self._initialise()

    def _run_initdb(self, new: Path, _version: int) -> None:
        subprocess.run(["cp", "-a", f"{_prepared()}/.", str(new)], check=True)


class _Original(EmbeddedPostgres):
    @property
    def data(self) -> Path:
        return self._data


def lay_prepared_data(folder: Path) -> None:
    """Where a server of this folder will find it at its first start."""
    _Copy(folder).lay()


@cache
def _prepared() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="servicelane-chaos-"))
    folder.chmod(0o711)
    server = _Original(folder / "postgres", disposable=True)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.erase)
    with server:
        asyncio.run(_migrate(server.url))
    return server.data


async def _migrate(server_url: str) -> None:
    await migrate(await ensure_database(server_url, StackOptions(Path()).database_name), migration_folders())
