"""The latest state of cars, however their messages are split over signals, batches and time."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pytest

from database.connection import Pool
from streaming.postgres import PostgresStream
from telemetry_schema.catalogue import Storage, signal, signals
from telemetry_schema.frames import FrameBatch, Identity, SignalColumn
from tests.ingest.conftest import BOOT, T0, T0_MS, enrol, record_of
from tests.ingest.test_telemetry_writer import rows, write

VINS: Final = ("1M8GDM9AXKP042788", "11111111111111111")
VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "vehicle_speed_kmh": (0.0, 33.25, 81.12345),
    "odometer_km": (120_000.5, 120_001.0),
    "dtc_count": (0, 3),
    "engine_revolutions": (1, 9_999_999_999_999),
    "is_moving": (True, False),
    "ignition_state": ("on", 'aus \N{LATIN SMALL LETTER U WITH DIAERESIS}"'),
}
"""One signal of each kind."""


def make_batch(chance: random.Random, vin: str, sequence: int) -> FrameBatch:
    """Two frames at an instant that no other message has; a signal is there in both, in one, or not at all."""
    at_ms = T0_MS + 10_000 * sequence + np.array([0, 1000])
    columns = {}
    for name, values in VALUES.items():
        places = chance.choice([None, [0], [1]] if not columns else [None, [0], [1], [], []])
        if places != []:
            told = [chance.choice(values) for _ in places or (0, 1)]
            dtype = object if signal(name).storage is Storage.TEXT else signal(name).storage.dtype
            columns[signal(name).id] = SignalColumn(
                np.array(told, dtype=dtype), None if places is None else np.array(places)
            )
    return FrameBatch(Identity(vin, BOOT, 1, sequence), at_ms, columns)


def newest(batches: list[FrameBatch]) -> dict[str, tuple[Any, str]]:
    """By signal the value and instant of its newest frame, one value at a time."""
    found: dict[str, tuple[int, Any]] = {}
    for batch in batches:
        for name in VALUES:
            if column := batch.columns.get(signal(name).id):
                places = range(batch.frames) if column.at is None else column.at.tolist()
                for place, value in zip(places, column.values.tolist(), strict=True):
                    found[name] = max(
                        found.get(name, (0, None)), (int(batch.recorded_at_ms[place]), value), key=lambda of: of[0]
                    )
    return {
        name: (value, (T0 + timedelta(milliseconds=at - T0_MS)).isoformat(timespec="milliseconds"))
        for name, (at, value) in found.items()
    }


@pytest.mark.parametrize("seed", range(6))
async def test_of_each_signal_the_newest_value_counts(pool: Pool, stream: PostgresStream, seed: int) -> None:
    chance = random.Random(seed)
    async with pool.connection() as connection:
        numbers = {vin: await enrol(connection, vin) for vin in VINS}
    batches = [make_batch(chance, vin, sequence) for vin in VINS for sequence in range(1, 13)]
    chance.shuffle(batches)
    for start in range(0, len(batches), 5):
        await write(stream, [record_of(batch) for batch in batches[start : start + 5]])
    for vin in VINS:
        (state,) = await rows(pool, f"select * from published.latest_state where vehicle_id = {numbers[vin]}")
        of_car = [batch for batch in batches if batch.identity.vin == vin]
        told = {name: (entry["value"], entry["recorded_at"]) for name, entry in state["values"].items()}
        assert told == {
            name: (pytest.approx(value, abs=6e-5) if isinstance(value, float) else value, at)
            for name, (value, at) in newest(of_car).items()
        }
        assert all(type(told[name][0]) is bool for name in told.keys() & {"is_moving"})
        assert state["last_recorded_at"] == T0 + timedelta(seconds=121)


async def test_a_car_that_tells_no_number_stands_beside_one_that_tells_no_text(
    pool: Pool, stream: PostgresStream
) -> None:
    async with pool.connection() as connection:
        numbers = [await enrol(connection, vin) for vin in VINS]
    said = {VINS[0]: ("ignition_state", np.array(["on"], dtype=object)), VINS[1]: ("dtc_count", np.array([2]))}
    columns = {vin: {signal(name).id: SignalColumn(values)} for vin, (name, values) in said.items()}
    await write(
        stream, [record_of(FrameBatch(Identity(vin, BOOT, 1, 1), np.array([T0_MS]), columns[vin])) for vin in VINS]
    )
    states = {row["vehicle_id"]: row["values"] for row in await rows(pool, "select * from published.latest_state")}
    assert [{name: entry["value"] for name, entry in states[number].items()} for number in numbers] == [
        {"ignition_state": "on"},
        {"dtc_count": 2},
    ]


async def test_the_database_knows_the_name_of_every_number(pool: Pool) -> None:
    """A new signal is added by a migration (CONTRIBUTING.md); without its name nobody would see its values."""
    found = await rows(pool, "select * from telemetry.number_signals")
    assert {(row["signal_id"], row["name"], row["is_boolean"]) for row in found} == {
        (one.id, one.name, one.storage is Storage.BOOLEAN)
        for one in signals()
        if one.storage is not Storage.TEXT and not one.is_personal
    }
