"""A whole Servicelane of the test's own: every part a process, on free ports, ended with the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from database.connection import Connection, connect
from database.embedded import EmbeddedPostgres
from servicelane.stack import LocalStack, StackOptions

REPOSITORY = Path(__file__).parents[2]
DRIVES = REPOSITORY / "simulator" / "drives"
KIT_COLUMNS = DRIVES / "kit.toml"


@pytest.fixture
def kind_of_stack() -> type[LocalStack]:
    """A test that needs another one says so."""
    return LocalStack


@pytest.fixture
async def stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind_of_stack: type[LocalStack]
) -> AsyncIterator[LocalStack]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    try:
        async with kind_of_stack(StackOptions(tmp_path / "data"), lambda _words: None) as running:
            yield running
    finally:
        EmbeddedPostgres(tmp_path / "data" / "postgres").erase()  # also where the system keeps it


async def scalar(stack: LocalStack, query: str) -> int:
    """One number, over a connection of its own: the server may have been killed in between."""
    connection: Connection = await connect(stack.database_url)
    async with connection:
        row = await (await connection.execute(query.encode())).fetchone()
    assert row is not None
    return int(next(iter(row.values())))


async def until(
    holds: Callable[[], Awaitable[bool]], seconds: float, what: str, ignore: type[BaseException] = AssertionError
) -> None:
    """Waits until `holds`, at most so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if await holds():
                return
        except ignore:
            pass
        await asyncio.sleep(0.1)
    pytest.fail(f"not within {seconds:.0f} s: {what}")


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process that was started with, or works in, this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if any(str(folder) in word for word in words):
            found.append(process)
    return found
