"""A fleet of cars that do not exist, mixed as a real one is."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from simulator.scenario import Scenario
from telemetry_schema.vin import Vin, with_check_digit

_COMPOSITION: Final = Path(__file__).parent / "data" / "fleet_composition.csv"
_SERIAL: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
USAGES: Final = ("commuter", "occasional", "family", "delivery", "long_distance")
_USAGE_WEIGHTS: Final = (40, 15, 28, 7, 10)  # default, to be calibrated


@dataclass(frozen=True, slots=True)
class CarSpec:
    """One car as its maker and its owner know it. `specification` is what a backend may know too."""

    vin: str
    model_id: str
    make: str
    model: str
    model_year: int
    drivetrain: str
    in_service_on: date
    odometer_km: float
    usage: str
    specification: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"in_service_on": self.in_service_on.isoformat()}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> CarSpec:
        known = {name: given[name] for name in cls.__dataclass_fields__}
        return cls(**known | {"in_service_on": date.fromisoformat(given["in_service_on"])})


def build_fleet(scenario: Scenario, seed: int) -> list[CarSpec]:
    """The cars of a scenario; another seed gives other cars. Petrol and hybrid in the proportions of VED.

    The cars that a scenario's faults need come first, so that a small fleet has a diesel for a diesel's fault.
    """
    from simulator.faults.degradations import DEGRADATIONS

    chance = random.Random(f"fleet/{scenario.name}/{seed}")
    wanted = [DEGRADATIONS[plan.kind].drivetrains for plan in scenario.faults for _ in range(plan.cars)]
    drivetrains = [chance.choice(sorted(allowed)) if "petrol" not in allowed else "petrol" for allowed in wanted]
    while len(drivetrains) < scenario.cars:
        drivetrains.append(_draw_drivetrain(scenario, chance))
    return [_draw_car(number, drivetrain, seed, chance) for number, drivetrain in enumerate(drivetrains)]


@cache
def _composition() -> dict[str, list[dict[str, str]]]:
    kinds: dict[str, list[dict[str, str]]] = {"petrol": [], "hybrid": [], "electric": []}
    names = {"ICE": "petrol", "HEV": "hybrid", "PHEV": "hybrid", "EV": "electric"}
    with _COMPOSITION.open(newline="") as rows:
        for row in csv.DictReader(rows):
            kinds[names[row["type"]]].append(row)
    kinds["diesel"] = [row for row in kinds["petrol"] if row["cylinders"] == "4"]
    return kinds


def _draw_drivetrain(scenario: Scenario, chance: random.Random) -> str:
    share = chance.random()
    if share < scenario.diesel_share:
        return "diesel"
    if share < scenario.diesel_share + scenario.electric_share:
        return "electric"
    counts = {kind: sum(int(row["count"]) for row in _composition()[kind]) for kind in ("petrol", "hybrid")}
    return chance.choices(list(counts), list(counts.values()))[0]


def _draw_car(number: int, drivetrain: str, seed: int, chance: random.Random) -> CarSpec:
    rows = _composition()[drivetrain]
    row = chance.choices(rows, [int(one["count"]) for one in rows])[0]
    mass_kg = int(row["mass_kg"])
    size = "Compact" if mass_kg < 1400 else "Midsize" if mass_kg < 1800 else "Large"
    age_years = chance.uniform(0.5, 9)
    in_service_on = date.fromordinal(date(2026, 6, 1).toordinal() - int(age_years * 365))
    yearly_km = chance.lognormvariate(9.55, 0.35)
    return CarSpec(
        vin=_vin(number, seed, chance),
        model_id=f"{drivetrain}-{size.lower()}",
        make="Servicelane",
        model=f"{size} {drivetrain}",
        model_year=in_service_on.year,
        drivetrain=drivetrain,
        in_service_on=in_service_on,
        odometer_km=round(age_years * yearly_km, 1),
        usage=chance.choices(USAGES, _USAGE_WEIGHTS)[0],
        specification=_specification(row, drivetrain, mass_kg, chance),
    )


def _specification(row: Mapping[str, str], drivetrain: str, mass_kg: int, chance: random.Random) -> dict[str, Any]:
    specification: dict[str, Any] = {
        "mass_kg": mass_kg,
        "tyre_placard_front_kpa": chance.choice((220, 230, 240, 250)),
        "tyre_placard_rear_kpa": chance.choice((220, 230, 240)),
        "transmission": chance.choice(("automatic", "manual")) if drivetrain in ("petrol", "diesel") else "automatic",
    }
    if drivetrain != "electric":
        displacement_l = float(row["displacement_l"])
        specification |= {"displacement_l": displacement_l, "cylinders": int(row["cylinders"])}
        specification["fuel_tank_l"] = round(35 + 8 * displacement_l)
    if drivetrain in ("electric", "hybrid"):
        specification["battery_capacity_kwh"] = chance.choice((40, 52, 64, 77)) if drivetrain == "electric" else 1.4
    return specification


def _vin(number: int, seed: int, chance: random.Random) -> Vin:
    """Invented: world code 9SV is nobody's, and the serial holds the seed so that two fleets share no car."""
    serial = "".join(chance.choice(_SERIAL) for _ in range(5))
    return with_check_digit(f"9SV{serial}0T{_base33(seed, 3)}{number % 10000:04d}")


def _base33(value: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        value, rest = divmod(value, len(_SERIAL))
        digits = _SERIAL[rest] + digits
    return digits
