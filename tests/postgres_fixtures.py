"""A fresh, migrated database for each test: cloned from a template, on a server that is started once per run."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql

from database.connection import Connection, Pool, open_pool
from database.embedded import EmbeddedPostgres
from database.migrations import migrate
from servicelane.schema import migration_folders

DEBIAN_PROGRAMS: Final = Path("/usr/lib/postgresql/15/bin")
_TEMPLATE: Final = "migrated"
_PREFIX: Final = "servicelane-tests-"
_MEMORY: Final = Path("/dev/shm")
_MEMORY_BYTES: Final = 4 * 2**30


class TestServer:
    """A server whose data nobody needs afterwards, with one migrated template."""

    __test__ = False

    def __init__(self, programs: Path | None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_fast_folder()))
        self._folder.chmod(0o711)
        self.server = EmbeddedPostgres(self._folder / "postgres", programs, disposable=True)
        self._migrated = False

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.erase()
        shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self, *, migrated: bool = True) -> str:
        """The URL of a new database."""
        if migrated:
            self._ensure_template()
        name = f"test_{uuid.uuid4().hex[:12]}"
        # Copying files costs a third of what writing each page to the log costs; nobody restores these servers.
        self._execute("create database {} template {} strategy file_copy", name, _TEMPLATE if migrated else "template0")
        return self.server.url_of(name)

    def drop_database(self, url: str) -> None:
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        self._execute("drop database if exists {} with (force)", str(name))

    def _ensure_template(self) -> None:
        if self._migrated:
            return
        self._execute("drop database if exists {}", _TEMPLATE)
        self._execute("create database {} template template0", _TEMPLATE)
        asyncio.run(migrate(self.server.url_of(_TEMPLATE), _folders()))
        self._migrated = True

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def _fast_folder() -> Path | None:
    """In memory, where there is room: the 900 files of a new database take a tenth of a second on a disk."""
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return None
    _remove_left_over()
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _MEMORY_BYTES else None


def _remove_left_over() -> None:
    """What killed runs have left there takes memory: servers whose lock nobody holds any more."""
    for lock in _MEMORY.glob(f"{_PREFIX}*/postgres/lock"):
        with contextlib.suppress(OSError), lock.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parents[1], ignore_errors=True)


def _folders() -> list[tuple[str, Path]]:
    """Of every package; `SERVICELANE_TEST_PACKAGES=streaming,vehicles` leaves out the files of those in work."""
    chosen = os.environ.get("SERVICELANE_TEST_PACKAGES")
    if chosen is None:
        return migration_folders()
    return [(name, path if name in chosen.split(",") else path / "left-out") for name, path in migration_folders()]


@contextlib.contextmanager
def running(programs: Path | None) -> Iterator[TestServer]:
    server = TestServer(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_18() -> Iterator[TestServer]:
    with running(None) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_15() -> Iterator[TestServer]:
    if not (DEBIAN_PROGRAMS / "postgres").exists():
        message = "PostgreSQL 15 is missing: apt-get install postgresql-15"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with running(DEBIAN_PROGRAMS) as server:
        yield server


@contextlib.contextmanager
def fresh(server: TestServer, *, migrated: bool = True) -> Iterator[str]:
    url = server.create_database(migrated=migrated)
    try:
        yield url
    finally:
        server.drop_database(url)


@pytest.fixture
def database_url(postgres_18: TestServer) -> Iterator[str]:
    """A migrated database of the test's own, on the embedded server."""
    with fresh(postgres_18) as url:
        yield url


@pytest.fixture(params=["15", "18"])
def any_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The same on the oldest and on the newest server."""
    with fresh(request.getfixturevalue(f"postgres_{request.param}")) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_18: TestServer) -> Iterator[str]:
    """A database that was never migrated."""
    with fresh(postgres_18, migrated=False) as url:
        yield url


@pytest.fixture(params=["15", "18"])
def any_empty_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh(request.getfixturevalue(f"postgres_{request.param}"), migrated=False) as url:
        yield url


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections with every right."""
    async with open_pool(database_url) as opened:
        yield opened


@pytest.fixture
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """A transaction that is committed after the test."""
    async with pool.connection() as opened:
        yield opened
