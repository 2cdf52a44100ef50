"""A steady rate below the ceiling: how long a frame takes from its arrival to the commit that stores it.

Arrival is `received_at`, which the bridge stamps when it has the message; publish is the instant at which the load
generator wrote the message to its socket; stored is the commit of the transaction that holds the row, by the server's
`track_commit_timestamp`. All three are read from one clock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from benchmarks.ingest.contender import Traffic
from benchmarks.ingest.measurement import Measurement
from benchmarks.ingest.payloads import Load
from benchmarks.ingest.servicelane_contender import Servicelane
from benchmarks.ingest.stage import DATABASE, Stage, queries
from database.connection import Connection, connect
from servicelane.databases import with_database

SHARES: Final = (0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over all frames of a run."""

    p50_ms: float
    p99_ms: float
    longest_ms: float


@dataclass(frozen=True, slots=True)
class SteadyRun:
    """`share` of the ceiling was asked for; `measurement.rate` is what was stored."""

    share: float
    frames_per_second: float
    arrival_to_stored: Latency
    publish_to_stored: Latency
    measurement: Measurement

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "measurement": self.measurement.as_dict()}


async def run_steady(stage: Stage, contender: Servicelane, ceiling: float, share: float, seconds: float) -> SteadyRun:
    """`contender` names cars and message size; its number of frames follows from rate and time."""
    rate = ceiling * share
    size = contender.load.frames_per_message
    load = Load(contender.load.cars, int(rate * seconds), size, contender.load.seed)
    traffic = Traffic(messages_per_second=rate / size, keeps_instants=True)
    measurement = await contender.with_load(load, traffic).run(stage)
    async with await connect(with_database(stage.server_url, DATABASE)) as connection:
        await _load_instants(connection, stage)
        row = await queries.one(connection, "measure_latencies")
    assert row is not None
    return SteadyRun(share, rate, _latency(row["arrival"]), _latency(row["publish"]), measurement)


async def _load_instants(connection: Connection, stage: Stage) -> None:
    """What the generator wrote down, as a temporary table by vehicle and sequence."""
    await queries.run(connection, "create_publish_instants")
    vins = stage.identities.vins
    numbers = {row["vin"]: row["vehicle_id"] for row in await queries.all(connection, "fetch_vehicle_ids", vins=vins)}
    async with connection.cursor() as cursor, cursor.copy(queries.text("copy_publish_instants")) as copy:
        for car, sequence, at_ns in np.load(stage.instants_path).tolist():
            await copy.write_row((numbers[vins[car]], sequence, at_ns // 1000))


def _latency(seconds: list[float]) -> Latency:
    return Latency(*(value * 1000 for value in seconds))
