from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from head_unit.fleet_loop import FleetLoop
from head_unit.settings import HeadUnitSettings
from head_unit.unit import HeadUnit
from servicelane.broker import LocalBroker
from telemetry_schema.batches import decode_batch
from telemetry_schema.events import decode_event
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Down
from telemetry_schema.vin import with_check_digit
from tests.head_unit.conftest import VIN, Answerer, Heard

T0 = 1_780_000_000_000


@pytest.fixture
def units(broker: LocalBroker, tmp_path: Path) -> Iterator[Any]:
    """Makes head units of one car and closes them."""
    made: list[HeadUnit] = []
    password = broker.add_car(VIN)

    def make(**changes: Any) -> HeadUnit:
        given = {"batch_frames": 5, "resend_seconds": 0.2, "keep_ledger": True, "password": password, **changes}
        given.setdefault("buffer_path", tmp_path / f"{VIN}.sqlite")
        unit = HeadUnit(HeadUnitSettings(vin=VIN, host="127.0.0.1", port=broker.device_port, **given))
        made.append(unit)
        return unit

    yield make
    for unit in made:
        if unit._thread is None or unit._thread.is_alive():
            unit.close()


def record(unit: HeadUnit, frames: int, start: int = 0, width: int = 1) -> None:
    columns = {1 + n: SignalColumn(np.arange(start, start + frames, dtype=np.float32)) for n in range(width)}
    unit.record_frames(T0 + 1000 * np.arange(start, start + frames, dtype=np.int64), columns)


def ledger(unit: HeadUnit) -> list[tuple[Any, ...]]:
    with sqlite3.connect(unit.settings.buffer_path) as database:
        return database.execute("select sequence, kind, frames, disposition from ledger order by sequence").fetchall()


def test_everything_recorded_arrives_in_order_and_is_released(units: Any, answerer: Answerer) -> None:
    unit = units()
    record(unit, 12)
    unit.record_event(wire.Event(recorded_at_ms=T0, engine_start=wire.EngineStart(succeeded=True)))
    unit.flush()
    unit.start()
    assert unit.wait_until_delivered(10)
    assert [heard.sequence for heard in answerer.heard] == [1, 2, 3, 4]
    batches = [decode_batch(one.payload) for one in answerer.heard if "batches" in one.topic]
    assert [speed for batch in batches for speed in batch.columns[1].values.tolist()] == list(range(12))
    assert ledger(unit) == [
        (1, "batches", 5, "stored"),
        (2, "batches", 5, "stored"),
        (3, "events", 1, "stored"),
        (4, "batches", 2, "stored"),
    ]


def test_silence_means_again_and_the_broker_s_own_acknowledgement_releases_nothing(
    units: Any, answerer: Answerer
) -> None:
    answerer.answers = lambda _: wire.DISPOSITION_STORED if len(answerer.heard) >= 3 else None
    unit = units()
    record(unit, 5)
    unit.start()
    assert unit.wait_until_delivered(10)
    assert [heard.sequence for heard in answerer.heard] == [1, 1, 1]
    assert len({heard.payload for heard in answerer.heard}) == 1


@pytest.mark.parametrize(
    ("disposition", "word"),
    [(wire.DISPOSITION_QUARANTINED, "quarantined"), (wire.DISPOSITION_REFUSED, "refused")],
)
def test_every_disposition_releases(units: Any, answerer: Answerer, disposition: int, word: str) -> None:
    answerer.answers = lambda _: disposition
    unit = units()
    record(unit, 5)
    unit.start()
    assert unit.wait_until_delivered(10)
    assert ledger(unit) == [(1, "batches", 5, word)]


def test_what_is_deferred_is_kept_and_nothing_is_sent_until_the_pause_is_over(units: Any, answerer: Answerer) -> None:
    seen: set[int] = set()

    def first_time_deferred(heard: Heard) -> int:
        first = heard.sequence not in seen
        seen.add(heard.sequence)
        return wire.DISPOSITION_DEFERRED if first and heard.sequence <= 8 else wire.DISPOSITION_STORED

    answerer.answers = first_time_deferred
    unit = units(in_flight=8, resend_seconds=60)
    record(unit, 100)
    unit.start()
    assert unit.wait_until_delivered(20)
    assert [heard.sequence for heard in answerer.heard[:8]] == list(range(1, 9))
    assert sorted(heard.sequence for heard in answerer.heard[8:]) == list(range(1, 21))
    assert answerer.heard[8].at - answerer.heard[7].at >= 0.9  # of the pause of one second
    assert {row[3] for row in ledger(unit)} == {"stored"}


def test_an_answer_releases_exactly_what_it_names(units: Any, answerer: Answerer) -> None:
    answerer.answers = lambda heard: wire.DISPOSITION_STORED if heard.sequence == 3 else None
    unit = units(resend_seconds=60)
    record(unit, 15)
    unit.start()
    deadline = time.monotonic() + 10
    while unit.pending != 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [(row[0], row[3]) for row in ledger(unit)] == [(1, None), (2, None), (3, "stored")]


def test_an_answer_with_a_number_that_no_message_can_have_is_passed_over(tmp_path: Path) -> None:
    """SQLite has no such integer; an error in the middle would have kept the sound answer beside it from counting."""
    unit = HeadUnit(HeadUnitSettings(VIN, tmp_path / "b.sqlite", "unused", batch_frames=5))
    record(unit, 5)
    odd = wire.Acknowledged(boot_id=b"b" * 16, sequence=2**63, disposition=wire.DISPOSITION_STORED)
    sound = wire.Acknowledged(boot_id=unit.buffer.boot_id.bytes, sequence=1, disposition=wire.DISPOSITION_STORED)
    answer = wire.Acknowledgement(entries=[odd, sound])
    unit.transport.listener.heard(Down.ACK, answer.SerializeToString())
    assert unit.pending == 0
    unit.close()


def test_a_new_start_sends_what_the_last_one_left_under_its_old_identity(units: Any, answerer: Answerer) -> None:
    first = units()
    record(first, 5)
    first.close()
    second = units()
    record(second, 5, 5)
    second.start()
    assert second.wait_until_delivered(10)
    batches = [decode_batch(heard.payload).identity for heard in answerer.heard]
    assert [(one.boot_number, one.sequence) for one in batches] == [(1, 1), (2, 1)]
    assert batches[0].boot_id != batches[1].boot_id


def test_a_broker_that_comes_back_gets_the_rest(units: Any, broker: LocalBroker, answerer: Answerer) -> None:
    unit = units()
    unit.start()
    record(unit, 5)
    assert unit.wait_until_delivered(10)
    answerer.stop()
    broker.kill()
    record(unit, 5, 5)
    time.sleep(0.3)
    assert unit.pending == 1
    broker.start()
    broker_password_unchanged = Answerer(broker)
    try:
        assert unit.wait_until_delivered(20)
    finally:
        broker_password_unchanged.stop()


def test_a_batch_above_the_broker_s_limit_is_sent_as_several(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path / "small", maximum_packet_bytes=2_000)
    broker.start()
    answerer = Answerer(broker)
    try:
        settings = HeadUnitSettings(
            VIN, tmp_path / f"{VIN}.sqlite", broker.add_car(VIN), port=broker.device_port, keep_ledger=True,
            batch_frames=200,
        )  # fmt: skip
        unit = HeadUnit(settings)
        record(unit, 200, width=4)
        assert unit.pending == 1
        unit.start()
        assert unit.wait_until_delivered(10)
        assert all(len(heard.payload) <= 1_800 for heard in answerer.heard)
        batches = [decode_batch(heard.payload) for heard in answerer.heard]
        instants = sorted(int(ms) for batch in batches for ms in batch.recorded_at_ms)
        assert instants == [T0 + 1000 * n for n in range(200)]
        assert sum(row[2] for row in ledger(unit)) == 200
        assert "oversize" not in broker.log_path.read_text()
        unit.close()
    finally:
        answerer.stop()
        broker.stop()


def test_a_frame_too_large_to_send_is_dropped_and_reported(units: Any, answerer: Answerer) -> None:
    unit = units(maximum_payload_bytes=200)
    text = SignalColumn(np.array(["x" * 500], dtype=object))
    unit.record_frames(np.array([T0]), {16: text})
    record(unit, 5, 1)
    unit.flush()
    unit.start()
    assert unit.wait_until_delivered(10)
    (event,) = [decode_event(heard.payload) for heard in answerer.heard if heard.topic.endswith("events")]
    (drop,) = event.buffer_drops.drops
    assert (drop.reason, drop.priority, drop.frames, drop.from_recorded_at_ms) == ("too_large", "telemetry", 1, T0)


def test_a_wrong_password_is_tried_again_slowly(units: Any, answerer: Answerer, caplog: Any) -> None:
    unit = units(password="wrong")
    record(unit, 5)
    unit.start()
    assert not unit.wait_until_delivered(1.5)
    told = [entry.message for entry in caplog.records if "password" in entry.message]
    assert 1 <= len(told) <= 4
    assert VIN not in " ".join(told)


def test_a_hundred_cars_on_one_thread_deliver_everything(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path / "broker")
    vins = [str(with_check_digit(f"1M8GDM9A0KP{n:06d}")) for n in range(100)]
    passwords = {vin: broker.add_car(vin) for vin in vins}
    broker.start()
    answerer = Answerer(broker)
    units = [
        HeadUnit(HeadUnitSettings(vin, tmp_path / f"{vin}.sqlite", passwords[vin], port=broker.device_port,
                                  batch_frames=5, durable=False))
        for vin in vins
    ]  # fmt: skip
    for unit in units:
        record(unit, 10)
    deadline = time.monotonic() + 30
    FleetLoop(units).run_until(lambda: not any(unit.pending for unit in units) or time.monotonic() > deadline)
    assert {(heard.topic.split("/")[2], heard.sequence) for heard in answerer.heard} == {
        (vin, sequence) for vin in vins for sequence in (1, 2)
    }
    for unit in units:
        unit.close()
    answerer.stop()
    broker.stop()


def test_commands_are_carried_out_once_and_answered(broker: LocalBroker, tmp_path: Path, answerer: Answerer) -> None:
    done: list[str] = []

    def carry_out(command: wire.Command) -> bool:
        done.append(command.command_id)
        return True

    settings = HeadUnitSettings(VIN, tmp_path / "buffer.sqlite", broker.add_car(VIN), port=broker.device_port)
    unit = HeadUnit(settings, on_command=carry_out)
    unit.start()
    record(unit, 60)
    assert unit.wait_until_delivered(10)
    soon = int((time.time() + 60) * 1000)
    for command_id, expires in (("one", soon), ("one", soon), ("late", 1)):
        command = wire.Command(command_id=command_id, expires_at_ms=expires, read_codes=wire.ReadCodes())
        answerer.client.publish(f"servicelane/v1/{VIN}/down/commands", command.SerializeToString(), 1)
    deadline = time.monotonic() + 10

    def results() -> list[Heard]:
        return [heard for heard in answerer.heard if heard.topic.endswith("command-results")]

    while len(results()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    found = [wire.CommandResult.FromString(heard.payload) for heard in results()]
    assert [(one.command_id, one.status) for one in found] == [
        ("one", wire.CommandResult.STATUS_SUCCEEDED),
        ("late", wire.CommandResult.STATUS_EXPIRED),
    ]
    assert done == ["one"]
    unit.close()
