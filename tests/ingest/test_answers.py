"""What cars are told at once, and what with their next messages."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.answers import Answer, WaitingAnswers
from ingest.received import Received
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import Acknowledgement
from telemetry_schema.generated import servicelane_v1_pb2 as wire

ONE, OTHERS = "car 0", [f"car {number}" for number in range(1, 100)]


def told_of(car: str, sequence: int = 1, content_type: str = PROTOBUF) -> Answer:
    received = Received(car, b"", content_type, b"", datetime(2026, 3, 1, tzinfo=UTC))
    return received, Acknowledgement(None, sequence, wire.DISPOSITION_STORED)


def heard(waiting: WaitingAnswers, now: float, *, everything: bool = False) -> dict[str, list[int]]:
    told = waiting.take(now, everything=everything)
    return {topic: [answer.sequence for answer in answers] for topic, _, answers in told}


def test_few_are_told_at_once() -> None:
    waiting = WaitingAnswers()
    waiting.add([told_of(car) for car in OTHERS], 10.0)
    assert heard(waiting, 10.0) == {car: [1] for car in OTHERS}
    assert heard(waiting, 20.0) == {}


def test_many_hear_after_a_moment_of_all_that_came_meanwhile() -> None:
    waiting = WaitingAnswers()
    waiting.add([told_of(car) for car in [ONE, *OTHERS]], 10.0)
    assert heard(waiting, 10.0) == {}
    waiting.add([told_of(ONE, 2)], 10.25)
    assert heard(waiting, 10.5) == {ONE: [1, 2]} | {car: [1] for car in OTHERS}
    waiting.add([told_of(car) for car in [ONE, *OTHERS]], 10.75)
    assert heard(waiting, 11.0) == {}


def test_whoever_sends_much_hears_at_once_and_the_others_with_everything() -> None:
    waiting = WaitingAnswers()
    waiting.add([told_of(car) for car in OTHERS], 10.0)
    waiting.add([told_of(ONE, sequence) for sequence in (1, 2, 3, 4)], 10.0)
    waiting.add([told_of("car 100")], 10.0)
    assert heard(waiting, 10.0) == {ONE: [1, 2, 3, 4]}
    assert len(heard(waiting, 10.0, everything=True)) == 100


def test_each_hears_in_the_language_of_its_message_and_nobody_where_there_is_nothing_to_tell() -> None:
    waiting = WaitingAnswers()
    waiting.add([told_of(ONE), told_of(ONE, 2, JSON), (told_of(OTHERS[0])[0], None)], 10.0)
    assert {kind: [one.sequence for one in told] for _, kind, told in waiting.take(10.0)} == {PROTOBUF: [1], JSON: [2]}
