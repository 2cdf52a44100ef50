from __future__ import annotations

import random

import pytest

from streaming.retrying import Partition, Troubles, delay_seconds

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
