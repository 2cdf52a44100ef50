"""How much a member takes at once, and when that was little."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from streaming.pace import BATCH_SECONDS, Pace


class Row(NamedTuple):
    partition: int
    key: str


def rows(partitions: int, keys: int, each: int = 3) -> list[Row]:
    """Keys of a partition take turns."""
    return [
        Row(partition, f"{partition}/{key}")
        for partition in range(partitions)
        for _ in range(each)
        for key in range(keys)
    ]


def slow(keys: int = 100, seconds: float = 1.0) -> Pace:
    """After many batches that cost so much."""
    pace = Pace(maximum_records=2_000)
    for _ in range(40):
        pace.note(keys, seconds)
    return pace


def test_less_than_half_of_what_may_be_taken_is_little() -> None:
    pace = Pace(maximum_records=100)
    assert (pace.is_little(49), pace.is_little(50)) == (True, False)


def test_a_batch_has_no_more_keys_than_can_be_handled_in_time() -> None:
    pace = slow(keys=100, seconds=2 * BATCH_SECONDS)
    assert pace.most_keys == 50
    kept = pace.cut(rows(partitions=16, keys=20))
    assert kept == rows(partitions=2, keys=20)


def test_of_one_large_partition_the_first_records_are_taken() -> None:
    pace = slow(keys=100, seconds=2 * BATCH_SECONDS)
    kept = pace.cut(rows(partitions=2, keys=80))
    assert kept == rows(partitions=1, keys=80, each=1)[:50]
    assert not pace.is_little(len(kept))  # more is there already
    pace.cut(rows(partitions=1, keys=20))
    assert pace.is_little(60)


def test_a_key_that_takes_longer_than_all_the_time_is_taken_all_the_same() -> None:
    assert slow(keys=1, seconds=60.0).cut(rows(partitions=2, keys=2)) == rows(1, 2)[:1]


def test_what_is_quick_is_not_cut() -> None:
    pace = slow(keys=1_000, seconds=BATCH_SECONDS / 10)
    assert pace.cut(rows(partitions=16, keys=100)) == rows(partitions=16, keys=100)


def test_small_quick_batches_do_not_hide_what_a_key_costs() -> None:
    pace = slow(keys=1_000, seconds=16 * BATCH_SECONDS)
    for _ in range(10):
        pace.note(3, 3 * 16 * BATCH_SECONDS / 1_000)
    assert pace.most_keys == 62


def test_what_a_batch_costs_by_itself_is_not_taken_for_the_cost_of_its_few_keys() -> None:
    pace = slow(keys=500, seconds=BATCH_SECONDS)
    pace.note(2, BATCH_SECONDS / 10)
    assert pace.most_keys > 250


def test_partitions_whose_records_would_be_cut_are_not_asked_for() -> None:
    pace = slow(keys=100, seconds=2 * BATCH_SECONDS)
    assert pace.most_partitions(16) == 16  # nothing is known yet
    pace.cut(rows(partitions=16, keys=20))
    assert pace.most_partitions(16) == 3
    pace.cut(rows(partitions=16, keys=200))
    assert pace.most_partitions(16) == 1
    pace.cut(rows(partitions=16, keys=1))
    assert pace.most_partitions(16) == 16
    pace.cut([])
    assert pace.most_partitions(16) == 16


@given(st.lists(st.tuples(st.integers(0, 15), st.sampled_from("abcdef")), min_size=1), st.floats(0.001, 10))
def test_something_is_always_taken_and_no_record_is_passed_over(given_rows: list[tuple[int, str]], cost: float) -> None:
    ordered = [Row(partition, f"{partition}{key}") for partition, key in sorted(given_rows, key=lambda row: row[0])]
    kept = slow(keys=1, seconds=cost).cut(ordered)
    assert kept
    for partition in {row.partition for row in kept}:
        whole = [row for row in ordered if row.partition == partition]
        taken = [row for row in kept if row.partition == partition]
        assert taken == whole[: len(taken)]
