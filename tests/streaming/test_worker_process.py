"""A worker as a process: it says how it is, finishes what it has in hand and ends when told to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import urllib.request
from typing import Any

import pytest

from database.connection import Pool
from servicelane.ports import free_port, wait_until_open_async
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.topics import StreamTopic


async def _start(url: str, port: int, *module: str) -> asyncio.subprocess.Process:
    environment = {**os.environ, "DATABASE_URL": url, "STREAMING_HEALTH_PORT": str(port)}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", *module, env=environment)


def _get(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


@pytest.mark.parametrize(
    "module", [("diagnostics",), ("maintenance_planner",), ("ingest", "writer")], ids=lambda m: m[0]
)
async def test_a_worker_is_ready_says_its_metrics_and_ends_on_sigterm(
    database_url: str, module: tuple[str, ...]
) -> None:
    port = free_port()
    process = await _start(database_url, port, *module)
    try:
        assert await wait_until_open_async("127.0.0.1", port, 30)
        assert json.loads(await asyncio.to_thread(_get, port, "/readyz"))["checks"]["database"] == "ok"
        assert "servicelane_stream" in await asyncio.to_thread(_get, port, "/metrics")
    finally:
        process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_retention_runs_with_the_owner_s_rights_and_keeps_what_nobody_has_read(
    pool: Pool, database_url: str
) -> None:
    stream = PostgresStream(pool)
    await stream.produce([OutgoingRecord(StreamTopic.STORED, "A", b"{}")])
    environment = {**os.environ, "DATABASE_URL": database_url, "STREAMING_RETENTION_DAYS": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streaming",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    assert "retention" in line
    async with pool.connection() as connection:
        rows = await (await connection.execute(b"select count(*) as records from streaming.records")).fetchall()
    assert rows[0]["records"] == 1
