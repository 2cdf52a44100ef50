"""A head unit that is killed (SIGKILL) at random instants has every frame that it took, under the identity it had."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from servicelane.broker import LocalBroker
from telemetry_schema.batches import decode_batch
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.head_unit.conftest import VIN, Answerer, Heard

T0 = 1_780_000_000_000
BATCH_FRAMES = 5
REPOSITORY = Path(__file__).parents[2]

CAR = """
import sys
from pathlib import Path
from tests.head_unit.test_kill import drive
drive(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
"""


def drive(path: Path, port: int, password: str, first: int, portion: int) -> None:
    """The process that is killed: records frames numbered from `first` and says, after each portion, how far it is."""
    unit = HeadUnit(settings_of(path, port, password))
    unit.start()
    print(first, flush=True)
    while True:
        numbers = np.arange(first, first + portion)
        unit.record_frames(T0 + numbers, {1: SignalColumn(numbers.astype(np.float32))})
        first += portion
        print(first, flush=True)
        time.sleep(0.001)


def settings_of(path: Path, port: int, password: str) -> HeadUnitSettings:
    return HeadUnitSettings(
        VIN, path, password, port=port, batch_frames=BATCH_FRAMES, resend_seconds=0.2, durable=False
    )


@dataclass
class Car:
    """One head unit on its disk, started and killed again and again."""

    path: Path
    broker: LocalBroker
    answerer: Answerer
    chance: random.Random
    answered_share: float = 0.5
    taken: set[int] = field(default_factory=set)
    acknowledged: set[tuple[str, int]] = field(default_factory=set)
    payloads: dict[tuple[str, int], set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.password = self.broker.add_car(VIN)
        self.answerer.answers = self.answer

    def answer(self, heard: Heard) -> int | None:
        if self.chance.random() >= self.answered_share:
            return None
        self.acknowledged.add((str(heard.boot_id), heard.sequence))
        return wire.DISPOSITION_STORED

    def drive_and_kill(self, first: int, portion: int, seconds: float) -> int:
        """Returns how far the process said it was; it may have been one portion further."""
        words = [sys.executable, "-c", CAR, str(self.path), str(self.broker.device_port), self.password]
        car = subprocess.Popen([*words, str(first), str(portion)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        assert car.stdout
        try:
            assert int(car.stdout.readline()) == first
            time.sleep(seconds)
        finally:
            car.send_signal(signal.SIGKILL)
            rest = car.communicate()[0].rpartition("\n")[0].split()
        reached = int(rest[-1]) if rest else first
        self.taken |= set(range(first, reached))
        return reached

    def missing(self) -> list[int]:
        """Frames that were taken and are neither in the buffer nor answered for."""
        kept = {key for key, _ in self.rows()} | self.acknowledged
        self._look()
        found = {number for key in kept for payload in self.payloads[key] for number in numbers_of(payload)}
        return sorted(self.taken - found)

    def rows(self) -> list[tuple[tuple[str, int], bytes]]:
        with sqlite3.connect(self.path) as disk:
            found = disk.execute("select boot_id, sequence, payload from messages").fetchall()
        return [((boot_id, sequence), payload) for boot_id, sequence, payload in found]

    def forget_one(self) -> list[int]:
        """Takes a message with frames that were taken off the disk; returns their numbers."""
        key, payload = self.chance.choice([row for row in self.rows() if self.taken.issuperset(numbers_of(row[1]))])
        with sqlite3.connect(self.path) as disk:
            disk.execute("delete from messages where boot_id = ? and sequence = ?", key)
        return numbers_of(payload)

    def _look(self) -> None:
        for heard in list(self.answerer.heard):
            self.payloads.setdefault((str(heard.boot_id), heard.sequence), set()).add(heard.payload)
        for key, payload in self.rows():
            self.payloads.setdefault(key, set()).add(payload)


def numbers_of(payload: bytes) -> list[int]:
    return [round(number) for number in decode_batch(payload).columns[1].values]


@pytest.fixture
def car(tmp_path: Path, broker: LocalBroker, answerer: Answerer) -> Car:
    return Car(tmp_path / "b.sqlite", broker, answerer, random.Random(20_260_101))


def test_every_frame_that_was_taken_is_in_the_buffer_or_acknowledged_after_each_of_many_kills(car: Car) -> None:
    reached = 0
    for _ in range(10):
        reached = BATCH_FRAMES + car.drive_and_kill(reached, BATCH_FRAMES, car.chance.uniform(0, 0.4))
        assert car.missing() == []
    assert len(car.taken) > 500, "the kills came while frames were recorded"
    assert car.acknowledged, "and while others were answered for"
    car.answered_share = 1
    unit = HeadUnit(settings_of(car.path, car.broker.device_port, car.password))
    assert unit.buffer.boot_number == 11
    unit.start()
    assert unit.wait_until_delivered(20)
    unit.close()
    heard = {number for one in car.answerer.heard for number in numbers_of(one.payload)}
    assert car.taken <= heard
    assert car.missing() == []
    assert {key: len(payloads) for key, payloads in car.payloads.items() if len(payloads) > 1} == {}


def test_of_frames_that_come_one_by_one_only_the_open_batch_is_lost(car: Car) -> None:
    """It is in memory until it is complete: `batch_frames` and `batch_age_seconds` say how much that can be."""
    reached = 0
    for _ in range(2):
        before, reached = reached, BATCH_FRAMES + car.drive_and_kill(reached, 1, 0.2)
        lost = [number for number in car.missing() if number >= before]
        assert len(lost) < BATCH_FRAMES
        assert lost == sorted(car.taken)[len(car.taken) - len(lost) :], "the last frames before the kill"


def test_a_frame_that_vanishes_between_kill_and_start_would_be_seen(car: Car) -> None:
    """The check above, checked."""
    car.answered_share = 0
    car.drive_and_kill(0, BATCH_FRAMES, 0.1)
    assert car.missing() == []
    forgotten = car.forget_one()
    assert len(forgotten) == BATCH_FRAMES
    assert car.missing() == forgotten
