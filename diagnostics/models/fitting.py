"""Fits what is normal in a regime from many cars' observations, of which one car in ten may be faulty. Pure.

The expected value: Huber's regression, which wild points do not bend. How cars differ: the minimum covariance
determinant over windows of many cars. Every car weighs about the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

import numpy as np
from sklearn import config_context
from sklearn.covariance import MinCovDet
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import HuberRegressor

from diagnostics.models.normal import Normal, basis, median_of
from diagnostics.models.regimes import Observation, Regime
from diagnostics.samples import Floats

LEAST_CARS: Final = 8
LEAST_WINDOWS: Final = 80
_LEAST_TOLD: Final = 0.5
_MOST_PER_CAR: Final = 200
_MOST_WINDOWS_PER_CAR: Final = 40
_KEPT: Final = 0.8  # of the windows; the rest may belong to faulty cars
_DIGITS: Final = 6
_MARGIN: Final = 0.05

ByCar = Mapping[str, Sequence[Observation]]
_T = TypeVar("_T")


class TooLittleError(ValueError):
    """The observations do not carry a model; the message says what is missing."""


def fit(regime: Regime, by_car: ByCar, seed: int) -> Normal:
    """Without a threshold yet. Raises TooLittleError naming what is needed."""
    thinned = {vin: _evenly(list(seen), _MOST_PER_CAR) for vin, seen in sorted(by_car.items()) if seen}
    if len(thinned) < LEAST_CARS:
        raise TooLittleError(f"{len(thinned)} cars; {LEAST_CARS} are needed")
    rows = [one for seen in thinned.values() for one in seen]
    conditions = np.array([one.conditions for one in rows])
    values = _matrix(rows)
    places = _judged(values)
    if not places:
        raise TooLittleError(f"no quantity that {_LEAST_TOLD:.0%} of the observations tell")
    centre = np.median(conditions, axis=0)
    scale = np.maximum(conditions.std(axis=0), 1e-6)
    base = basis(conditions, centre, scale)
    coefficients = np.column_stack([_line(base, values[:, place]) for place in places])
    residuals = values[:, places] - base @ coefficients
    units = np.array([max(_spread(residuals[:, n]), regime.quantities[p].least) for n, p in enumerate(places)])
    windows = _windows(regime, thinned, residuals / units)
    centre_of, covariance = _differences(windows, seed)
    floor = np.array([regime.quantities[place].least for place in places]) / units
    low, high = _seen(conditions)
    return Normal(
        places=tuple(places),
        coefficients=_rounded(coefficients),
        scale=_rounded(units),
        centre=_rounded(centre_of),
        covariance=_rounded(covariance + np.diag(floor**2)),
        condition_centre=_rounded(centre),
        condition_scale=_rounded(scale),
        condition_low=_rounded(low),
        condition_high=_rounded(high),
        threshold=float("inf"),
    )


def _matrix(rows: Sequence[Observation]) -> Floats:
    return np.array([[np.nan if one is None else one for one in row.values] for row in rows])


def _judged(values: Floats) -> list[int]:
    told = np.isfinite(values).mean(axis=0)
    return [int(place) for place in np.flatnonzero(told >= _LEAST_TOLD)]


def _line(base: Floats, values: Floats) -> Floats:
    """Coefficients, shape (1 + 2c,). Terms that never move (one displacement in the whole model) get none."""
    known = np.isfinite(values)
    moving = base[known].std(axis=0) > 1e-9
    line = np.zeros(base.shape[1])
    middle = float(np.median(values[known]))
    unit = max(_spread(values[known] - middle), 1e-3)
    fitted = HuberRegressor(alpha=1e-3, max_iter=1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what it has come to is judged by the calibration
        fitted.fit(base[known][:, moving] if moving.any() else base[known], (values[known] - middle) / unit)
    line[moving if moving.any() else slice(None)] = fitted.coef_ * unit
    line[0] += fitted.intercept_ * unit + middle
    return line


def _spread(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return 1.4826 * float(np.median(np.abs(known - np.median(known))))


def _windows(regime: Regime, by_car: Mapping[str, Sequence[Observation]], residuals: Floats) -> Floats:
    """Medians of windows that do not overlap, shape (windows, p); what one lacks is its car's median, or 0."""
    found, first = [], 0
    for seen in by_car.values():
        of_car = residuals[first : first + len(seen)]
        first += len(seen)
        cut = [of_car[n : n + regime.window] for n in range(0, len(of_car) - regime.window + 1, regime.window)]
        if cut:
            whole = np.nan_to_num(median_of(list(of_car), 1))
            medians = np.array([median_of(list(one), regime.window // 2 + 1) for one in cut])
            found += list(_evenly(list(np.where(np.isfinite(medians), medians, whole)), _MOST_WINDOWS_PER_CAR))
    if len(found) < LEAST_WINDOWS:
        raise TooLittleError(f"{len(found)} windows of {regime.window} observations; {LEAST_WINDOWS} are needed")
    return np.array(found)


def _differences(windows: Floats, seed: int) -> tuple[Floats, Floats]:
    """Centre and covariance. A little noise, for quantities that hardly move: no misfires at all."""
    chance = np.random.default_rng(seed)
    moved = windows + 1e-3 * chance.standard_normal(windows.shape)
    with config_context(skip_parameter_validation=True, assume_finite=True):  # of a thousand small steps each
        fitted = MinCovDet(support_fraction=_KEPT, random_state=seed).fit(moved)
    return fitted.location_, fitted.covariance_


def _seen(conditions: Floats) -> tuple[Floats, Floats]:
    """The range of the conditions, without the outermost percent, and a little more."""
    low, high = np.quantile(conditions, [0.005, 0.995], axis=0)
    margin = _MARGIN * (high - low) + 1e-6
    return low - margin, high + margin


def _evenly(found: list[_T], most: int) -> list[_T]:
    if len(found) <= most:
        return found
    return [found[int(place)] for place in np.linspace(0, len(found) - 1, most)]


def _rounded(values: Floats) -> Floats:
    """To six digits that count, so that another order of adding up gives the same bytes."""
    with np.errstate(divide="ignore"):
        size = np.where(values == 0.0, 0.0, np.floor(np.log10(np.abs(values))))
    factor = 10.0 ** (_DIGITS - 1 - size)
    return np.round(values * factor) / factor
