"""What a trip says about coolant: how warm, how fast, how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from diagnostics.samples import Floats, Mask
from diagnostics.spreads import Grid
from diagnostics.stretches import seconds, stretch
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Followed, Seen, Told
from diagnostics.warm_up import OPEN_LINE_C, coolant_kw, lowest_residual_c, warm_up

_MOVING_KMH: Final = 25.0
_OPENS_C: Final = 78.0  # below it no thermostat of a car opens
_WARM_C: Final = 80.0
_WARMED_C: Final = 75.0
_LEAST_RISE_C: Final = 20.0
_LEAST_WIND_KJ: Final = 1000.0  # less, and a radiator says nothing
_MOST_UNTOLD: Final = 0.1  # of the time in which the engine warms up
_BLOCK_KW_PER_K: Final = 0.02  # to the air around it (default)
_COLDEST_C: Final = -35.0  # -40 °C is a sensor that is unplugged
_HOTTEST_C: Final = 140.0  # above, too: coolant boils at about 130 °C under pressure
_STUCK_BINS: Final = 60
_STUCK_BELOW_C: Final = 100.0
_JUMPY_C: Final = 3.0  # mean step in ten seconds; an engine that warms up makes 1 to 2 °C
_LEAST_BINS: Final = 6
_DEGREES: Final = Grid(-40.0, 150.0, 8)
_PERCENT: Final = Grid(0.0, 100.0, 10)


def observe(parts: Parts) -> Seen:
    coolant = parts.get("coolant_temperature_c")
    known = _known(coolant) & ~parts.electric
    speed = parts.get("vehicle_speed_kmh")
    fast = (speed > 90.0) & (parts.get("ambient_temperature_c") < 10.0)
    warm = parts.since(coolant >= _WARM_C) | (parts.before("coolant_reached_c") >= _WARM_C)
    told = np.where(known, coolant, np.nan)
    behind, _ = parts.behind(told, "coolant_told_c", "coolant_told_c")
    return Seen(
        sums={
            "coolant_told": np.isfinite(coolant),
            "coolant_moved_c": np.abs(told - behind),
            "coolant_fast": fast,
            **_warming(parts, coolant, known),
        },
        highest={"coolant_highest_c": told, "coolant_reached_c": coolant},
        first={"coolant_start_c": told},
        last={"coolant_told_c": told},
        spreads={
            "coolant_c": (told, _DEGREES),
            "coolant_fast_c": (np.where(warm & fast, coolant, np.nan), _DEGREES),
            "coolant_slow_c": (np.where(warm & ~fast, coolant, np.nan), _DEGREES),
            "coolant_level": (parts.get("coolant_level_percent"), _PERCENT),
        },
        followed={
            "coolant_above_110": stretch(coolant > 110.0, known, parts.at_s),
            "coolant_above_117": stretch(coolant > 117.0, known, parts.at_s),
            "coolant_sag": Followed(_sag, known, (coolant, np.nan_to_num(speed))),
            "coolant_warm_up": warm_up(parts),
        },
    )


def features(told: Told) -> dict[str, Floats]:
    """Of a sensor that cannot be believed only the level is told: `sensor_implausible` speaks of it."""
    coolant = told.spread("coolant_c")
    hot_c = coolant.ranked(coolant.total - 1 - coolant.total // 20)
    sags = [one.told_c if one else np.nan for one in told.followed("coolant_sag")]
    of_coolant = {
        "coolant_start_c": told.number("coolant_start_c"),
        "coolant_highest_c": told.number("coolant_highest_c"),
        "coolant_hot_c": hot_c,
        "coolant_above_110_s": seconds(told.followed("coolant_above_110")),
        "coolant_above_117_s": seconds(told.followed("coolant_above_117")),
        "coolant_droop_c": _highway_droop_c(told),
        "coolant_sag_c": np.array(sags),
        "coolant_residual_c": lowest_residual_c(told.followed("coolant_warm_up")),
        **_warm_up_heat(told),
    }
    believed = _is_believed(told) & ~told.electric
    level = np.where(told.electric, np.nan, told.median("coolant_level"))
    return {name: np.where(believed, of, np.nan) for name, of in of_coolant.items()} | {"coolant_level_percent": level}


def _known(coolant: Floats) -> Mask:
    known: Mask = (coolant > _COLDEST_C) & (coolant < _HOTTEST_C)
    return known


def _is_believed(told: Told) -> Mask:
    """Not cut off, stuck for minutes, nor jumping."""
    known = told.spread("coolant_c").total
    moved_c = told.number("coolant_moved_c")
    stuck = (known > _STUCK_BINS) & (moved_c == 0.0) & (told.number("coolant_start_c") < _STUCK_BELOW_C)
    enough = (known >= _LEAST_BINS) & (known >= 0.8 * told.number("coolant_told"))
    believed: Mask = enough & ~stuck & (moved_c < _JUMPY_C * np.maximum(known - 1, 1))
    return believed


def _highway_droop_c(told: Told) -> Floats:
    """How far a warm engine cools in cold wind: its warm median less the median above 90 km/h below 10 °C."""
    enough = told.number("coolant_fast") >= _LEAST_BINS
    for name in ("coolant_fast_c", "coolant_slow_c"):
        enough &= told.spread(name).total >= _LEAST_BINS
    return np.where(enough, told.median("coolant_slow_c") - told.median("coolant_fast_c"), np.nan)


def _warming(parts: Parts, coolant: Floats, known: Mask) -> dict[str, Floats]:
    """Until the coolant reaches 75 °C: heat that the engine kept, and what an open radiator would have taken of it."""
    warming = known & ~(parts.since(coolant >= _WARMED_C) | (parts.before("coolant_reached_c") >= _WARMED_C))
    outside = parts.get("ambient_temperature_c")
    above_ks = np.where(outside > OPEN_LINE_C, np.maximum(coolant - outside, 0.0), np.nan) * parts.step_s
    kept_kj = coolant_kw(parts) * parts.step_s - _BLOCK_KW_PER_K * above_ks
    wind_kj = _open_radiator_kw_per_k(parts.get("vehicle_speed_kmh")) * above_ks
    untold = np.isnan(kept_kj + wind_kj)
    return {
        "warming_kept_kj": np.where(warming, kept_kj, 0.0),
        "warming_wind_kj": np.where(warming, wind_kj, 0.0),
        "warming_s": np.where(warming, parts.step_s, 0.0),
        "warming_untold_s": np.where(warming & untold, parts.step_s, 0.0),
    }


def _open_radiator_kw_per_k(speed_kmh: Floats) -> Floats:
    """Of a two-litre car, without its fan: 20 W/K in still air, 400 W/K at 130 km/h (handbook 6.3; default)."""
    flow: Floats = 0.02 + 0.38 * np.minimum(1.0, speed_kmh / 130.0) ** 0.8
    return flow


def _warm_up_heat(told: Told) -> dict[str, Floats]:
    """For each degree that the coolant rose: heat that it took, and what an open radiator would have taken."""
    rose_c = np.minimum(told.number("coolant_reached_c"), _WARMED_C) - told.number("coolant_start_c")
    wind_kj = told.number("warming_wind_kj")
    telling = (rose_c >= _LEAST_RISE_C) & (wind_kj >= _LEAST_WIND_KJ)
    telling &= told.number("warming_untold_s") <= _MOST_UNTOLD * told.number("warming_s")
    rose_c = np.where(telling, rose_c, np.nan)
    return {"warm_up_kj_per_k": told.number("warming_kept_kj") / rose_c, "warm_up_wind_kj_per_k": wind_kj / rose_c}


class _Sag(NamedTuple):
    """`last` are the two bins before: coolant and speed. `is_warm`: it has been, and no more is looked at."""

    last: tuple[tuple[float, float], ...] = ()
    highest_c: float = -np.inf
    deepest_c: float = 0.0
    moved: bool = False
    is_warm: bool = False

    @property
    def told_c(self) -> float:
        return self.deepest_c if self.moved else np.nan


_NO_SAG: Final = _Sag()


def _sag(before: _Sag | None, coolant_c: Sequence[float], speed_kmh: Sequence[float]) -> _Sag:
    """How far a driving engine cools again before it has ever been warm: a thermostat that is closed does not let it.

    Means of three bins. Only while the car moves: an idling engine may well cool when its heater is on.
    """
    last, highest_c, deepest_c, moved, is_warm = before or _NO_SAG
    if is_warm:
        return before or _NO_SAG
    for new in zip(coolant_c, speed_kmh, strict=True):
        if len(last) < 2:
            last = (*last, new)
            continue
        calm_c = (last[0][0] + last[1][0] + new[0]) / 3
        if calm_c >= _OPENS_C:
            return _Sag(last, highest_c, deepest_c, moved, True)
        moves = (last[0][1] + last[1][1] + new[1]) / 3 > _MOVING_KMH
        highest_c = max(highest_c, calm_c) if moves else -np.inf
        deepest_c = max(deepest_c, highest_c - calm_c)
        moved |= moves
        last = (last[1], new)
    return _Sag(last, highest_c, deepest_c, moved, is_warm)
