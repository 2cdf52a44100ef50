"""From rounds to figures: medians, spreads, and ratios that are formed within each round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.ingest.measurement import Measurement
from benchmarks.ingest.rounds import Round


@dataclass(frozen=True, slots=True)
class Figure:
    """The median over rounds, and the least and the most."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Half the span, as a share of the median."""
        return (self.high - self.low) / 2 / self.median if self.median else 0.0


def figure(values: Sequence[float]) -> Figure | None:
    return Figure(median(values), min(values), max(values)) if values else None


def over(rounds: Sequence[Round], key: str, value: Callable[[Measurement], float]) -> Figure | None:
    """A value of one contender over the rounds; None where it did not take part."""
    return figure([value(one) for one in (of.of(key) for of in rounds) if one is not None])


def ratio(rounds: Sequence[Round], key: str, to: str) -> Figure | None:
    """The rate of one contender over that of another in the same round."""
    pairs = [(one.of(key), one.of(to)) for one in rounds]
    return figure([mine.rate / theirs.rate for mine, theirs in pairs if mine and theirs])


def busiest(measured: Measurement) -> tuple[str, float]:
    """The process that used most of one core's time, and how much of it."""
    name = max(measured.cpu_seconds, key=lambda process: measured.cpu_seconds[process])
    return name, measured.share(name, 1)


def all_cores(measured: Measurement, cores: int) -> float:
    """What all processes together used of all cores' time."""
    return sum(measured.share(process, cores) for process in measured.cpu_seconds)
