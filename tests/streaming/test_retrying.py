from __future__ import annotations

import random

import pytest

from streaming.retrying import FEWEST_RECORDS, Pace, Partition, Troubles, delay_seconds

A, B = Partition("t", 1), Partition("t", 2)


def test_delays_double_up_to_half_a_minute_and_are_spread() -> None:
    longest = [max(delay_seconds(n, random.Random(seed)) for seed in range(200)) for n in (1, 2, 3, 20, 1000)]
    shortest = [min(delay_seconds(n, random.Random(seed)) for seed in range(200)) for n in (1, 2, 3, 20, 1000)]
    assert longest == pytest.approx([0.1, 0.2, 0.4, 30, 30], rel=0.05)
    assert shortest == pytest.approx([0.05, 0.1, 0.2, 15, 15], rel=0.05)


def test_a_partition_in_trouble_is_due_when_its_time_has_come_and_not_before() -> None:
    troubles = Troubles(random.Random(1))
    wait = troubles.add([A], now=100.0)
    assert troubles.due(100.0 + wait / 2) is None
    assert troubles.due(100.0 + wait) == A
    assert troubles.partitions == [A]


def test_the_one_that_waited_longest_comes_first_and_success_ends_the_trouble() -> None:
    troubles = Troubles(random.Random(1))
    troubles.add([A], now=0.0)
    troubles.add([A, B], now=0.0)
    troubles.add([A], now=0.0)
    assert troubles.due(1000.0) == B
    troubles.clear([B])
    assert troubles.due(1000.0) == A
    troubles.clear([A])
    assert troubles.due(1000.0) is None
    assert not troubles


def test_each_failure_in_a_row_waits_longer() -> None:
    troubles = Troubles(random.Random(1))
    waits = [troubles.add([A], now=0.0) for _ in range(8)]
    assert waits[7] > 8 * waits[0]


def test_a_member_waits_for_more_only_where_all_of_its_topics_hold_little() -> None:
    pace = Pace(maximum_records=100, gather_seconds=0.25)
    assert pace.pause_seconds(0) == 0.0  # nothing came: the first record shall not wait
    assert pace.pause_seconds(3) == 0.25
    assert [pace.pause_seconds(handled) for handled in (100, 2, 100, 2)] == [0.0, 0.0, 0.0, 0.0]
    assert pace.pause_seconds(2) == 0.25


def test_a_batch_that_took_long_is_followed_by_fewer_partitions_and_then_by_fewer_records() -> None:
    pace = Pace(maximum_records=2_000, gather_seconds=1.0)
    for partitions in (2, 1):
        pace.note(2_000, 10.0)
        assert (pace.partitions, pace.maximum_records) == (partitions, 2_000)
    pace.note(500, 1.5)
    assert (pace.partitions, pace.maximum_records) == (1, 2_000)
    pace.note(500, 5.0)
    assert pace.maximum_records == 100
    pace.note(1, 60.0)
    assert pace.maximum_records == FEWEST_RECORDS
    assert pace.pause_seconds(1) == 0.0  # what takes long is not waited for besides


def test_batches_grow_again_when_they_are_quick() -> None:
    pace = Pace(maximum_records=2_000, gather_seconds=1.0)
    for seconds in (10.0, 10.0, 20.0):
        pace.note(2_000, seconds)
    assert (pace.partitions, pace.maximum_records) == (1, 100)
    pace.note(60, 0.1)
    assert (pace.partitions, pace.maximum_records) == (2, 100)
    for _ in range(6):
        pace.note(pace.maximum_records, 0.1)
    assert (pace.partitions, pace.maximum_records) == (4, 2_000)
