"""Rounds: every contender once, in turn, with the machine's speed before, between and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.ingest.calibration import loop_seconds
from benchmarks.ingest.contender import Contender
from benchmarks.ingest.measurement import Measurement
from benchmarks.ingest.stage import Stage

LARGEST_DRIFT: Final = 0.15


@dataclass(frozen=True, slots=True)
class Round:
    """`calibrations` in seconds: one before each contender and one after the last."""

    measurements: tuple[Measurement, ...]
    calibrations: tuple[float, ...]

    @property
    def drift(self) -> float:
        """How much slower the machine was at its slowest than at its fastest."""
        return max(self.calibrations) / min(self.calibrations) - 1

    @property
    def is_steady(self) -> bool:
        return self.drift <= LARGEST_DRIFT

    def of(self, key: str) -> Measurement | None:
        return next((one for one in self.measurements if one.key == key), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "steady": self.is_steady,
            "drift": self.drift,
            "calibrations": self.calibrations,
            "measurements": [one.as_dict() for one in self.measurements],
        }


async def run_round(stage: Stage, contenders: Sequence[Contender], said: Callable[[Measurement], None]) -> Round:
    measurements, calibrations = [], [loop_seconds()]
    for contender in contenders:
        measurements.append(await contender.run(stage))
        calibrations.append(loop_seconds())
        said(measurements[-1])
    return Round(tuple(measurements), tuple(calibrations))


def kept(rounds: Sequence[Round]) -> list[Round]:
    """The steady ones; all of them where none is, which the report then says."""
    return [one for one in rounds if one.is_steady] or list(rounds)
