"""What the storage is, on plain PostgreSQL (on TimescaleDB: tests/timescale)."""

from __future__ import annotations

import pytest

from database.__main__ import main
from database.connection import Pool
from database.storage import fetch_storage, storage_lines


async def test_every_table_is_named_with_its_size(pool: Pool) -> None:
    async with pool.connection() as connection:
        found = {row["name"]: row for row in await fetch_storage(connection)}
    assert {"telemetry.samples", "streaming.records", "booking.bookings", "database.facts"} <= set(found)
    assert {row["kind"] for row in found.values()} == {"table"}
    assert list(found) == sorted(found, key=lambda name: (-found[name]["bytes"], name))
    assert found["telemetry.aggregated_signals"]["bytes"] > 8192


def test_sizes_are_for_reading() -> None:
    row = {"name": "a.b", "kind": "hypertable", "about_rows": 1_234_567, "chunks": 3, "packed_chunks": 2, "kept": None}
    heading, first, second = storage_lines([row | {"bytes": 1023}, row | {"bytes": 5 * 2**30}])
    assert heading.split()[:3] == ["name", "kind", "size"]
    assert first.split() == ["a.b", "hypertable", "1,023", "B", "1,234,567", "3", "2"]
    assert second.split()[2:4] == ["5", "GiB"]


def test_the_command_prints_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main(["storage"]) == 0
    assert "telemetry.samples" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(["storage"]) == 1
