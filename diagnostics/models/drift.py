"""Whether a fleet still is as it was in training: by regime and quantity, and for the conditions that it is driven in.
Pure.

Quantities are compared as residuals, so that a winter alone is no drift of them. Two numbers: the population stability
index (PSI) over the tenths of training says how far a distribution has moved, below 0.1 hardly, from 0.25 on far; and a
Kolmogorov-Smirnov test between the cars' medians then and now says whether that can be chance, since the trips of one
car are alike and cannot count one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from scipy.stats import ks_2samp

from diagnostics.models.fitting import ByCar
from diagnostics.models.normal import Normal
from diagnostics.models.regimes import Regime
from diagnostics.samples import Floats

WATCH_PSI: Final = 0.10
RETRAIN_PSI: Final = 0.25
CHANCE: Final = 0.001
"""Shared by all comparisons of one report."""
LEAST_CARS: Final = 5
_TENTHS: Final = 10
_LEAST_SHARE: Final = 1e-3

Verdict = Literal["steady", "watch", "moved", "too few cars"]


@dataclass(frozen=True, slots=True)
class Drift:
    """One quantity or (`given …`) condition. `shift`: of the median, in the unit of the quantity."""

    regime: str
    name: str
    unit: str
    cars: int
    psi: float
    p_value: float
    shift: float
    verdict: Verdict

    @property
    def is_condition(self) -> bool:
        return self.name.startswith("given ")


def references(regime: Regime, normal: Normal, seen: ByCar) -> dict[str, Any]:
    """What an artefact keeps to compare with: by name edges of tenths, their shares, the cars' medians."""
    return {name: _reference(by_car) for name, _unit, _scale, by_car in _columns(regime, normal, seen)}


def compare(regime: Regime, normal: Normal, kept: Mapping[str, Any], seen: ByCar, comparisons: int) -> list[Drift]:
    """`seen` lately, against what training kept; `comparisons` of the whole report share `CHANCE`."""
    found = []
    for name, unit, scale, by_car in _columns(regime, normal, seen):
        if name in kept and by_car:
            found.append(_drift(regime.name, name, unit, scale, kept[name], by_car, CHANCE / max(1, comparisons)))
    return found


def _columns(regime: Regime, normal: Normal, seen: ByCar) -> Iterator[tuple[str, str, float, list[Floats]]]:
    """Name, unit, what one is in that unit, and each car's values."""
    conditions = [np.array([one.conditions for one in of_car]) for of_car in seen.values() if of_car]
    for place, condition in enumerate(regime.conditions):
        yield f"given {condition.name}", condition.unit, 1.0, [of_car[:, place] for of_car in conditions]
    residuals = [_residuals(normal, of_car) for of_car in seen.values() if of_car]
    for n, place in enumerate(normal.places):
        told = [of_car[np.isfinite(of_car[:, n]), n] for of_car in residuals if len(of_car)]
        quantity = regime.quantities[place]
        yield quantity.name, quantity.unit, float(normal.scale[n]), [one for one in told if len(one)]


def _residuals(normal: Normal, of_car: Sequence[Any]) -> Floats:
    known = [found for one in of_car if (found := normal.residuals(one)) is not None]
    return np.array(known).reshape(len(known), len(normal.places))


def _reference(by_car: Sequence[Floats]) -> dict[str, list[float]]:
    values = np.concatenate(by_car) if by_car else np.array([])
    if not len(values):
        return {"edges": [], "shares": [], "medians": []}
    edges = np.unique(np.round(np.quantile(values, np.linspace(0.1, 0.9, _TENTHS - 1)), 5))
    medians = sorted(round(float(np.median(one)), 5) for one in by_car)
    return {"edges": edges.tolist(), "shares": np.round(_shares(by_car, edges), 6).tolist(), "medians": medians}


def _shares(by_car: Sequence[Floats], edges: Floats) -> Floats:
    """Every car weighs the same."""
    shares: Floats = np.mean(
        [np.bincount(np.searchsorted(edges, one), minlength=len(edges) + 1) / len(one) for one in by_car], axis=0
    )
    return shares


def _drift(
    regime: str, name: str, unit: str, scale: float, kept: Mapping[str, Any], by_car: Sequence[Floats], chance: float
) -> Drift:
    now = np.array([float(np.median(one)) for one in by_car])
    before = np.array(kept["medians"])
    if min(len(now), len(before)) < LEAST_CARS:
        return Drift(regime, name, unit, len(now), 0.0, 1.0, 0.0, "too few cars")
    psi = _psi(np.array(kept["shares"]), _shares(by_car, np.array(kept["edges"])))
    p_value = float(ks_2samp(before, now).pvalue)
    moved: Verdict = "steady"
    if p_value < chance and psi >= WATCH_PSI:
        moved = "moved" if psi >= RETRAIN_PSI else "watch"
    shift = float(np.median(now) - np.median(before)) * scale
    return Drift(regime, name, unit, len(now), round(psi, 3), p_value, round(shift, 4), moved)


def _psi(before: Floats, now: Floats) -> float:
    before, now = np.maximum(before, _LEAST_SHARE), np.maximum(now, _LEAST_SHARE)
    return float(np.sum((now - before) * np.log(now / before)))
