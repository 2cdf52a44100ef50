"""Cars that take frames for stored although the disk did not take them.

The protection that is removed: `record_frames` raises, and keeps its open batch, until the disk has it.
"""

from __future__ import annotations

from typing import Any

import tests.chaos.fleet
from head_unit.buffer import BufferUnavailableError
from tests.chaos.fleet import Car, FleetRun, main


class HidingCar(Car):
    def record(self, frames: int, clock_ms: int) -> int:
        try:
            return super().record(frames, clock_ms)
        except BufferUnavailableError:
            self._not_taken = None
            HidingRun.hidden += 1
            return frames


class HidingRun(FleetRun):
    """Says how often, so that the test knows when the disks are full."""

    hidden = 0

    def _said(self) -> dict[str, Any]:
        return super()._said() | {"refused": HidingRun.hidden}


if __name__ == "__main__":
    tests.chaos.fleet.Car = HidingCar  # type: ignore[misc]
    tests.chaos.fleet.FleetRun = HidingRun  # type: ignore[misc]
    main()
