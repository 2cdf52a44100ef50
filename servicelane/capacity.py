"""What a fleet takes: messages, cores, disk, from what was measured per car and per frame. Sums only.

The cost of a message is so much for the message and so much for each frame in it; the benchmark measures messages of 1
frame and of 10, and two points make the line. A day's busiest hour, not its mean, is what has to be carried, at no
more than `busy_share` of a core.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final, Self

MEASURED: Final = Path(__file__).with_name("capacity.json")
BROKER: Final = "broker"
DATABASE: Final = "postgres"
_DAY_SECONDS: Final = 86_400
_ON_THE_WAY_UP_BYTES: Final = 96 + 29 + 52
"""Beside the payload of a message: MQTT header, topic and properties; a TLS record; TCP and IP."""

_ON_THE_WAY_DOWN_BYTES: Final = 2 * (29 + 52) + 4 + 120
"""PUBACK and `down/ack`, each in a TLS record and a packet of its own."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU µs of one process."""

    per_message: float
    per_frame: float

    @classmethod
    def from_points(cls, single_us: float, of_ten_us: float) -> Self:
        """From CPU µs per frame in messages of 1 and of 10 frames."""
        per_frame = max(0.0, (10 * of_ten_us - single_us) / 9)
        return cls(single_us - per_frame, per_frame)


@dataclass(frozen=True, slots=True)
class FleetDay:
    """Of one car, on average (`python -m benchmarks.fleet_day`)."""

    frames_per_car_day: float
    batches_per_car_day: float
    events_per_car_day: float
    payload_bytes_per_frame: float
    busiest_hour_share: float
    stream_bytes_per_frame: float
    table_bytes_per_frame: float
    wal_bytes_per_frame: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody decides. The defaults are engineering values; nothing here was measured."""

    cars: int
    busy_share: float = 0.6
    """Of a core, in the busiest hour: what is left is for reconnects, back-fill and the loss of a machine."""

    sample_days: float = 400
    stream_days: float = 7
    stream_copies: int = 3
    columnstore_share: float = 0.25
    """Of the plain table's bytes. To be measured on one's own data: docs/growing.md says how."""

    columnstore_after_days: float = 7
    database_cores: int = 16
    """Of the largest database server that one wants to run; as the next two."""

    database_wal_bytes_per_second: float = 200e6
    database_disk_bytes: float = 50e12
    connects_per_car_day: float = 8
    """Trips, and a parked car's reports every six hours."""

    partitions: int = 16
    """Of a topic: no more processes of one kind share it (streaming.partitions)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What the fleet takes in all. Cores and processes are those of the busiest hour."""

    frames_per_second: float
    busiest_frames_per_second: float
    busiest_messages_per_second: float
    up_bytes_per_car_month: float
    down_bytes_per_car_month: float
    broker_memory_bytes: float
    """Where every car is connected at once."""

    reconnect_seconds: float
    """Of one core, until every car is connected again."""

    cores: Mapping[str, float]
    processes: Mapping[str, int]
    wal_bytes_per_second: float
    stream_bytes: float
    table_bytes_plain: float
    table_bytes_columnstore: float
    stacks_by_limit: Mapping[str, float]
    """What each limit of a stack asks for; the largest, rounded up, is how many stacks it takes."""

    @property
    def stacks(self) -> int:
        return max(1, ceil(max(self.stacks_by_limit.values())))

    @property
    def bound(self) -> str:
        return max(self.stacks_by_limit, key=lambda name: self.stacks_by_limit[name])


@dataclass(frozen=True, slots=True)
class Measured:
    day: FleetDay
    costs: Mapping[str, Cost]
    handshake_us: float
    """CPU µs of the MQTT broker for one TLS connection with a client certificate."""

    connection_bytes: float
    """Memory of the MQTT broker for it."""

    origin: str

    @classmethod
    def read(cls, path: Path = MEASURED) -> Self:
        """Raises ValueError, naming the file, where it is not what `servicelane capacity --save` writes."""
        try:
            given = json.loads(path.read_text())
            costs = {name: Cost.from_points(*points) for name, points in given["cpu_us_of_1_and_10"].items()}
            costs |= {name: Cost(0, per_frame) for name, per_frame in given["cpu_us_of_a_frame"].items()}
            numbers = given["handshake_us"], given["connection_bytes"]
            return cls(FleetDay(**given["day"]), costs, *numbers, given["origin"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} does not hold measured costs: {error!r}") from error


def points_of(result: Mapping[str, Any], kind: str) -> dict[str, list[float]]:
    """CPU µs per frame of each process in messages of 1 and of 10 frames, the medians of the rounds of a result file.

    `kind` is `servicelane` or `servicelane-kafka`. Raises ValueError where the result has no such contender.
    """
    by_size = [_medians(result, f"{kind}-{size}") for size in (1, 10)]
    return {name: [of[name] for of in by_size] for name in by_size[0] if name != "generator"}


def _medians(result: Mapping[str, Any], key: str) -> dict[str, float]:
    found = [one for of in result["rounds"] for one in of["measurements"] if one["key"] == key]
    if not found:
        raise ValueError(f"the result has no contender {key}")
    return {
        name: _median([one["cpu_seconds"][name] / one["frames"] * 1e6 for one in found])
        for name in found[0]["cpu_seconds"]
    }


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def demand(plan: Plan, measured: Measured) -> Demand:
    """The sums."""
    day = measured.day
    messages_per_car_day = day.batches_per_car_day + day.events_per_car_day
    frames_per_day = plan.cars * day.frames_per_car_day
    busiest = plan.cars * day.busiest_hour_share / 3_600  # what a car does a day → what the fleet does a second
    cores = _cores(measured, day.frames_per_car_day * busiest, messages_per_car_day * busiest)
    cores[BROKER] += plan.connects_per_car_day * busiest * measured.handshake_us / 1e6
    wal = day.frames_per_car_day * busiest * day.wal_bytes_per_frame
    plain = frames_per_day * day.table_bytes_per_frame
    fresh_days = min(plan.columnstore_after_days, plan.sample_days)
    packed = plain * (fresh_days + (plan.sample_days - fresh_days) * plan.columnstore_share)
    return Demand(
        frames_per_second=frames_per_day / _DAY_SECONDS,
        busiest_frames_per_second=day.frames_per_car_day * busiest,
        busiest_messages_per_second=messages_per_car_day * busiest,
        up_bytes_per_car_month=30
        * (day.frames_per_car_day * day.payload_bytes_per_frame + messages_per_car_day * _ON_THE_WAY_UP_BYTES),
        down_bytes_per_car_month=30 * messages_per_car_day * _ON_THE_WAY_DOWN_BYTES,
        broker_memory_bytes=plan.cars * measured.connection_bytes,
        reconnect_seconds=plan.cars * measured.handshake_us / 1e6,
        cores=cores,
        processes={name: max(1, ceil(used / plan.busy_share)) for name, used in cores.items()},
        wal_bytes_per_second=wal,
        stream_bytes=frames_per_day * day.stream_bytes_per_frame * plan.stream_days * plan.stream_copies,
        table_bytes_plain=plain * plan.sample_days,
        table_bytes_columnstore=packed,
        stacks_by_limit=_stacks(plan, cores, wal, packed),
    )


def _cores(measured: Measured, frames_per_second: float, messages_per_second: float) -> dict[str, float]:
    return {
        name: (cost.per_message * messages_per_second + cost.per_frame * frames_per_second) / 1e6
        for name, cost in measured.costs.items()
    }


def _stacks(plan: Plan, cores: Mapping[str, float], wal: float, disk: float) -> dict[str, float]:
    """A stack has one MQTT broker, which works on one core, one database server, and `partitions` of each process."""
    most = {BROKER: 1, DATABASE: plan.database_cores}
    return {
        **{
            f"cores of {name}": used / (plan.busy_share * most.get(name, plan.partitions))
            for name, used in cores.items()
        },
        "write-ahead log": wal / plan.database_wal_bytes_per_second,
        "disk": disk / plan.database_disk_bytes,
    }
