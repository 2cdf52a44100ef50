"""When partitions that held little are due again."""

from __future__ import annotations

from streaming.beat import Beat
from streaming.partitions import PARTITIONS
from streaming.retrying import Partition

ONE, OTHER, MUCH = (Partition("topic", number) for number in range(3))


def test_partitions_with_little_rest_until_the_next_beat_and_hold_up_no_other() -> None:
    beat = Beat(0.25, ["topic"])
    assert (beat.resting(10.0), beat.pause_seconds(10.0, 10.0)) == (
        set(),
        None,
    )  # nothing came: the first shall not wait
    beat.note([ONE, OTHER], 10.0, little=True)
    beat.note([MUCH], 10.0, little=False)
    assert beat.resting(10.0) == {ONE, OTHER}
    assert beat.pause_seconds(10.0, 10.125) == 0.125  # what came while a batch was handled has waited already
    assert beat.resting(10.25) == set()


def test_a_partition_that_had_little_and_has_much_rests_no_longer() -> None:
    beat = Beat(0.25, ["topic"])
    beat.note([ONE], 10.0, little=True)
    beat.note([ONE], 10.125, little=False)
    assert beat.resting(10.125) == set()


def test_what_was_taken_at_different_times_is_due_together_and_nobody_puts_it_off() -> None:
    beat = Beat(0.25, ["topic"])
    beat.note([ONE], 10.0625, little=True)
    beat.note([OTHER], 10.1875, little=True)
    assert beat.resting(10.1875) == {ONE, OTHER}
    assert beat.pause_seconds(10.1875, 10.1875) == 0.0625
    assert beat.resting(10.25) == set()


def test_as_many_members_have_their_turns_one_after_another() -> None:
    beat = Beat(0.5, ["topic"], members=2)
    beat.note([ONE, OTHER, MUCH], 10.0, little=True)
    assert beat.pause_seconds(10.0, 10.0) == 0.25
    assert beat.resting(10.25) == {ONE, MUCH}
    beat.note([OTHER], 10.25, little=True)
    assert beat.resting(10.5) == {OTHER}
    assert beat.resting(10.75) == set()


def test_what_came_due_while_a_member_looked_elsewhere_is_looked_at_at_once() -> None:
    """Else the member would sleep until the other turn, and this one would be lost."""
    beat = Beat(0.5, ["topic"], members=2)
    beat.note([ONE], 10.0, little=True)
    beat.note([OTHER], 10.25, little=True)
    assert beat.pause_seconds(10.4921875, 10.5078125) == 0.0
    assert beat.pause_seconds(10.5, 10.5078125) == 0.2421875


def test_where_nothing_else_was_there_the_empty_partitions_of_the_topic_rest_too() -> None:
    beat = Beat(0.25, ["topic", "few"])
    beat.note([ONE], 10.0, little=True)
    beat.in_hand.add(OTHER.number)  # another member has it, of whatever topic, and it may hold much
    beat.note_nothing_else("topic", 10.0)
    assert beat.resting(10.0) == {Partition("topic", number) for number in range(PARTITIONS)} - {OTHER}
    assert beat.resting(10.25) == set()


def test_empty_partitions_rest_for_a_second_at_most() -> None:
    beat = Beat(10.0, ["topic"])
    beat.note([ONE], 20.0, little=True)
    beat.note_nothing_else("topic", 20.0)
    assert len(beat.resting(20.75)) == PARTITIONS
    assert beat.resting(21.0) == {ONE}


def test_of_one_number_topics_have_different_turns() -> None:
    few = Partition("few", 0)
    beat = Beat(0.5, ["topic", "few"], members=2)
    beat.note([ONE, few], 10.0, little=True)
    assert beat.resting(10.25) == {ONE}


def test_without_a_time_to_gather_nothing_rests() -> None:
    beat = Beat(0.0, ["topic"])
    beat.note([ONE], 10.0, little=True)
    beat.note_nothing_else("topic", 10.0)
    assert beat.resting(10.0) == set()
