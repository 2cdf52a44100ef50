"""The sums on what a fleet takes, with round numbers that can be done by hand, and the page that shows them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from servicelane.capacity import Cost, FleetDay, Measured, Plan, demand, points_of
from servicelane.capacity_command import capacity, page_with_sums

DAY = FleetDay(
    frames_per_car_day=3_600,
    batches_per_car_day=60,
    events_per_car_day=12,
    payload_bytes_per_frame=100,
    busiest_hour_share=0.25,
    stream_bytes_per_frame=200,
    table_bytes_per_frame=1_000,
    wal_bytes_per_frame=500,
)
COSTS = {"broker": Cost(100, 0), "ingest-writer": Cost(0, 10), "postgres": Cost(0, 40)}
MEASURED = Measured(DAY, COSTS, handshake_us=1_000, connection_bytes=10_000, origin="round numbers")
PLAN = Plan(cars=40_000, sample_days=107, columnstore_after_days=7, columnstore_share=0.25, connects_per_car_day=18)


def test_the_busiest_hour_decides_what_is_carried_and_the_day_what_is_kept() -> None:
    one = demand(PLAN, MEASURED)
    assert one.frames_per_second == pytest.approx(40_000 * 3_600 / 86_400)
    assert one.busiest_frames_per_second == pytest.approx(40_000 * 3_600 * 0.25 / 3_600)  # 10,000
    assert one.busiest_messages_per_second == pytest.approx(40_000 * 72 * 0.25 / 3_600)  # 200
    assert one.cores["ingest-writer"] == pytest.approx(0.1)
    assert one.cores["postgres"] == pytest.approx(0.4)
    assert one.cores["broker"] == pytest.approx(200 * 100e-6 + 40_000 * 18 * 0.25 / 3_600 * 1_000e-6)  # 0.02 + 0.05
    assert one.wal_bytes_per_second == pytest.approx(5e6)
    plain_day = 40_000 * 3_600 * 1_000
    assert one.table_bytes_plain == pytest.approx(107 * plain_day)
    assert one.table_bytes_columnstore == pytest.approx((7 + 100 * 0.25) * plain_day)
    assert one.stream_bytes == pytest.approx(40_000 * 3_600 * 200 * 7 * 3)
    assert one.broker_memory_bytes == pytest.approx(400e6)
    assert one.reconnect_seconds == pytest.approx(40)


def test_processes_are_as_many_as_keep_each_below_its_share_of_a_core() -> None:
    one = demand(replace(PLAN, cars=4_000_000), MEASURED)
    assert one.processes["ingest-writer"] == 17  # 10 cores ÷ 0.6
    assert demand(replace(PLAN, cars=10), MEASURED).processes["ingest-writer"] == 1


def test_a_fleet_that_is_too_large_for_one_stack_gets_as_many_as_the_tightest_limit_wants() -> None:
    assert demand(PLAN, MEASURED).stacks == 1
    large = replace(PLAN, cars=4_000_000, sample_days=7)
    assert (demand(large, MEASURED).bound, demand(large, MEASURED).stacks) == ("cores of broker", 12)  # 7 ÷ 0.6
    kept = demand(replace(large, sample_days=3_650), MEASURED)
    assert (kept.bound, kept.stacks) == ("disk", 265)  # 14.4 TB a day × (7 + 3,643 ÷ 4) ÷ 50
    busy = replace(MEASURED, costs={**COSTS, "broker": Cost(0, 0), "postgres": Cost(0, 400)}, handshake_us=0)
    assert demand(large, busy).bound == "cores of postgres"


def test_two_points_make_the_line_of_a_cost() -> None:
    cost = Cost.from_points(28.0, 3.7)
    assert cost.per_message + cost.per_frame == pytest.approx(28.0)
    assert cost.per_message / 10 + cost.per_frame == pytest.approx(3.7)
    assert Cost.from_points(10.0, 0.9).per_frame == 0, "noise makes no frame cheaper than nothing"


def result(*rates: tuple[str, float]) -> dict[str, Any]:
    measurements = [
        {"key": key, "frames": 1_000_000, "cpu_seconds": {"broker": us, "generator": 99.0}} for key, us in rates
    ]
    return {"rounds": [{"measurements": measurements}]}


def test_costs_are_read_from_the_result_of_the_benchmark() -> None:
    given = result(("servicelane-1", 10.0), ("servicelane-1", 12.0), ("servicelane-1", 90.0), ("servicelane-10", 2.0))
    assert points_of(given, "servicelane") == {"broker": [12.0, 2.0]}
    with pytest.raises(ValueError, match="servicelane-kafka-1"):
        points_of(given, "servicelane-kafka")


def test_the_command_takes_fleets_and_costs_and_names_a_file_that_is_none(tmp_path: Path) -> None:
    told = Console(record=True, width=120)
    assert capacity(told, [250_000], None, tmp_path / "sums.json") == 0
    assert "250,000" in told.export_text()
    assert json.loads((tmp_path / "sums.json").read_text())["250000"]["stacks"] >= 1
    (tmp_path / "costs.json").write_text("{}")
    assert capacity(told, [1], tmp_path / "costs.json", None) == 1
    assert "costs.json does not hold measured costs" in told.export_text().replace("\n", "")


def test_the_page_shows_the_sums_of_the_costs_that_come_with_servicelane() -> None:
    written = Path("docs/growing.md").read_text(encoding="utf-8")
    assert "| cars | 1,000 | 100,000 | 10,000,000 |" in written
    assert written == page_with_sums(written), "run `servicelane docs`"
