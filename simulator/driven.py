"""What a car was like at each instant of a trip: the truth that sensors, monitors and the hidden truth look at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from simulator.physics.engine import EngineRun
from simulator.physics.following import Floats
from simulator.physics.particulate_filter import EndedRegeneration
from simulator.physics.traction_battery import TractionRun


@dataclass(slots=True)
class Driven:
    """A trip of n instants, or a parked car's one. Shape (n,) each; pads and cold pressures (4, n), misfires (k, n).

    `regenerations` are those that ended on the way.
    """

    ambient_c: float
    speed_kmh: Floats
    odometer_km: Floats
    tyre_heat_c: Floats
    cold_kpa: Floats
    pad_mm: Floats
    system_v: Floats
    disc_c: Floats
    engine: EngineRun | None = None
    oil_level_mm: Floats | None = None
    oil_life_percent: Floats | None = None
    fuel_percent: Floats | None = None
    short_trim: Floats | None = None
    long_trim: Floats | None = None
    misfires: npt.NDArray[np.int64] | None = None
    filter: Floats | None = None  # soot in g, inlet °C, km since the last regeneration: shape (3, n)
    regenerations: list[EndedRegeneration] = field(default_factory=list)
    traction: TractionRun | None = None

    def __len__(self) -> int:
        return len(self.speed_kmh)
