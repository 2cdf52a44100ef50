"""The whole benchmark, small: real broker, real servers, real processes of ours, everything counted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ingest.peer_table import PeerTable
from benchmarks.ingest.stage import SERVER_SETTINGS, queries
from database.connection import connect
from database.embedded import EmbeddedPostgres

FRAMES = 2000
EVERYBODY = "c-pipe-1,c-pipe-10,pure-copy-1,naive-1,servicelane-1,servicelane-10,servicelane-disturbed-10"


@pytest.mark.timeout(240)
def test_a_small_run_counts_every_frame(tmp_path: Path) -> None:
    told = _run(tmp_path, "c-pipe-10,servicelane-10", "0")
    _assert_exact(told, "c-pipe-10,servicelane-10")
    assert told["steady"] == []
    assert {one["figure"] for one in told["targets"]} >= {"batches of 10 ÷ C pipe, same batches"}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_small_run_counts_every_frame_of_every_contender(tmp_path: Path) -> None:
    told = _run(tmp_path, EVERYBODY, "2", "--cars-by-password")
    measured = _assert_exact(told, EVERYBODY)
    disturbed = measured["servicelane-disturbed-10"]["details"]
    assert disturbed["published"] == disturbed["messages"] + disturbed["messages"] // 1009
    assert len(told["steady"]) == 4
    for one in told["steady"]:
        assert 0 < one["arrival_to_stored"]["p50_ms"] <= one["arrival_to_stored"]["p99_ms"]
        assert one["arrival_to_stored"]["p50_ms"] <= one["publish_to_stored"]["p50_ms"]


def _run(folder: Path, only: str, steady_seconds: str, *more: str) -> dict[str, Any]:
    figures = folder / "figures.json"
    small = ["--quick", "--cars", "20", "--frames", str(FRAMES), "--steady-seconds", steady_seconds, *more]
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest", *small, "--only", only, "--json", str(figures)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "What is to be held" in ran.stdout
    told: dict[str, Any] = json.loads(figures.read_text())
    return told


def _assert_exact(told: dict[str, Any], only: str) -> dict[str, dict[str, Any]]:
    measured = {one["key"]: one for one in told["rounds"][0]["measurements"]}
    assert sorted(measured) == sorted(only.split(","))
    for one in measured.values():
        outcome = one["outcome"]
        assert outcome["stored"] == outcome["sent"] >= FRAMES
        assert (outcome["lost"], outcome["repeated"], outcome["dropped_by_broker"]) == (0, 0, 0)
        assert one["seconds"] > 0
        assert one["cpu_seconds"]["postgres"] > 0
    return measured


@pytest.fixture
def server_url(tmp_path: Path) -> Iterator[str]:
    """A server with the settings of the benchmark."""
    tmp_path.chmod(0o711)
    server = EmbeddedPostgres(tmp_path / "postgres", disposable=True, settings=SERVER_SETTINGS)
    server.start()
    yield server.url
    server.erase()


async def test_a_frame_that_is_stored_twice_is_seen(server_url: str) -> None:
    frame = "insert into samples (vehicle_id, recorded_at, boot_id, boot_number, sequence, frame, clock_quality) values"
    boot = "'00000000-0000-4000-8000-000000000000'"
    async with await connect(server_url, autocommit=True) as connection:
        await queries.run(connection, "create_peer_table")
        for second, sequence in ((1, 1), (2, 2), (3, 2)):
            await connection.execute(f"{frame} (1, to_timestamp({second}), {boot}, 1, {sequence}, 0, 1)".encode())
    counted = await PeerTable().count(server_url)
    assert (counted.rows, counted.frames) == (3, 2)
