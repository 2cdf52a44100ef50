"""Every scripted degradation, by its kind."""

from __future__ import annotations

from typing import Final

from simulator.faults.chassis import CHASSIS_FAULTS
from simulator.faults.combustion import COMBUSTION_FAULTS
from simulator.faults.cooling import COOLING_FAULTS
from simulator.faults.degradation import Degradation
from simulator.faults.electrical import ELECTRICAL_FAULTS
from simulator.faults.sensors import SENSOR_FAULTS
from simulator.faults.traction import TRACTION_FAULTS

DEGRADATIONS: Final[dict[str, Degradation]] = {
    one.kind: one
    for group in (ELECTRICAL_FAULTS, COOLING_FAULTS, COMBUSTION_FAULTS, CHASSIS_FAULTS, TRACTION_FAULTS, SENSOR_FAULTS)
    for one in group
}
