"""What is to be held, and whether it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.ingest.figures import Figure, over, ratio
from benchmarks.ingest.measurement import Measurement
from benchmarks.ingest.rounds import Round
from benchmarks.ingest.servicelane_contender import BRIDGE, WRITER
from benchmarks.ingest.stage import POSTGRES

Compute = Callable[[Sequence[Round]], Figure | None]


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    compute: Compute
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None

    def is_reached(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    @property
    def words(self) -> str:
        bound = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return bound if self.aim is None else f"{bound} (aim {self.aim:g})"

    def judged(self, rounds: Sequence[Round]) -> Judgement | None:
        """None where the run has not what it needs."""
        found = self.compute(rounds)
        return Judgement(self, found, self.is_reached(found.median)) if found else None


@dataclass(frozen=True, slots=True)
class Judgement:
    target: Target
    figure: Figure
    reached: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "figure": self.target.name,
            "median": self.figure.median,
            "low": self.figure.low,
            "high": self.figure.high,
            "target": self.target.words,
            "reached": self.reached,
        }


def _ratio(key: str, to: str) -> Compute:
    return lambda rounds: ratio(rounds, key, to)


def _python_us(key: str) -> Compute:
    return lambda rounds: over(rounds, key, python_us)


def _postgres_us(key: str) -> Compute:
    return lambda rounds: over(rounds, key, lambda one: one.cpu_us(POSTGRES))


def python_us(measured: Measurement) -> float:
    """CPU of bridge and writer per frame."""
    return measured.cpu_us(BRIDGE) + measured.cpu_us(WRITER)


TARGETS: Final = (
    Target("batches of 10 ÷ C pipe, single frames", _ratio("servicelane-10", "c-pipe-1"), at_least=1.3),
    Target("batches of 10 ÷ C pipe, same batches", _ratio("servicelane-10", "c-pipe-10"), at_least=0.6),
    Target("single ÷ C pipe, single frames", _ratio("servicelane-1", "c-pipe-1"), at_least=0.35, aim=0.45),
    Target("batches of 10: Python µs per frame", _python_us("servicelane-10"), at_most=12),
    Target("single: Python µs per frame", _python_us("servicelane-1"), at_most=40),
    Target("batches of 10: PostgreSQL µs per frame", _postgres_us("servicelane-10"), at_most=6),
    Target("batches of 10 ÷ pure COPY", _ratio("servicelane-10", "pure-copy-1"), at_least=0.30),
    Target("single ÷ naive INSERT", _ratio("servicelane-1", "naive-1"), at_least=10),
    Target("single ÷ Telegraf, JSON", _ratio("servicelane-1", "telegraf-1"), at_least=1.3),
    Target("batches of 10 ÷ Telegraf, JSON", _ratio("servicelane-10", "telegraf-10"), at_least=3),
    Target("Kafka ÷ PostgreSQL stream, batches of 10", _ratio("servicelane-kafka-10", "servicelane-10"), at_least=0.6),
    Target("Kafka ÷ PostgreSQL stream, single", _ratio("servicelane-kafka-1", "servicelane-1"), at_least=0.6),
    Target("repeats and disorder ÷ without", _ratio("servicelane-disturbed-10", "servicelane-10"), at_least=0.95),
)
