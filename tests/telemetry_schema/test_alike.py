"""Reading many batches at once gives what reading each alone gives, for sound and for broken ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from telemetry_schema.alike import LAYOUTS_KEPT, AlikeBatches, AlikeReader, alike_of
from telemetry_schema.batches import decode_batch, encode_batch
from telemetry_schema.catalogue import signal
from telemetry_schema.frames import ClockQuality, DropReport, FrameBatch, Identity, SignalColumn
from telemetry_schema.refusals import Refusal

GOLDEN = Path(__file__).parent / "golden" / "batch.bin"
SIGNALS = ("vehicle_speed_kmh", "odometer_km", "is_moving", "overall_weight_kg", "current_gear", "engine_revolutions")


def make(number: int, frames: int = 3, sparse: bool = False, text: str = "", **identity: Any) -> FrameBatch:
    """A batch whose values follow from `number`."""
    chance = np.random.default_rng(number)
    columns = {}
    for name in SIGNALS:
        values = chance.integers(0, 2 if name == "is_moving" else 100, frames).astype(signal(name).storage.dtype)
        columns[signal(name).id] = SignalColumn(values)
    if sparse and frames > 1:
        columns[signal("engine_speed_rpm").id] = SignalColumn(np.array([800.5], dtype="<f4"), np.array([1]))
    if text:
        columns[signal("ignition_state").id] = SignalColumn(np.array([text] * frames, dtype=object))
    who = {"vin": f"9SVABCDE0TA{number % 1000:06d}", "boot_id": UUID(int=number + 1), "boot_number": 1 + number % 100}
    instants = 1_750_000_000_000 + number * 1000 + np.arange(frames) * 1000
    return FrameBatch(
        Identity(**{**who, "sequence": 200 + number, **identity}),
        instants.astype(np.int64),
        columns,
        ClockQuality.SYNCHRONISED,
    )


def plain(group: AlikeBatches, row: int) -> tuple[Any, ...]:
    """One batch of a group, comparable."""
    columns = {
        number: (
            column.values.dtype.str,
            column.values[row].tolist(),
            None if column.at is None else column.at.tolist(),
        )
        for number, column in group.columns.items()
    }
    return (
        group.vins[row],
        group.boot_ids[row].tobytes(),
        int(group.boot_numbers[row]),
        int(group.sequences[row]),
        group.clock_quality,
        group.recorded_at_ms[row].tolist(),
        columns,
    )


def alone(payload: bytes) -> tuple[Any, ...] | None:
    try:
        return plain(alike_of(decode_batch(payload), 0), 0)
    except Refusal:
        return None


def check(reader: AlikeReader, payloads: Sequence[bytes]) -> int:
    """Every payload is either read as it would be alone, or left to be read alone. Returns how many were read."""
    groups, left = reader.read(payloads)
    read = {int(place): plain(group, row) for group in groups for row, place in enumerate(group.places)}
    assert sorted([*read, *left]) == list(range(len(payloads)))
    for place, found in read.items():
        assert repr(found) == repr(alone(payloads[place]))  # repr: NaN is as good as NaN
    return len(read)


def test_batches_of_one_model_are_read_together() -> None:
    payloads = [encode_batch(make(number, sparse=True, text="ON")) for number in range(500)]
    groups, left = AlikeReader().read(payloads)
    assert left == []
    assert len(groups) <= 4  # the lengths of sequence and base differ here and there
    assert check(AlikeReader(), payloads) == 500


def test_models_frames_and_texts_do_not_mix() -> None:
    chance = random.Random(1)
    batches = [
        make(number, chance.choice((1, 2, 10)), chance.random() < 0.5, chance.choice(("", "ON", "OF")))
        for number in range(600)
    ]
    assert check(AlikeReader(), [encode_batch(batch) for batch in batches]) > 550


@pytest.mark.parametrize(
    "batch",
    [
        make(1, boot_number=2**31),
        make(1, sequence=2**62),
        make(1, vin="9SVÄBCDE0TA000001"),
        make(1, vin="9SVABCDE0TA00000\0"),
        FrameBatch(make(1).identity, make(1).recorded_at_ms, make(1).columns, drops=(DropReport("a", "b", 1, 2, 3),)),
        FrameBatch(make(1).identity, make(1).recorded_at_ms, {60_000: SignalColumn(np.array([1.0, 2.0, 3.0]))}),
    ],
)
def test_what_is_unusual_reads_the_same(batch: FrameBatch) -> None:
    payload = encode_batch(batch)
    ordinary = [encode_batch(make(number)) for number in range(3)]
    check(AlikeReader(), [*ordinary, payload, payload])


def test_a_changed_byte_anywhere_never_reads_as_something_else() -> None:
    """Each byte of a message in turn takes other values, beside sound messages of the same layout."""
    sound = [encode_batch(make(number, 2, sparse=True, text="ON")) for number in range(3)]
    for at in range(len(sound[0])):
        changed = [bytes([*sound[0][:at], value, *sound[0][at + 1 :]]) for value in (0, 1, 2, 0x7F, 0x80, 0xFF)]
        check(AlikeReader(), [*sound, *changed])


def test_random_bytes_and_mutations_of_a_golden_message_read_as_they_would_alone() -> None:
    chance = random.Random(7)
    golden = GOLDEN.read_bytes()
    reader = AlikeReader()
    for _ in range(300):
        payloads = []
        for _ in range(chance.randint(1, 8)):
            changed = bytearray(golden)
            for _ in range(chance.randint(0, 3)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            payloads.append(bytes(changed) if chance.random() < 0.9 else chance.randbytes(len(golden)))
        check(reader, payloads)


def test_a_count_of_zero_and_a_boolean_of_two_are_left_to_be_refused_alone() -> None:
    good = encode_batch(make(1))
    number = good.index(bytes([0x18])) + 1  # boot_number
    assert good[number] == 2
    spoilt = bytes([*good[:number], 0, *good[number + 1 :]])
    groups, left = AlikeReader().read([good, good, spoilt])
    assert left == [2]
    assert sum(len(group.places) for group in groups) == 2


def test_layouts_do_not_pile_up() -> None:
    reader = AlikeReader()
    for frames in range(1, LAYOUTS_KEPT + 40):
        payload = encode_batch(make(1, frames))
        assert check(reader, [payload, payload]) == 2
    assert len(reader._layouts) <= LAYOUTS_KEPT
