"""What the soak calls flat, from samples made by hand; and its page."""

from __future__ import annotations

import dataclasses
import json
import random

import pytest

from benchmarks.soak.flatness import RESIDENT_BYTES, WARM_UP, lag_line, memory_line
from benchmarks.soak.page import page
from benchmarks.soak.samples import Sample
from benchmarks.soak.soaking import Soaked
from benchmarks.soak.verdict import Verdict, judge, weighted_p99

MEGABYTE = 2**20
TIMES = [5.0 * number for number in range(100)]


def noisy(values: list[float], by: float) -> list[float]:
    chance = random.Random(1)
    return [value + chance.uniform(-by, by) for value in values]


def test_memory_that_goes_up_and_down_is_flat() -> None:
    line = memory_line(TIMES, noisy([200.0 * MEGABYTE] * 100, 5 * MEGABYTE))
    assert line.is_flat
    assert line.mean == pytest.approx(200 * MEGABYTE, rel=0.01)


@pytest.mark.parametrize(("leak", "flat"), [(0.5 * RESIDENT_BYTES, True), (1.5 * RESIDENT_BYTES, False)])
def test_a_leak_is_not_flat_from_the_allowed_rise_on(leak: float, flat: bool) -> None:
    judged = TIMES[-1] * (1 - WARM_UP)
    values = noisy([100.0 * MEGABYTE + leak * at / judged for at in TIMES], MEGABYTE)
    assert memory_line(TIMES, values).is_flat is flat


def test_what_fills_during_the_warm_up_is_not_judged() -> None:
    values = [min(at / TIMES[-1] / WARM_UP, 1.0) * 500 * MEGABYTE for at in TIMES]
    assert memory_line(TIMES, values).is_flat


@pytest.mark.parametrize(("records", "flat"), [(80, True), (120, False)])
def test_lag_may_rise_by_a_second_s_worth(records: float, flat: bool) -> None:
    judged = TIMES[-1] * (1 - WARM_UP)
    assert lag_line(TIMES, [records * at / judged for at in TIMES], 100).is_flat is flat


def test_a_run_that_is_too_short_to_judge_says_so() -> None:
    with pytest.raises(ValueError, match="run for longer"):
        memory_line([0.0, 5.0], [1.0, 1.0])


def sample(at_seconds: float, **changes: object) -> Sample:
    given = Sample(at_seconds, {"ingest-writer": 100 * MEGABYTE}, {"telemetry-writer": 3}, 10**6, 500, 20.0, 90.0, 99.0)
    return dataclasses.replace(given, **changes)  # type: ignore[arg-type]


def soaked(**changes: object) -> Soaked:
    samples = [sample(at, database_bytes=10**6 + int(at) * 20_000) for at in TIMES]
    run = Soaked(10, "postgres", 200.0, 100.0, 495.0, 4.0, sent=50_000, stored=49_990, quarantined=10, samples=samples)
    return dataclasses.replace(run, **changes)  # type: ignore[arg-type]


def test_a_quiet_run_is_flat_and_exact() -> None:
    verdict = judge(soaked())
    assert verdict.is_flat
    assert verdict.is_exact
    assert verdict.p99_ms == 90.0
    assert verdict.database_bytes_per_frame == pytest.approx(200, rel=0.01)


@pytest.mark.parametrize(("changes", "lost", "repeated"), [({"stored": 49_989}, 1, 0), ({"repeated": 2}, 0, 2)])
def test_a_frame_that_is_missing_or_there_twice_is_named(changes: dict[str, int], lost: int, repeated: int) -> None:
    verdict = judge(soaked(**changes))
    assert (verdict.lost, verdict.repeated, verdict.is_exact) == (lost, repeated, False)


def test_the_99th_percentile_weighs_by_frames() -> None:
    few_slow = [sample(0.0, p99_ms=5_000.0, frames=5), *[sample(at, p99_ms=80.0, frames=100) for at in TIMES]]
    assert weighted_p99(few_slow) == 80.0
    many_slow = [sample(0.0, p99_ms=5_000.0, frames=500), *[sample(at, p99_ms=80.0, frames=100) for at in TIMES]]
    assert weighted_p99(many_slow) == 5_000.0
    assert weighted_p99([sample(0.0, p99_ms=None, frames=0)]) == 0.0


def written(run: Soaked, verdict: Verdict) -> str:
    machine = {"cores": 2, "system": "Linux", "python": "3.11"}
    told = {"machine": machine, "run": dataclasses.asdict(run), "verdict": verdict.as_dict()}
    return page(json.loads(json.dumps(told)))


def test_the_page_says_what_the_verdict_says() -> None:
    run = soaked()
    assert "**Flat, exact**: 50,000 frames" in written(run, judge(run)).replace("\n", " ")
    lost = soaked(stored=40_000)
    text = written(lost, judge(lost)).replace("\n", " ")
    assert "NOT exact" in text
    assert "9,990 lost" in text
