"""The demo: recorded drives and simulated cars with hidden faults go once around the whole loop."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from booking_api.development_issuer import issue_token
from booking_api.service import register_demo_workshops
from database.connection import Pool, open_pool
from servicelane import store
from servicelane.booking_client import book_most_urgent
from servicelane.counting import FrameCounts, count_frames
from servicelane.evaluation.matching import answers, explains
from servicelane.fleet_enrolment import enrol_fleet
from servicelane.live_view import LiveView
from servicelane.members import recorded_members, simulated_members
from servicelane.senders import Report, run_senders
from servicelane.settling import wait_until_settled
from servicelane.stack import LocalStack
from servicelane.summary import Booked, DueItem, FaultOutcome, RunSummary
from simulator.columns import load_column_map
from simulator.fleet import build_fleet
from simulator.scenario import load_scenario

SERVICE_LEVEL: Final = 2
_SETTLE_SECONDS: Final = 120.0
_SIMULATOR: Final = Path(__file__).parent.parent / "simulator"
DEMO_SCENARIO: Final = _SIMULATOR / "scenarios" / "demo.toml"
_DRIVES: Final = _SIMULATOR / "drives"
KIT_COLUMNS: Final = _DRIVES / "kit.toml"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where one run of the demo keeps what it hands to its senders."""

    folder: Path

    @property
    def buffers(self) -> Path:
        return self.folder / "buffers"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.json"

    def fleet(self, name: str) -> Path:
        return self.folder / f"{name}.json"


async def run_demo(stack: LocalStack, seed: int, view: LiveView) -> RunSummary:
    """Runs the demo on a fresh stack and returns what it came to."""
    started = time.monotonic()
    files = DemoFiles(stack.folder / "run")
    async with open_pool(stack.database_url, maximum=3) as pool:
        view.step("enrolling cars, owners and workshops")
        owners = await _enrol_everyone(pool, stack, files, seed)
        view.step("cars drive and send; recorded drives are replayed")
        await run_senders(stack.supervisor, _senders(stack, files, seed), _watcher(view))
        view.step("waiting until everything sent has been worked through")
        await wait_until_settled(pool, _SETTLE_SECONDS, stack.stream.environment)
        async with pool.connection() as connection:
            view.step("counting frames on both sides")
            frames = await count_frames(connection, files.buffers)
            findings = await store.fetch_findings(connection)
            due = await store.fetch_due(connection)
        view.step("booking a slot for the most urgent car")
        booking = await _book(stack, due, owners)
    return _summarise(frames, files, findings, due, booking, time.monotonic() - started)


async def _enrol_everyone(pool: Pool, stack: LocalStack, files: DemoFiles, seed: int) -> dict[str, str]:
    """Enrols both fleets; returns who owns which car."""
    specs = build_fleet(load_scenario(DEMO_SCENARIO), seed)
    recorded = recorded_members(load_column_map(KIT_COLUMNS), _recorded_drives())
    fleets = {"simulated": simulated_members(specs), "recorded": recorded}
    async with pool.connection() as connection:
        for name, members in fleets.items():
            settings = stack.device_settings()
            await enrol_fleet(connection, settings, members, files.fleet(name), stack.enrolment_url)
        await register_demo_workshops(connection)
    return {member.request.vin: member.owner_id for members in fleets.values() for member in members}


def _senders(stack: LocalStack, files: DemoFiles, seed: int) -> list[tuple[str, list[str]]]:
    files.buffers.mkdir(parents=True, exist_ok=True)
    broker = ["--broker-host", stack.broker.host, "--broker-port", str(stack.broker.device_port)]
    common = [*broker, "--buffers", str(files.buffers)]
    simulate = ["run", "--scenario", str(DEMO_SCENARIO), "--fleet", str(files.fleet("simulated"))]
    simulate += ["--truth", str(files.truth), "--seed", str(seed), *common]
    replay = ["replay", "--columns", str(KIT_COLUMNS), "--fleet", str(files.fleet("recorded")), *common]
    replay += ["--speed", "0", *map(str, _recorded_drives())]
    return [("simulator", simulate), ("replay", replay)]


def _recorded_drives() -> list[Path]:
    return sorted(_DRIVES.glob("*.csv.*"))


def _watcher(view: LiveView) -> Any:
    def heard(name: str, report: Report) -> None:
        if isinstance(progress := report.get("progress"), dict):
            view.show(name, progress)

    return heard


async def _book(stack: LocalStack, due: list[store.Row], owners: dict[str, str]) -> Booked | None:
    """Books everything of the most urgent car's worst recommendation; None where nothing is due."""
    urgent = [row for row in due if row["urgency"] >= SERVICE_LEVEL]
    if not urgent:
        return None
    vin = urgent[0]["vin"]
    token = issue_token(stack.keys_folder, subject=owners[vin], role="owner")
    wanted = [str(row["recommendation_id"]) for row in urgent if row["vin"] == vin]
    return await book_most_urgent(stack.api_url, token, vin, wanted)


def _summarise(
    frames: FrameCounts,
    files: DemoFiles,
    findings: list[store.Row],
    due: list[store.Row],
    booking: Booked | None,
    seconds: float,
) -> RunSummary:
    truth = json.loads(files.truth.read_text())["faults"]
    outcomes = tuple(_outcome(fault, findings) for fault in truth)
    return RunSummary(
        frames=frames,
        faults=outcomes,
        false_findings=sum(_is_false(finding, truth) for finding in findings),
        due=tuple(DueItem(row["vin"], row["item"], row["due_at"]) for row in due),
        booking=booking,
        seconds=seconds,
    )


def _outcome(fault: dict[str, Any], findings: list[store.Row]) -> FaultOutcome:
    found = [finding["found_at"] for finding in findings if answers(finding, fault)]
    return FaultOutcome(
        vin=fault["vin"],
        kind=fault["kind"],
        onset_at=_instant(fault["onset_at"]),
        strands_at=_instant(fault["strands_at"]) if fault["strands_at"] else None,
        found_at=min(found, default=None),
    )


def _is_false(finding: store.Row, truth: list[dict[str, Any]]) -> bool:
    return finding["severity"] >= SERVICE_LEVEL and not any(explains(finding, fault) for fault in truth)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
