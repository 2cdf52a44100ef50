"""Repeats and disorder, as the load generator sends them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

from benchmarks.ingest.load_generator import gathered, in_order
from benchmarks.ingest.load_plan import LoadPlan
from benchmarks.ingest.payloads import Form, Message
from telemetry_schema.topics import Up

CARS, PER_CAR = 20, 500


def _plan(repeat_every: int = 0, disorder: float = 0.0) -> LoadPlan:
    nowhere = Path("unused")
    return LoadPlan(nowhere, Form.PROTOBUF, nowhere, "localhost", 1, True, repeat_every=repeat_every, disorder=disorder)


def _messages() -> list[Message]:
    return [Message(car, Up.BATCHES, turn + 1, 1, b"") for turn in range(PER_CAR) for car in range(CARS)]


def test_undisturbed_messages_keep_their_order() -> None:
    assert in_order(_messages(), _plan()) == _messages()


def test_one_message_in_so_many_is_sent_twice_and_its_copy_comes_later() -> None:
    sent = in_order(_messages(), _plan(repeat_every=1009))
    counts = Counter((one.car, one.sequence) for one in sent)
    assert len(counts) == CARS * PER_CAR
    assert Counter(counts.values())[2] == CARS * PER_CAR // 1009
    twice = next(key for key, count in counts.items() if count == 2)
    places = [place for place, one in enumerate(sent) if (one.car, one.sequence) == twice]
    assert places[1] - places[0] > CARS


def test_the_asked_share_comes_after_a_message_that_follows_it() -> None:
    sent = in_order(_messages(), _plan(disorder=0.05))
    assert sorted(sent, key=lambda one: (one.sequence, one.car)) == _messages()
    overtaken = 0
    for car in range(CARS):
        own = [one.sequence for one in sent if one.car == car]
        overtaken += sum(first > second for first, second in pairwise(own))
    assert 0.04 < overtaken / (CARS * PER_CAR) < 0.06


def test_a_plan_survives_its_file(tmp_path: Path) -> None:
    plan = _plan(repeat_every=3, disorder=0.5)
    plan.write(tmp_path / "plan.json")
    assert LoadPlan.read(tmp_path / "plan.json") == plan


def test_at_a_steady_rate_a_car_writes_at_once_what_is_due_of_it() -> None:
    turns = [0, 1, 2] * 5
    assert list(gathered(turns, 2)) == [(0, 2), (1, 2), (2, 2), (0, 2), (1, 2), (2, 2), (0, 1), (1, 1), (2, 1)]
    assert list(gathered(turns, 0)) == [(car, 1) for car in turns]
