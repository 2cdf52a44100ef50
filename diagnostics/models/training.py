"""A fleet's histories to an artefact: split by time, fit, calibrate, and say what was done. Pure.

The first two thirds of the time are fitted; the last third, which the fit has not seen, sets the thresholds.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import scipy
import sklearn

from diagnostics.history import Car, History, Item, Trip
from diagnostics.models import artefact as artefacts
from diagnostics.models.artefact import Artefact
from diagnostics.models.drift import references
from diagnostics.models.fitting import ByCar, TooLittleError, fit
from diagnostics.models.following import follow
from diagnostics.models.normal import Normal
from diagnostics.models.regimes import JUDGED, REGIMES, Observation, Regime, observations
from diagnostics.models.threshold import BLOCK_DAYS, Threshold, TooFewBlocksError, threshold_of

FITTED_SHARE: Final = 2 / 3
ALARMS_PER_CAR_YEAR: Final = 0.02
"""One in fifty car-years, over all regimes of a car together."""
_DAY_S: Final = 86_400.0


class TrainingError(ValueError):
    """Nothing can be learnt from this fleet; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Period:
    """Unix seconds: fitted from `since_s` to `calibrated_s`, calibrated to `until_s`."""

    since_s: float
    calibrated_s: float
    until_s: float


def train(
    vehicle_model: str,
    fleet: Sequence[History],
    *,
    seed: int = 1,
    since_s: float | None = None,
    until_s: float | None = None,
    alarms_per_car_year: float = ALARMS_PER_CAR_YEAR,
    judges: Collection[str] = JUDGED,
) -> Artefact:
    """`fleet`: what is known of each car of this model; `judges`: the regimes in which something is to be said. The
    same fleet and seed give the same bytes.

    Raises TrainingError where no regime has enough cars and time.
    """
    drivetrains = sorted({car.drivetrain for car in fleet})
    if len(drivetrains) != 1:
        raise TrainingError(
            f"{vehicle_model}: {len(fleet)} cars with {', '.join(drivetrains) or 'no'} drivetrains; one is needed"
        )
    fleet = sorted(fleet, key=lambda one: one.vin)
    kept = {car.vin: _within(car, since_s, until_s) for car in fleet}
    period = _period([item for items in kept.values() for item in items], vehicle_model)
    seen = by_regime({car.vin: car.car for car in fleet}, kept)
    normals: dict[str, Normal] = {}
    told: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    for name, regime in REGIMES.items():
        try:
            fitted, threshold = _learn(regime, seen[name], period, seed, alarms_per_car_year / len(REGIMES))
        except (TooLittleError, TooFewBlocksError) as error:
            left_out[name] = str(error)
            continue
        normals[name] = fitted
        told[name] = _about_regime(regime, fitted, seen[name], period, threshold)
    if not normals:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise TrainingError(f"{vehicle_model}: no regime can be learnt. {reasons}")
    about = {
        "seed": seed,
        "judges": sorted(judges),
        "period": {name: _iso(value) for name, value in asdict(period).items()},
        "cars": len(fleet),
        "trips": sum(isinstance(item, Trip) for items in kept.values() for item in items),
        "items": sum(map(len, kept.values())),
        "data_sha256": data_hash(fleet, kept),
        "alarms_per_car_year": alarms_per_car_year,
        "libraries": _libraries(),
        "regimes": told,
        "left_out": left_out,
    }
    return artefacts.build(vehicle_model, drivetrains[0], about, normals)


def data_hash(fleet: Sequence[History], kept: Mapping[str, Sequence[Item]]) -> str:
    """Of every item that was learnt from, car by car in the order of their numbers."""
    digest = hashlib.sha256()
    for car in fleet:
        digest.update(json.dumps([car.vin, car.drivetrain, dict(car.specification)], sort_keys=True).encode())
        for item in kept[car.vin]:
            plain = {one.name: _plain(getattr(item, one.name)) for one in fields(item)}
            digest.update(json.dumps([type(item).__name__, plain], sort_keys=True).encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _within(car: History, since_s: float | None, until_s: float | None) -> list[Item]:
    low = float("-inf") if since_s is None else since_s
    high = float("inf") if until_s is None else until_s
    return [item for item in car.items() if low <= item.at_s < high]


def _period(items: Sequence[Item], vehicle_model: str) -> Period:
    if not items:
        raise TrainingError(f"{vehicle_model}: no trips and no other readings in this time")
    first, last = min(item.at_s for item in items), max(item.at_s for item in items)
    return Period(first, first + FITTED_SHARE * (last - first), last)


def by_regime(cars: Mapping[str, Car], kept: Mapping[str, Iterable[Item]]) -> dict[str, dict[str, list[Observation]]]:
    found: dict[str, dict[str, list[Observation]]] = {name: {} for name in REGIMES}
    for vin, items in kept.items():
        for item in items:
            for one in observations(item, cars[vin]):
                found[one.regime].setdefault(vin, []).append(one)
    return found


def _learn(regime: Regime, seen: ByCar, period: Period, seed: int, rate: float) -> tuple[Normal, Threshold]:
    early = {vin: [one for one in of_car if one.at_s < period.calibrated_s] for vin, of_car in seen.items()}
    normal = fit(regime, early, seed)
    highest = _highest(regime, normal, seen, period)
    threshold = threshold_of(list(highest.values()), len({vin for vin, _ in highest}), rate)
    return replace(normal, threshold=round(threshold.distance, 4)), threshold


def _highest(regime: Regime, normal: Normal, seen: ByCar, period: Period) -> dict[tuple[str, int], float]:
    """The highest lasting distance by car and block of the calibration time."""
    blocks: dict[tuple[str, int], float] = {}
    for vin, of_car in seen.items():
        memory: dict[str, Any] = {}
        for one in of_car:
            standing = follow(memory, regime, normal, one)
            if standing is None or one.at_s < period.calibrated_s or len(memory["last"]) < 3:
                continue
            block = int((one.at_s - period.calibrated_s) / (BLOCK_DAYS * _DAY_S))
            blocks[vin, block] = max(blocks.get((vin, block), float("-inf")), standing.lasting)
    return dict(sorted(blocks.items()))


def _about_regime(regime: Regime, normal: Normal, seen: ByCar, period: Period, threshold: Threshold) -> dict[str, Any]:
    early = [one for of_car in seen.values() for one in of_car if one.at_s < period.calibrated_s]
    return {
        "cars": sum(any(one.at_s < period.calibrated_s for one in of_car) for of_car in seen.values()),
        "observations": len(early),
        "judged": [regime.quantities[place].name for place in normal.places],
        "not_told": [one.name for n, one in enumerate(regime.quantities) if n not in normal.places],
        "window": regime.window,
        "threshold": {name: _short(value) for name, value in asdict(threshold).items()},
        "references": references(
            regime, normal, {v: [o for o in s if o.at_s < period.calibrated_s] for v, s in seen.items()}
        ),
    }


def _short(value: float) -> float:
    return value if isinstance(value, int) else round(value, 4)


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(round(at_s), UTC).isoformat()


def _libraries() -> dict[str, str]:
    """For whoever wants the same bytes again; judging needs none of their versions, since it reads plain numbers."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
    }
