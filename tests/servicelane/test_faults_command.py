"""`servicelane faults` and `servicelane weights` on a database with a faulty car."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from database.connection import Pool
from diagnostics.isolation.service import isolate, take_reports
from servicelane import faults_command
from servicelane.state_file import StackState, write_state
from telemetry_schema.vin import with_check_digit
from tests.diagnostics.isolation.test_service import enrol_cars, put_code, report

TRUE = ("maf_dirty", "maf_dirty", "maf_dirty", "vacuum_leak")
VIN = with_check_digit("1M8GDM9A0KP000100")


@pytest.fixture
async def folder(tmp_path: Path, pool: Pool, database_url: str) -> Path:
    """Of a stack with three cars, the first of which runs lean."""
    write_state(tmp_path, StackState(os.getpid(), database_url, "127.0.0.1", 1, "http://127.0.0.1:1", {}))
    async with pool.connection() as connection:
        cars = await enrol_cars(connection)
        await put_code(connection, cars[0], "P0171-00")
        await isolate(connection, cars)
    return tmp_path


def paper() -> tuple[Console, StringIO]:
    text = StringIO()
    return Console(file=text, width=400), text


async def test_a_person_reads_causes_tests_parts_and_what_the_owner_is_told(folder: Path, tmp_path: Path) -> None:
    console, text = paper()
    assert await faults_command.faults(console, folder, VIN, "en", tmp_path / "faults.json") == 1
    told = text.getvalue()
    assert "vacuum_leak" in told
    assert "Owner: " in told
    assert "Next: " in told
    assert "Parts: " in told
    (work,) = json.loads((tmp_path / "faults.json").read_text())["work"]
    assert f"{work['causes'][0]['probability']:.0%}" in told


async def test_a_healthy_a_strange_and_a_stopped_one(folder: Path, tmp_path: Path) -> None:
    console, text = paper()
    assert await faults_command.faults(console, folder, with_check_digit("1M8GDM9A0KP000101"), "zh") == 0
    assert await faults_command.faults(console, folder, "1M8GDM9A0KP999999", "en") == 2
    assert await faults_command.faults(console, tmp_path / "nowhere", VIN, "en") == 2
    assert "No fault is open." in text.getvalue()
    assert "No such car is enrolled." in text.getvalue()
    assert "No stack runs" in text.getvalue()


async def test_a_person_sees_how_weights_moved(folder: Path, pool: Pool) -> None:
    console, text = paper()
    assert await faults_command.weights(console, folder) == 0
    assert "every weight is the catalogue's" in text.getvalue()
    async with pool.connection() as connection:
        row = await (await connection.execute("select vehicle_id from diagnostics.isolations")).fetchone()
        assert row is not None
        told = [report(UUID(int=n), row["vehicle_id"], "maf_dirty", workshop=f"workshop-{n % 2}") for n in range(6)]
        shown = {"maf_dirty": 0.75, "vacuum_leak": 0.25}
        told += [replace(told[0], isolation_id=UUID(int=6 + n), value=name, shown=shown) for n, name in enumerate(TRUE)]
        await take_reports(connection, told)
    console, text = paper()
    assert await faults_command.weights(console, folder) == 0
    (line,) = [one for one in text.getvalue().splitlines() if "maf_dirty" in one]
    assert line.split()[-3:] == ["9", "2", "6.4"]  # three of one workshop, six sevenths of four of the other
    assert "Of 4 causes given 75% on average, 75% were it." in text.getvalue()
    assert "Of 4 causes given 25% on average, 25% were it." in text.getvalue()
