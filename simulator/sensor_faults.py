"""Sensors that do not say what is: stuck, noisy, drifting away, or unplugged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from simulator.physics.following import Floats

OPEN_CIRCUIT: Final = {
    "coolant_temperature_c": -40.0,
    "intake_air_temperature_c": -40.0,
    "ambient_temperature_c": -40.0,
    "engine_oil_temperature_c": -40.0,
    "intake_manifold_pressure_kpa": 0.0,
    "mass_air_flow_gps": 0.0,
    "throttle_position_percent": 0.0,
    "vehicle_speed_kmh": 0.0,
}
"""What a control unit reads on an open line: thermistors at their coldest, the others at zero (handbook 4.3, PIDs)."""


@dataclass(slots=True)
class SensorFault:
    """`amount` is noise as one standard deviation (noisy), in the signal's unit; a stuck sensor keeps its first value.

    A noisy line is not noisy all the time: `share` of the samples.
    """

    signal: str
    mode: Literal["stuck", "noisy", "unplugged"]
    amount: float = 0.0
    share: float = 1.0
    held: float | None = None

    def said(self, truth: Floats, chance: np.random.Generator) -> Floats:
        """What the sensor says in place of the truth, shape (n,)."""
        if self.mode == "unplugged":
            return np.full(len(truth), OPEN_CIRCUIT[self.signal])
        if self.mode == "stuck":
            self.held = float(truth[0]) if self.held is None else self.held
            return np.full(len(truth), self.held)
        shaken = chance.random(len(truth)) < self.share
        return truth + shaken * chance.normal(0.0, self.amount, len(truth))
