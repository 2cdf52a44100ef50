"""TimescaleDB: its own code as WebAssembly for every run, and a real server where TIMESCALE_URL names one.

The WebAssembly build proves migrations, policies and queries. It is one session without COPY and without background
workers: rows come by INSERT, and what a worker would do is called. What needs more needs TIMESCALE_URL.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, cast

import psycopg
import pytest
from psycopg import sql

from database.connection import Connection, Pool, connect
from database.migrations import migrate
from servicelane.ports import free_port
from servicelane.schema import migration_folders

SERVER: Final = Path(__file__).parent / "timescale" / "server.mjs"
MODULES: Final = Path("var/node")


def _node() -> str | None:
    beside = Path(sys.executable).with_name("node")
    return str(beside) if beside.exists() else shutil.which("node")


def _missing() -> str | None:
    if _node() is None:
        return "Node.js is missing; run `make setup-dev`"
    if not (MODULES / "node_modules" / "@unni-craftsman" / "pglite").exists():
        return f"TimescaleDB is missing in {MODULES}; run `make setup-dev`"
    return None


@contextmanager
def running_timescale() -> Iterator[str]:
    """An empty database with TimescaleDB. One connection at a time."""
    if reason := _missing():
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    port = free_port()
    words = [str(_node()), str(SERVER), str(MODULES.absolute()), str(port)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield f"postgresql://postgres:any@127.0.0.1:{port}/postgres?sslmode=disable"
        finally:
            process.kill()


@pytest.fixture
def empty_timescale_url() -> Iterator[str]:
    with running_timescale() as url:
        yield url


@pytest.fixture(scope="module")
def timescale_url() -> Iterator[str]:
    """A migrated database of the module's own."""
    with running_timescale() as url:
        asyncio.run(migrate(url, migration_folders()))
        yield url


class OneAtATime:
    """What our code needs of a pool, without holding a connection that the next one would wait for."""

    def __init__(self, url: str) -> None:
        self.conninfo = url

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        async with await connect(self.conninfo) as connection:  # commits, or rolls back where the block raises
            yield connection


@pytest.fixture
def timescale_pool(timescale_url: str) -> Pool:
    return cast(Pool, OneAtATime(timescale_url))


@pytest.fixture
def timescale_server_url() -> Iterator[str]:
    """A migrated database on the server that TIMESCALE_URL names. No package registry has such a server for CI."""
    given = os.environ.get("TIMESCALE_URL")
    if not given:
        pytest.skip("TIMESCALE_URL names no server with TimescaleDB")
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        url = psycopg.conninfo.make_conninfo(given, dbname=name)
        try:
            asyncio.run(migrate(url, migration_folders()))
            yield url
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
