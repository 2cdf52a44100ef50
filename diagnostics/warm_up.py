"""A slow model of an engine that warms up: a healthy one is always at least as warm. Pure.

Heat from fuel into one mass that loses heat to the air: C dT/dt = q·P − UA·(T − Ta). Capacity and losses are at the
slow end: on 78 recorded trips of a healthy car (KIT, -10 to 30 °C) no minute lay more than 0.8 °C below the model once
it stood at 70 °C, so that -8 °C is far from healthy.

Heat that is not told for a moment is taken to be the mean of what was told before, air to be what it was last; before
both are known the model waits. Outside air is never warmer than the air that the engine took in so far (the mean): an
engine only warms its intake, so an outside sensor that is stuck in summer is found out in winter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Floats
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Followed

JUDGED_FROM_C: Final = 70.0
HIGHEST_C: Final = 80.0
_FUEL_KJ_PER_G: Final = 43.0
_AIR_PER_FUEL: Final = 14.7
_PETROL_G_PER_L: Final = 745.0
_DIESEL_G_PER_L: Final = 832.0
_SHARE_OF_FUEL: Final = 0.30  # of its heat, to the coolant (handbook 6.3: 0.25 to 0.30)
_SHARE_OF_AIR: Final = 0.25  # where fuel is guessed from air, which flows on while the fuel is cut
_REFERENCE_L: Final = 2.0
_DEFAULT_DISPLACEMENT_L: Final = 2.0
_CAPACITY_KJ_PER_K: Final = 150.0  # of a two-litre engine, oil and block included
_LOSS_W_PER_K: Final = 130.0  # block, and a cabin heater that is on
_MINUTE: Final = 6  # samples
OPEN_LINE_C: Final = -38.0
"""A thermistor that is unplugged reads -40 °C."""
_START: Final = 3
"""Of so many first samples the lowest is where the model begins: a sensor's noise shall not make it warmer."""
_MOST_UNTOLD: Final = 0.3


class WarmUp(NamedTuple):
    """As far as a trip has come. `waiting` are the first samples: coolant, heat, air, intake, seconds, size."""

    waiting: tuple[tuple[float, ...], ...] = ()
    now_c: float | None = None
    last: tuple[float, ...] = ()
    lowest_c: float = np.inf
    bins: int = 0
    heats: int = 0
    heat_kws: float = 0.0
    air_c: float = np.nan
    intakes: int = 0
    intake_cs: float = 0.0


def coolant_kw(parts: Parts) -> Floats:
    """Heat to the coolant, from the fuel rate or, for spark ignition, the air mass; NaN where neither is known.

    An air mass that has never moved is stuck: `sensor_implausible` speaks of it.
    """
    density = np.where(parts.diesel, _DIESEL_G_PER_L, _PETROL_G_PER_L)
    from_rate = parts.get("fuel_rate_lph") * density / 3600.0 * _SHARE_OF_FUEL * _FUEL_KJ_PER_G
    air_gps = parts.get("mass_air_flow_gps")
    moves = parts.before("air_mass_highest") > parts.before("air_mass_lowest")
    moves |= parts.since(np.abs(air_gps - parts.first("air_mass_lowest", air_gps)) > 0.0)
    from_air = np.where(moves, air_gps / _AIR_PER_FUEL * _SHARE_OF_AIR * _FUEL_KJ_PER_G, np.nan)
    told: Floats = np.where(np.isnan(from_rate) & ~parts.diesel, from_air, from_rate)
    return told


def warm_up(parts: Parts) -> Followed:
    """The model beside the coolant, of every engine."""
    size = parts.of_cars([_size(car) for car in parts.cars])
    outside, intake = parts.get("ambient_temperature_c"), parts.get("intake_air_temperature_c")
    columns = (
        parts.get("coolant_temperature_c"),
        coolant_kw(parts),
        np.where(outside > OPEN_LINE_C, outside, np.nan),
        np.where(intake > OPEN_LINE_C, intake, np.nan),
        parts.step_s,
        size,
    )
    return Followed(_step, ~parts.electric, columns)


def lowest_residual_c(come_to: Iterable[WarmUp | None]) -> Floats:
    """The lowest minute of measured less modelled coolant while the model is warm.

    NaN where it never is, and where start, air or fuel are not known.
    """
    return np.array([np.nan if one is None else _residual_c(one) for one in come_to])


def _residual_c(one: WarmUp) -> float:
    known = one.bins - one.heats <= _MOST_UNTOLD * one.bins and one.air_c == one.air_c
    return one.lowest_c if known and one.lowest_c < np.inf else np.nan


def _size(car: Car) -> float:
    displacement_l = float(car.specification.get("displacement_l", _DEFAULT_DISPLACEMENT_L))
    return float(min(max(displacement_l / _REFERENCE_L, 0.5), 2.5) ** 0.7)


def _step(before: WarmUp | None, *columns: Sequence[float]) -> WarmUp:
    state = before or _NOT_BEGUN
    rows = [*state.waiting, *zip(*columns, strict=True)]
    if state.now_c is None and len(rows) < _START:
        return state._replace(waiting=tuple(rows))
    if state.now_c is None:
        told = [row[0] for row in rows[:_START] if row[0] == row[0]]
        state = state._replace(waiting=(), now_c=min(told, default=np.nan))
    return _modelled(state, rows)


def _modelled(state: WarmUp, rows: Sequence[tuple[float, ...]]) -> WarmUp:
    """One after the other; a value that is not itself is NaN. The size of an engine is the same in all of them."""
    _, now_c, kept, lowest_c, bins, heats, heat_kws, air_c, intakes, intake_cs = state
    last = list(kept)
    assert now_c is not None
    size = rows[0][-1] if rows else 1.0
    capacity, loss = size * _CAPACITY_KJ_PER_K, size * _LOSS_W_PER_K / 1000.0
    for measured_c, heat_kw, outside_c, intake_c, seconds, _ in rows:
        if intake_c == intake_c:
            intakes, intake_cs = intakes + 1, intake_cs + intake_c
        if outside_c == outside_c:
            air_c = min(outside_c, intake_cs / intakes) if intakes else outside_c
        if heat_kw == heat_kw:
            heats, heat_kws = heats + 1, heat_kws + heat_kw
        elif heats:
            heat_kw = heat_kws / heats
        if air_c == air_c and heat_kw == heat_kw:
            warmed_c = now_c * (1.0 - seconds * loss / capacity) + seconds * (heat_kw + loss * air_c) / capacity
            now_c = HIGHEST_C if warmed_c > HIGHEST_C else warmed_c
        last = [*last[1 - _MINUTE :], measured_c - now_c]
        if now_c >= JUDGED_FROM_C and len(last) == _MINUTE:
            lowest_c = min(lowest_c, sum(last) / _MINUTE)
    return WarmUp((), now_c, tuple(last), lowest_c, bins + len(rows), heats, heat_kws, air_c, intakes, intake_cs)


_NOT_BEGUN: Final = WarmUp()
