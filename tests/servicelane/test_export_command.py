"""`servicelane export`: files that are whole or not there, and words for what cannot be."""

from __future__ import annotations

import asyncio
import io
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from data_export.reader import read_export, read_metadata
from database.connection import Pool
from servicelane.drafts import Drafts, OutputError
from servicelane.export_command import ExportOptions, export
from servicelane.state_file import StackState, write_state
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

ROOT = Path(__file__).parents[2]
VIN = "1M8GDM9AXKP042788"
OTHER_VIN = "5YJ3E1EA7KF317000"
SAMPLES = b"""
insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, frame,
    clock_quality, late, odometer_km)
select vehicle.vehicle_id, '2026-05-04 08:00Z'::timestamptz + number * interval '1 second', now(), gen_random_uuid(), 1,
    number, 0, 1, false, number
from vehicles.vehicles as vehicle, generate_series(0, 999) as number
"""
PERIOD = ("2026-05-04T08:00:00Z", "2026-05-05T10:00:00+02:00")


@pytest.fixture
async def database(pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two cars with a thousand samples each, named by DATABASE_URL."""
    async with pool.connection() as connection:
        for vin in (VIN, OTHER_VIN):
            request = EnrolmentRequest(vin, "petrol-compact", "Make", "Model", 2022, "petrol", date(2022, 1, 1))
            await vehicles.enrol(connection, request)
        await connection.execute(SAMPLES)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


def options(out: Path, **changes: Any) -> ExportOptions:
    usual = ExportOptions(*PERIOD, (), True, ("signals",), None, out, None, False, False, False)
    return replace(usual, **changes)


async def run(wanted: ExportOptions, folder: Path = Path("/nowhere")) -> tuple[int, str]:
    words = io.StringIO()
    status = await export(Console(file=words), folder, wanted)
    return status, words.getvalue()


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("database")
async def test_a_file_of_the_fleet_says_how_much_it_holds(tmp_path: Path) -> None:
    status, words = await run(options(tmp_path / "all.parquet"))
    assert (status, files(tmp_path)) == (0, {"all.parquet"})
    assert "2,000 rows of 2 cars" in words
    assert len(read_export(tmp_path / "all.parquet")) == 2_000


@pytest.mark.usefixtures("database")
async def test_the_format_is_as_the_file_ends_or_as_it_is_named(tmp_path: Path) -> None:
    assert (await run(options(tmp_path / "a.csv", fleet=False, vins=(VIN,), signals="odometer_km")))[0] == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"# servicelane export")
    assert set(read_export(tmp_path / "a.csv")["vin"]) == {VIN}
    assert (await run(options(tmp_path / "b", format="csv")))[0] == 0
    assert (tmp_path / "b").read_bytes().startswith(b"# servicelane export")


@pytest.mark.usefixtures("database")
async def test_several_tables_are_files_of_one_folder_with_the_same_pseudonyms(tmp_path: Path) -> None:
    what = ("signals", "events", "codes", "code_reports", "findings")
    out = tmp_path / "new" / "folder"
    status, _ = await run(options(out, what=what, signals="odometer_km", pseudonymous=True))
    assert (status, files(out)) == (0, {f"{name}.parquet" for name in what})
    assert {read_metadata(out / f"{name}.parquet")["what"] for name in what} == set(what)
    again = tmp_path / "again"
    await run(options(again, what=("signals", "events"), pseudonymous=True))
    keys = [set(read_export(folder / "signals.parquet")["vehicle_key"]) for folder in (out, again)]
    assert len(keys[0] | keys[1]) == 4


@pytest.mark.usefixtures("database")
async def test_a_file_that_exists_is_overwritten_only_by_force(tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    out.write_text("mine")
    status, words = await run(options(out))
    assert (status, out.read_text()) == (1, "mine")
    assert "exists. Add --force" in words
    assert (await run(options(out, force=True)))[0] == 0
    assert len(read_export(out)) == 2_000
    assert (await run(options(tmp_path)))[0] == 1
    status, words = await run(options(tmp_path / "missing" / "all.csv"))
    assert status == 1
    assert "Cannot write" in words
    assert files(tmp_path) == {"all.csv"}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"vins": (VIN,)}, "--vin, or take every car with --fleet"),
    ({"fleet": False}, "--vin, or take every car with --fleet"),
    ({"fleet": False, "vins": ("1M8GDM9A0KP999999",)}, "No car has the VIN 1M8GDM9A0KP999999"),
    ({"what": ("owners",)}, "signals, events, codes, code_reports, findings, not owners"),
    ({"format": "xlsx"}, "parquet, csv, not xlsx"),
    ({"from_at": "2026-05-04"}, "--from 2026-05-04 has no offset. Write 2026-05-04T00:00:00Z"),
    ({"from_at": "2026-05-04T08:00:00"}, "--from 2026-05-04T08:00:00 has no offset. Write 2026-05-04T08:00:00Z"),
    ({"to_at": "[b]soon"}, "--to [b]soon is no instant"),
    ({"to_at": "2026-05-01T00:00:00Z"}, "ends before it begins"),
    ({"signals": "odometer"}, "did you mean odometer_km"),
    ({"signals": " , "}, "list of signals is empty"),
    ({"signals": "latitude_deg"}, "must be asked for with positions"),
    ({"what": ("events", "codes"), "with_positions": True}, "belong to --what signals"),
    ({"with_positions": True, "pseudonymous": True}, "A track names its driver"),
]


@pytest.mark.usefixtures("database")
async def test_what_makes_no_sense_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    for changes, words in WRONG:
        status, said = await run(options(tmp_path / "out.csv", **changes))
        assert (status, words in said) == (2, True), said
        assert files(tmp_path) == set()


async def test_a_running_stack_is_found_by_its_folder(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/another")
    (tmp_path / "data").mkdir()
    state = StackState(pid=os.getpid(), database_url=database, device_host="", device_port=0, api_url="", parts={})
    write_state(tmp_path / "data", state)
    assert (await run(options(tmp_path / "all.csv"), tmp_path / "data"))[0] == 0
    assert len(read_export(tmp_path / "all.csv")) == 2_000


async def test_without_a_database_it_says_how_to_come_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    status, words = await run(options(tmp_path / "out.csv"), tmp_path)
    assert status == 1
    assert "`servicelane up` starts one" in words
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none?connect_timeout=1")
    status, words = await run(options(tmp_path / "out.csv"), tmp_path)
    assert (status, files(tmp_path)) == (1, set())


def command(*words: str) -> list[str]:
    period = ("--from", PERIOD[0], "--to", PERIOD[1], "--data-dir", "/nowhere")
    return [sys.executable, "-m", "servicelane", "export", "--fleet", *period, *words]


def test_a_file_that_becomes_too_large_leaves_no_half(database: str, tmp_path: Path) -> None:
    """The system's limit on the size of a file; what was there before stays."""
    out = tmp_path / "all.csv"
    out.write_text("mine")
    limit = (20_000, 20_000)
    finished = subprocess.run(
        command("--out", str(out), "--force"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert finished.returncode == 1, finished.stderr
    assert f"Cannot write {out}: File too large" in finished.stdout
    assert "Traceback" not in finished.stderr
    assert (files(tmp_path), out.read_text()) == ({"all.csv"}, "mine")


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """/dev/full in the place of the draft: the real error of the system."""
    out = tmp_path / "all.csv"
    (tmp_path / f".all.csv.{os.getpid()}.part").symlink_to("/dev/full")
    with (
        Drafts(force=False) as drafts,
        pytest.raises(OutputError, match=r"Cannot write .*: No space left on device"),
        drafts.open(out) as file,
    ):
        file.write(b"x")
    assert files(tmp_path) == set()


async def test_ctrl_c_ends_the_query_and_leaves_nothing(database: str, pool: Pool, tmp_path: Path) -> None:
    async with pool.connection() as blocker:
        await blocker.execute("lock table telemetry.events in access exclusive mode")
        words = command("--out", str(tmp_path / "all.csv"), "--what", "events")
        process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
        for _ in range(600):
            if files(tmp_path) and await _waiting(pool):
                break
            await asyncio.sleep(0.05)
        assert files(tmp_path) == {f".all.csv.{process.pid}.part"}
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 130
        assert files(tmp_path) == set()
        assert await _waiting(pool) == 0


async def _waiting(pool: Pool) -> int:
    query = "select count(*) as n from pg_stat_activity where application_name = %s and wait_event = 'relation'"
    async with pool.connection() as connection:
        row = await (await connection.execute(query, ["servicelane_data_export"])).fetchone()
    assert row is not None
    return int(row["n"])
