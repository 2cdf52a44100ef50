"""What a trip says about the radiator: how warm the coolant stands for the work that the radiator has to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from diagnostics.samples import Floats
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Followed, Seen, Told
from diagnostics.warm_up import OPEN_LINE_C, coolant_kw

_BLOCK: Final = 18
"""Bins of three minutes: about twice the time that a thermostat takes to answer a change of load."""
_LEAST_BLOCKS: Final = 2
_REGULATES_C: Final = 80.0
_DRAUGHT_KMH: Final = 4.0  # of air through the radiator of a standing car
_REFERENCE_KMH: Final = 100.0
_BLOCK_KW_PER_K: Final = 0.02  # handbook 6.3: 15 to 25 W/K
_HEATER_KW_PER_K: Final = 0.03  # of a cabin heater in frost (2 to 3 kW), none above 20 °C [default, calibrate]


def observe(parts: Parts) -> Seen:
    outside, intake = parts.get("ambient_temperature_c"), parts.get("intake_air_temperature_c")
    columns = (
        parts.get("coolant_temperature_c"),
        parts.get("vehicle_speed_kmh"),
        np.where(outside > OPEN_LINE_C, outside, np.nan),
        np.where(intake > OPEN_LINE_C, intake, np.nan),
        coolant_kw(parts),
    )
    return Seen(followed={"radiator": Followed(_step, ~parts.electric, columns)})


def features(told: Told) -> dict[str, Floats]:
    """`radiator_need`: kW to the coolant for each kelvin above the air, less what block and cabin heater take, over
    what the air speed makes a radiator take, which grows with its 0.8th power (turbulent flow); 1 is a kW/K at 100
    km/h. `radiator_c`: the coolant meanwhile. Means of the blocks in which a thermostat regulates; missing where there
    are fewer than two.
    """
    found = [one.means if one else (np.nan, np.nan) for one in told.followed("radiator")]
    means = np.array(found, dtype=np.float64).reshape(len(found), 2)
    return {"radiator_need": means[:, 0], "radiator_c": means[:, 1]}


class _Blocks(NamedTuple):
    """`rows` of the block that is not whole yet; the coolant of the block before; sums of those that regulate."""

    rows: tuple[tuple[float, ...], ...] = ()
    before_c: float = 0.0
    regulating: int = 0
    need: float = 0.0
    coolant_c: float = 0.0

    @property
    def means(self) -> tuple[float, float]:
        if self.regulating < _LEAST_BLOCKS:
            return np.nan, np.nan
        return self.need / self.regulating, self.coolant_c / self.regulating


_NO_BLOCKS: Final = _Blocks()


def _step(before: _Blocks | None, *columns: Sequence[float]) -> _Blocks:
    state = before or _NO_BLOCKS
    rows = [*state.rows, *zip(*columns, strict=True)]
    while len(rows) >= _BLOCK:
        state = _joined(state, [sum(column) / _BLOCK for column in zip(*rows[:_BLOCK], strict=True)])
        del rows[:_BLOCK]
    return state._replace(rows=tuple(rows))


def _joined(state: _Blocks, means: Sequence[float]) -> _Blocks:
    """With one block more. No outside air is warmer than what the engine takes in, so a sensor of it that is stuck
    in summer is found out in winter.
    """
    coolant_c, speed_kmh, outside_c, intake_c, heat_kw = means
    regulates = coolant_c > _REGULATES_C and state.before_c > _REGULATES_C - 2.0
    state = state._replace(before_c=coolant_c)
    need = _need(coolant_c, speed_kmh, intake_c if intake_c < outside_c else outside_c, heat_kw)
    if not regulates or need != need:
        return state
    return state._replace(
        regulating=state.regulating + 1, need=state.need + need, coolant_c=state.coolant_c + coolant_c
    )


def _need(coolant_c: float, speed_kmh: float, air_c: float, heat_kw: float) -> float:
    if air_c != air_c or speed_kmh != speed_kmh:
        return np.nan
    takes: float = ((max(0.0, speed_kmh) + _DRAUGHT_KMH) / _REFERENCE_KMH) ** 0.8
    heater = _HEATER_KW_PER_K * min(max((20.0 - air_c) / 15.0, 0.0), 1.0)
    return (heat_kw / max(1.0, coolant_c - air_c) - _BLOCK_KW_PER_K - heater) / takes
