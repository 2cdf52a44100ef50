"""What one run of one contender gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

GENERATOR: Final = "generator"


class RunFailed(RuntimeError):
    """A run did not end as it should; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of one run in frames, code reports included where the contender has them as messages of their own."""

    sent: int
    stored: int
    lost: int
    repeated: int
    dropped_by_broker: int

    @property
    def is_exact(self) -> bool:
        return self.stored == self.sent and not (self.lost or self.repeated or self.dropped_by_broker)


@dataclass(frozen=True, slots=True)
class Measurement:
    """`seconds` from the first publish to the commit of the last row; CPU seconds by process in the same time."""

    key: str
    contender: str
    frames: int
    seconds: float
    cpu_seconds: Mapping[str, float]
    outcome: Outcome
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Frames per second."""
        return self.frames / self.seconds

    def cpu_us(self, process: str) -> float:
        """CPU microseconds of one process per frame."""
        return self.cpu_seconds.get(process, 0.0) / self.frames * 1e6

    def share(self, process: str, cores: int) -> float:
        """Of all cores' time, what this process used."""
        return self.cpu_seconds.get(process, 0.0) / (self.seconds * cores)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "frames_per_second": self.rate}
