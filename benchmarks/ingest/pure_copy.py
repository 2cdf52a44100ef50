"""Pure COPY: the same rows, encoded before, in one binary COPY and one commit. No broker: the database's own limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import psycopg

from benchmarks.ingest.contender import Contender
from benchmarks.ingest.drives import POSITION_EVERY, POSITIONS, QUANTITIES, Drive
from benchmarks.ingest.measurement import Measurement, Outcome
from benchmarks.ingest.payloads import drives
from benchmarks.ingest.peer_table import PeerTable
from benchmarks.ingest.processor_time import ProcessorTime
from benchmarks.ingest.stage import POSTGRES, Stage
from ingest.binary_copy import Column, TextColumn, copy_bytes, instants, numbers, octets
from telemetry_schema.catalogue import Storage, signals_by_name

Places = npt.NDArray[np.int64]

_CHUNK_BYTES: Final = 2**18


class PureCopy(PeerTable, Contender):
    kind = "pure-copy"

    @property
    def name(self) -> str:
        return "pure COPY, binary"

    async def run(self, stage: Stage) -> Measurement:
        url = await self.fresh_database(stage)
        columns = rows_of(list(drives(self.load)), time.time_ns() // 1_000_000)
        names, encoded = [column.name for column in columns], copy_bytes(columns)
        cpu = ProcessorTime({POSTGRES: stage.server_pid})
        started_ns, own = time.time_ns(), time.process_time()
        await asyncio.to_thread(_copy, url, names, encoded)
        spent = cpu.spent() | {"copy client": time.process_time() - own}
        counted = await self.count(url)
        seconds = counted.last_commit_at.timestamp() - started_ns / 1e9
        lost = self.load.all_frames - counted.frames
        outcome = Outcome(self.load.all_frames, counted.frames, lost, counted.rows - counted.frames, 0)
        return Measurement(self.key, self.name, self.load.all_frames, seconds, spent, outcome)


def rows_of(fleet: list[Drive], start_ms: int) -> list[Column]:
    """Every frame of the fleet, the cars taking turns."""
    frames, cars = fleet[0].frames, len(fleet)
    each_car, each_frame = np.tile(np.arange(cars), frames), np.repeat(np.arange(frames), cars)
    at_ms = np.stack([own.at_ms for own in fleet], axis=1).reshape(-1) + start_ms
    boots = np.frombuffer(b"".join(own.boot_id.bytes for own in fleet), dtype=np.uint8).reshape(cars, 16)
    return [
        numbers("vehicle_id", each_car + 1, ">i8"),
        instants("recorded_at", at_ms),
        octets("boot_id", boots[each_car]),
        numbers("boot_number", np.ones(len(at_ms)), ">i8"),
        numbers("sequence", each_frame + 1, ">i8"),
        numbers("frame", np.zeros(len(at_ms)), ">i4"),
        numbers("clock_quality", np.ones(len(at_ms)), ">i2"),
        *_signals(fleet),
        *_positions(fleet, each_frame, each_car),
        TextColumn("codes", list(_codes(fleet))),
    ]


def _signals(fleet: list[Drive]) -> Iterator[Column]:
    values = np.stack([own.values for own in fleet], axis=1).reshape(-1, len(QUANTITIES))
    for number, quantity in enumerate(QUANTITIES):
        code = ">f8" if signals_by_name()[quantity.name].storage is Storage.DOUBLE else ">f4"
        yield numbers(quantity.name, values[:, number], code)


def _positions(fleet: list[Drive], each_frame: Places, each_car: Places) -> Iterator[Column]:
    positions = np.stack([own.positions for own in fleet])[each_car, each_frame // POSITION_EVERY]
    for number, name in enumerate(POSITIONS):
        yield numbers(name, positions[:, number], ">f8", each_frame % POSITION_EVERY == 0)


def _codes(fleet: list[Drive]) -> Iterator[bytes | None]:
    codes = [
        {one.frame: ",".join(f"{code:06X}" for code in one.codes).encode() for one in own.reports} for own in fleet
    ]
    for frame in range(fleet[0].frames):
        yield from (of_car.get(frame) for of_car in codes)


def _copy(url: str, names: list[str], encoded: bytes) -> None:
    with psycopg.connect(url) as connection:
        statement = psycopg.sql.SQL("copy samples ({}) from stdin (format binary)").format(
            psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, names))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for start in range(0, len(encoded), _CHUNK_BYTES):
                copy.write(encoded[start : start + _CHUNK_BYTES])
