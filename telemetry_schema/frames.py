"""A batch of frames as numpy columns: the form in which every part of Servicelane handles telemetry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from telemetry_schema.catalogue import VERSION


class ClockQuality(IntEnum):
    """How much the car trusts its own clock; the numbers are those of the wire."""

    UNKNOWN = 0
    SYNCHRONISED = 1
    HOLDOVER = 2
    UNSYNCHRONISED = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends, and the place of this message in the sender's order."""

    vin: str
    boot_id: UUID
    boot_number: int
    sequence: int


@dataclass(frozen=True, slots=True)
class SignalColumn:
    """The values of one signal.

    `values` has shape (n,); `at` has shape (n,) and holds the ascending frame numbers that have a value, or is None
    where every frame has one (n = number of frames).
    """

    values: npt.NDArray[Any]
    at: npt.NDArray[np.int64] | None = None

    def spread(self, frames: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """Values of shape (frames,) and the mask of those that are present; absent places hold zero or None."""
        if self.at is None:
            return self.values, np.ones(frames, dtype=bool)
        present = np.zeros(frames, dtype=bool)
        present[self.at] = True
        empty = None if self.values.dtype == np.dtype("O") else 0
        full = np.full(frames, empty, dtype=self.values.dtype)
        full[self.at] = self.values
        return full, present


@dataclass(frozen=True, slots=True)
class DropReport:
    """Data the head unit gave up; instants are Unix milliseconds of the first and the last of it."""

    reason: str
    priority: str
    frames: int
    from_recorded_at_ms: int
    to_recorded_at_ms: int


@dataclass(frozen=True, slots=True)
class FrameBatch:
    """1..N frames of one car. `recorded_at_ms` has shape (N,), Unix milliseconds UTC, in the order they were taken."""

    identity: Identity
    recorded_at_ms: npt.NDArray[np.int64]
    columns: Mapping[int, SignalColumn]  # by signal id; ids that the catalogue lacks survive
    clock_quality: ClockQuality = ClockQuality.UNKNOWN
    catalogue_version: int = VERSION
    drops: tuple[DropReport, ...] = field(default=())

    @property
    def frames(self) -> int:
        return len(self.recorded_at_ms)
