"""What a trip says about a diesel's particulate filter."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple

import numpy as np

from diagnostics.samples import Floats
from diagnostics.spreads import Grid
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Followed, Seen, Told

_LEAST_FLOW_KGPH: Final = 60.0  # below it the pressure is within the sensor's noise
_KGPH_OF_GPS: Final = 3.6
_LEAST_BINS: Final = 6
_SLOW_KMH: Final = 20.0
_BURNT_G: Final = 1.5
_KPA: Final = Grid(0.0, 50.0, 50)  # for 100 kg/h


def observe(parts: Parts) -> Seen:
    pressure, soot = parts.get("dpf_differential_pressure_kpa"), parts.get("dpf_soot_mass_g")
    flow, rate = parts.get("exhaust_flow_kgph"), parts.get("fuel_rate_lph")
    flow = np.where(np.isnan(flow), parts.get("mass_air_flow_gps") * _KGPH_OF_GPS, flow)
    flowing = parts.diesel & (flow > _LEAST_FLOW_KGPH)
    resistance = np.divide(pressure * 100.0, flow, out=np.full(len(parts), np.nan), where=flowing)
    known = parts.diesel & np.isfinite(soot) & np.isfinite(rate)
    litres = np.where(known, parts.step_s / 3600.0 * rate, 0.0)
    slow = parts.get("vehicle_speed_kmh") < _SLOW_KMH
    return Seen(
        highest={"dpf_soot_g": np.where(parts.diesel, soot, np.nan)},
        spreads={"dpf_resistance": (resistance, _KPA)},
        followed={"dpf_soot": Followed(_step, known, (soot, np.where(slow, litres, 0.0), np.where(slow, 0.0, litres)))},
    )


def features(told: Told) -> dict[str, Floats]:
    """`dpf_resistance`: kPa over the filter for 100 kg/h of gas. `dpf_soot_g` is the highest of the trip.

    `dpf_soot_gain_g` from the first minute to the fullest one before anything was burnt, and litres burnt slow and fast
    on the way there.
    """
    soot_g, resistance = told.number("dpf_soot_g"), told.spread("dpf_resistance")
    grown = [_NO_SOOT if one is None else one for one in told.followed("dpf_soot")]
    gain_g = np.array([one.gain_g() for one in grown])
    grew = np.isfinite(gain_g) & (soot_g >= 0.0)
    return {
        "dpf_soot_g": np.where(soot_g >= 0.0, soot_g, np.nan),
        "dpf_resistance": np.where(resistance.total >= _LEAST_BINS, resistance.median(), np.nan),
        "dpf_soot_gain_g": np.where(grew, gain_g, np.nan),
        "fuel_slow_l": np.where(grew, [one.fullest.slow_l for one in grown], np.nan),
        "fuel_fast_l": np.where(grew, [one.fullest.fast_l for one in grown], np.nan),
    }


class _So(NamedTuple):
    """How far a trip had come: its minute's soot, bins, and litres."""

    soot_g: float = -np.inf
    bins: int = 0
    slow_l: float = 0.0
    fast_l: float = 0.0


class _Soot(NamedTuple):
    """The first minute in which soot was told, the last one, and the fullest; `burns`: no more is looked at."""

    first_g: tuple[float, ...] = ()
    last_g: tuple[float, ...] = ()
    now: _So = _So()
    fullest: _So = _So()
    burns: bool = False

    def gain_g(self) -> float:
        return self.fullest.soot_g - _middle(self.first_g) if self.fullest.bins >= 3 * _LEAST_BINS else np.nan


_NO_SOOT: Final = _Soot()


def _step(before: _Soot | None, soot_g: Sequence[float], slow_l: Sequence[float], fast_l: Sequence[float]) -> _Soot:
    first_g, last_g, now, fullest, burns = before or _NO_SOOT
    for told_g, more_slow_l, more_fast_l in zip(soot_g, slow_l, fast_l, strict=True):
        if burns:
            break
        first_g = (*first_g, told_g) if len(first_g) < _LEAST_BINS else first_g
        last_g = (*last_g, told_g)[-_LEAST_BINS:]
        now = _So(_middle(last_g), now.bins + 1, now.slow_l + more_slow_l, now.fast_l + more_fast_l)
        if len(last_g) == _LEAST_BINS and now.soot_g > fullest.soot_g:
            fullest = now
        burns = fullest.soot_g - now.soot_g > _BURNT_G
    return _Soot(first_g, last_g, now, fullest, burns)


def _middle(of_minute: tuple[float, ...]) -> float:
    return float(median(of_minute)) if of_minute else np.nan
