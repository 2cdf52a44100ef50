"""Whatever a car's clock does, batching loses no frame, keeps their order and holds its bounds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from head_unit.batching import FORWARD_JUMP_MS, Collector, Frames, split
from telemetry_schema.batches import encode_batch
from telemetry_schema.frames import FrameBatch, Identity, SignalColumn
from tests.head_unit.conftest import VIN

T0 = 1_780_000_000_000
EVERY, SOME = 1, 60  # a signal that every frame has, and one that only even frames have

STEPS_MS = (
    st.sampled_from([0, 1, 1000, 60_000])
    | st.sampled_from([-1, -1000, -FORWARD_JUMP_MS, FORWARD_JUMP_MS, FORWARD_JUMP_MS + 1, -50 * 365 * 86_400_000])
    | st.integers(-(2**40), 2**40)
)


def numbered(instants: list[int], first: int = 0) -> Frames:
    """Frames that carry their own number, in one column always and in another where it is even."""
    numbers = np.arange(first, first + len(instants), dtype=np.float64)
    columns = {EVERY: SignalColumn(numbers)}
    even = np.flatnonzero(numbers % 2 == 0)
    if len(even):
        columns[SOME] = SignalColumn(numbers[even], even)
    return Frames(np.array(instants, dtype=np.int64), columns)


def numbers_of(batch: Frames) -> list[int]:
    """The numbers of the frames, each at its place in both columns."""
    every, everywhere = batch.columns[EVERY].spread(len(batch))
    assert everywhere.all()
    even = every % 2 == 0
    if SOME in batch.columns:
        some, there = batch.columns[SOME].spread(len(batch))
        assert there.tolist() == even.tolist()
        assert some[even].tolist() == every[even].tolist()
    else:
        assert not even.any()
    return [round(number) for number in every]


@st.composite
def drives(draw: st.DrawFn) -> list[Frames]:
    """Frames in portions, over clocks that stand, step back and jump."""
    instants = np.cumsum([T0, *draw(st.lists(STEPS_MS, max_size=60))]).tolist()
    cuts = sorted(draw(st.lists(st.integers(0, len(instants)), max_size=8)))
    borders = [0, *cuts, len(instants)]
    return [numbered(instants[a:b], a) for a, b in pairwise(borders)]


def batches_of(
    portions: list[Frames], batch_frames: int, age_seconds: float, flush_at: int | None = None
) -> list[Frames]:
    collector = Collector(batch_frames, age_seconds)
    made: list[Frames] = []
    for place, portion in enumerate(portions):
        made += collector.add(portion)
        if place == flush_at:
            made += collector.flush()
    return [*made, *collector.flush()]


@settings(max_examples=300)
@given(drives(), st.integers(1, 12), st.floats(0, 600), st.none() | st.integers(0, 8))
def test_no_frame_is_lost_order_is_kept_and_every_batch_holds_its_bounds(
    portions: list[Frames], batch_frames: int, age_seconds: float, flush_at: int | None
) -> None:
    batches = batches_of(portions, batch_frames, age_seconds, flush_at)
    instants = [ms for portion in portions for ms in portion.recorded_at_ms.tolist()]
    assert [number for batch in batches for number in numbers_of(batch)] == list(range(len(instants)))
    assert [ms for batch in batches for ms in batch.recorded_at_ms.tolist()] == instants
    for batch in batches:
        steps = np.diff(batch.recorded_at_ms)
        assert 1 <= len(batch) <= batch_frames
        assert ((steps >= 0) & (steps <= FORWARD_JUMP_MS)).all(), "one batch, one clock"
        age_ms = batch.recorded_at_ms[-1] - batch.recorded_at_ms[0]
        assert len(batch) == 1 or age_ms < int(age_seconds * 1000)


@settings(max_examples=150)
@given(drives(), st.integers(1, 12), st.floats(0, 600))
def test_the_same_frames_make_the_same_batches_however_they_are_handed_over(
    portions: list[Frames], batch_frames: int, age_seconds: float
) -> None:
    whole = numbered([ms for portion in portions for ms in portion.recorded_at_ms.tolist()])
    single = [whole.part(place, place + 1) for place in range(len(whole))]
    cut = [numbers_of(batch) for batch in batches_of(portions, batch_frames, age_seconds)]
    assert cut == [numbers_of(batch) for batch in batches_of([whole], batch_frames, age_seconds)]
    assert cut == [numbers_of(batch) for batch in batches_of(single, batch_frames, age_seconds)]


@settings(max_examples=100)
@given(drives(), drives(), st.integers(1, 12))
def test_a_collector_that_goes_back_has_never_seen_what_came_since(
    before: list[Frames], failed: list[Frames], batch_frames: int
) -> None:
    collector = Collector(batch_frames, 300)
    for portion in before:
        list(collector.add(portion))
    held = collector.held
    for portion in failed:
        list(collector.add(portion))
    list(collector.flush())
    collector.go_back(held)
    assert [number for batch in collector.flush() for number in numbers_of(batch)] == [
        number for portion in held for number in numbers_of(portion)
    ]


def test_a_batch_is_complete_with_its_last_frame_and_not_before() -> None:
    collector = Collector(3, 300)
    assert list(collector.add(numbered([T0, T0 + 1000]))) == []
    (batch,) = collector.add(numbered([T0 + 2000], 2))
    assert numbers_of(batch) == [0, 1, 2]
    assert list(collector.flush()) == []


def test_age_follows_the_car_s_clock() -> None:
    collector = Collector(1000, 10)
    batches = list(collector.add(numbered([T0, T0 + 9_999, T0 + 10_000, T0 + 19_999, T0 + 20_000])))
    assert [numbers_of(batch) for batch in batches] == [[0, 1], [2, 3]]


@pytest.mark.parametrize(("step_ms", "batches"), [(-1, 2), (FORWARD_JUMP_MS, 1), (FORWARD_JUMP_MS + 1, 2)])
def test_a_clock_that_jumps_begins_a_new_batch(step_ms: int, batches: int) -> None:
    """Within one portion as between two."""
    instants = [T0, T0 + step_ms]
    assert len(batches_of([numbered(instants)], 100, 10_000)) == batches
    assert len(batches_of([numbered(instants[:1]), numbered(instants[1:], 1)], 100, 10_000)) == batches


def encoded_bytes(frames: Frames) -> int:
    identity = Identity(VIN, UUID(int=1), 1, 1)
    return len(encode_batch(FrameBatch(identity, frames.recorded_at_ms, frames.columns)))


def wide(frames: Frames) -> int:
    """A size in which some frames alone are too large."""
    return sum(50 if number % 7 == 3 else 4 for number in numbers_of(frames))


@settings(max_examples=150)
@given(st.integers(1, 80), st.integers(1, 1500), st.sampled_from([encoded_bytes, wide, len]))
def test_split_gives_every_frame_once_in_order_each_part_within_the_limit(
    count: int, limit: int, size: Callable[[Frames], int]
) -> None:
    frames = numbered([T0 + 1000 * n for n in range(count)])
    seen: list[int] = []
    for part in split(frames, size, limit):
        if part is None:
            assert size(frames.part(len(seen), len(seen) + 1)) > limit, "only a frame that never will be small enough"
            seen.append(len(seen))
        else:
            assert size(part) <= limit
            seen += numbers_of(part)
    assert seen == list(range(count))


def test_what_is_small_enough_is_not_cut() -> None:
    frames = numbered([T0, T0 + 1])
    assert list(split(frames, len, 2)) == [frames]
