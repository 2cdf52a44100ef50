"""What a trip says about tyres: pressure at 20 °C at both ends, and the deepest that one fell below the others."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.parked import p20_kpa
from diagnostics.samples import PRESSURE, TEMPERATURE, WHEELS, Floats
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_LEAST_BINS: Final = 12
_CALM_BINS: Final = 3
_LEAST_WHEELS: Final = 3
_NOTICED_KPA: Final = 10.0
_FALLS: Final = 2
"""Half minutes."""


def observe(parts: Parts) -> Seen:
    now = {wheel: _p20_kpa(parts, wheel) for wheel in WHEELS}
    calm = {
        wheel: (_p20_kpa(parts, wheel, 2) + _p20_kpa(parts, wheel, 1) + kpa) / _CALM_BINS for wheel, kpa in now.items()
    }
    begins, ends = parts.place == _CALM_BINS - 1, parts.place % _CALM_BINS == _CALM_BINS - 1
    first = {f"p20_calm_{wheel}": np.where(begins, kpa, np.nan) for wheel, kpa in calm.items()}
    lost = np.array([parts.first(name, of) - kpa for (name, of), kpa in zip(first.items(), calm.values(), strict=True)])
    lost[:, ~ends | (np.count_nonzero(np.isfinite(lost), axis=0) < _LEAST_WHEELS)] = np.nan
    beyond = [lost[place] - _median_of_others(lost, place) for place in range(len(WHEELS))]
    return Seen(
        sums={f"p20_bins_{wheel}": np.isfinite(kpa) for wheel, kpa in now.items()}
        | {f"p20_falls_{wheel}": of > _NOTICED_KPA for wheel, of in zip(WHEELS, beyond, strict=True)},
        first=first | {f"p20_first_{wheel}": np.where(parts.place == 0, kpa, np.nan) for wheel, kpa in now.items()},
        highest={"p20_lost": np.fmax.reduce(lost)}
        | {f"p20_beyond_{wheel}": of for wheel, of in zip(WHEELS, beyond, strict=True)},
    )


def features(told: Told) -> dict[str, Floats]:
    """`p20_<wheel>` as the trip begins: cold where the car stood for long. `p20_loss_<wheel>`: kPa lost on the trip,
    in the mean of half a minute, beyond what the median of the others lost: warmth that the sensors miss is in all
    four. Nearly always nothing. A tyre that ends flat, where a sensor tells no more, is believed when it had been
    falling for a minute: one that falls silent at once is a sensor.
    """
    found = {f"p20_{wheel}": told.number(f"p20_first_{wheel}") for wheel in WHEELS}
    whole = {wheel: told.number(f"p20_bins_{wheel}") == told.bins for wheel in WHEELS}
    enough = (told.bins >= _LEAST_BINS) & (np.sum([*whole.values()], axis=0) >= _LEAST_WHEELS)
    noticed = told.number("p20_lost") > _NOTICED_KPA
    for wheel in WHEELS:
        lost = np.where(noticed, told.number(f"p20_beyond_{wheel}"), 0.0)
        believed = whole[wheel] | (told.number(f"p20_falls_{wheel}") >= _FALLS)
        found[f"p20_loss_{wheel}"] = np.where(enough & believed, lost, np.nan)
    return found


def _p20_kpa(parts: Parts, wheel: str, back: int = 0) -> Floats:
    return p20_kpa(parts.get(PRESSURE[wheel], back), parts.get(TEMPERATURE[wheel], back))


def _median_of_others(lost: Floats, place: int) -> Floats:
    """Of two or three that tell."""
    others = np.sort(np.delete(lost, place, axis=0), axis=0)
    middle: Floats = np.where(np.isnan(others[2]), (others[0] + others[1]) / 2, others[1])
    return middle
