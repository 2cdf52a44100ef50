from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from servicelane.counting import FrameCounts
from servicelane.summary import Booked, DueItem, FaultOutcome, Offered, RunSummary, write_json

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "summary.schema.json").read_text())
NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
VIN = "1M8GDM9AXKP042788"
CLOSED = RunSummary(
    frames=FrameCounts(10, 10, 10, 0, 0, 0),
    faults=(FaultOutcome(VIN, "battery_ageing", NOW, None, NOW), FaultOutcome(VIN, "slow_tyre_leak", NOW, NOW, None)),
    false_findings=0,
    due=(DueItem(VIN, "12v_battery", NOW), DueItem(VIN, "engine_oil", None)),
    booking=Booked(
        VIN,
        "Workshop North",
        NOW,
        ("soonest with the skill",),
        "The battery weakens.",
        (Offered("Workshop North", NOW, ("recommended", "soonest"), ("soonest with the skill",)),),
        ("visit.held", "visit.booked"),
    ),
    seconds=12.34,
)


def test_the_file_fits_its_schema(tmp_path: Path) -> None:
    write_json(CLOSED.as_dict(), tmp_path / "deep" / "summary.json")
    written = json.loads((tmp_path / "deep" / "summary.json").read_text())
    jsonschema.validate(written, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert written["closed"] is True
    assert written["faults"][0]["truth"] == {"onset_at": "2026-05-04T08:30:00+00:00", "strands_at": None}


@pytest.mark.parametrize(
    "open_loop",
    [
        replace(CLOSED, frames=FrameCounts(10, 10, 9, 1, 0, 0)),
        replace(CLOSED, frames=FrameCounts(10, 10, 10, 0, 1, 0)),
        replace(CLOSED, faults=CLOSED.faults[1:]),
        replace(CLOSED, booking=None),
    ],
)
def test_a_loss_a_repeat_no_finding_or_no_booking_leaves_the_loop_open(open_loop: RunSummary) -> None:
    assert CLOSED.closed
    assert not open_loop.closed
    jsonschema.validate(open_loop.as_dict(), SCHEMA)
