"""Who takes part in a round, in which order and with how many frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.ingest.c_pipe import CPipe
from benchmarks.ingest.contender import Contender, Traffic
from benchmarks.ingest.naive import Naive
from benchmarks.ingest.payloads import Load
from benchmarks.ingest.pure_copy import PureCopy
from benchmarks.ingest.servicelane_contender import Servicelane
from benchmarks.ingest.servicelane_on_kafka import ServicelaneOnKafka
from benchmarks.ingest.telegraf import Telegraf

REPEAT_EVERY: Final = 1009
DISORDER: Final = 0.05
DISTURBED: Final = Traffic(repeat_every=REPEAT_EVERY, disorder=DISORDER)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Frames of one run; enough that each takes seconds."""

    pipe_single: int
    pipe_batches: int
    single: int
    batches: int
    naive: int
    telegraf: int


FULL: Final = Sizes(
    pipe_single=200_000, pipe_batches=500_000, single=200_000, batches=400_000, naive=10_000, telegraf=100_000
)
QUICK: Final = Sizes(
    pipe_single=40_000, pipe_batches=100_000, single=10_000, batches=50_000, naive=3_000, telegraf=20_000
)


def every(frames: int) -> Sizes:
    """The same for everybody."""
    return Sizes(*[frames] * 6)


def contenders(cars: int, sizes: Sizes, *, kafka: bool, telegraf: Path | None) -> Iterator[Contender]:
    """In turn with the C pipe, so that what is compared is close in time."""
    yield CPipe(Load(cars, sizes.pipe_single, 1))
    yield Servicelane(Load(cars, sizes.single, 1))
    yield CPipe(Load(cars, sizes.pipe_batches, 10))
    yield Servicelane(Load(cars, sizes.batches, 10))
    yield Servicelane(Load(cars, sizes.batches, 10), DISTURBED)
    if kafka:
        yield ServicelaneOnKafka(Load(cars, sizes.single, 1))
        yield ServicelaneOnKafka(Load(cars, sizes.batches, 10))
    yield PureCopy(Load(cars, sizes.pipe_batches, 1))
    yield Naive(Load(cars, sizes.naive, 1))
    if telegraf:
        yield Telegraf(Load(cars, sizes.telegraf, 1), telegraf)
        yield Telegraf(Load(cars, sizes.telegraf, 10), telegraf)


def telegraf_program() -> Path | None:
    """What TELEGRAF names. Raises FileNotFoundError where that is no program."""
    named = os.environ.get("TELEGRAF")
    if not named:
        return None
    path = Path(named)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"TELEGRAF={named} is no program; name the telegraf binary, or unset it")
    return path
