"""One car in one regime from observation to observation: its last window, and for how long it has been unlike its
fleet.

The memory is plain JSON, as that of every rule. Calibration and judging use this one way. Pure.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from diagnostics.models.normal import Normal, median_of
from diagnostics.models.regimes import Observation, Regime
from diagnostics.samples import Floats

IN_A_ROW: Final = 3
"""Windows beyond the threshold before anything is said."""
_STUCK: Final = 3
"""So many equal readings in a row are no measurement: trips differ."""
_NOTHING: Final = float("-inf")

Memory = dict[str, Any]


class Standing(NamedTuple):
    """`distance` of the window, and `lasting`: the least distance of the last three windows."""

    distance: float
    lasting: float
    window: Floats


def follow(memory: Memory, regime: Regime, normal: Normal, observation: Observation) -> Standing | None:
    """None where the observation says nothing, or too few have been seen."""
    residuals = normal.residuals(observation)
    if residuals is None:
        return None
    stuck = _stuck(memory, regime, normal, observation)
    kept: list[list[float | None]] = memory.setdefault("window", [])
    kept.append([None if np.isnan(one) else round(float(one), 3) for one in residuals])
    del kept[: -regime.window]
    for place in stuck:
        for row in kept:
            row[place] = None
    least = regime.window // 2 + 1
    if len(kept) < least:
        return None
    window = median_of([np.array(one, dtype=np.float64) for one in kept], least)
    distance = normal.distance(window)
    if distance == _NOTHING:
        return None
    last: list[float] = memory.setdefault("last", [])
    last.append(round(distance, 3))
    del last[:-IN_A_ROW]
    return Standing(distance, min(last) if len(last) == IN_A_ROW else _NOTHING, window)


def _stuck(memory: Memory, regime: Regime, normal: Normal, observation: Observation) -> list[int]:
    """Which of the judged quantities have read exactly the same for some observations."""
    told = [observation.values[place] for place in normal.places]
    before: list[float | None] = memory.get("read", [None] * len(told))
    same: list[int] = memory.get("same", [1] * len(told))
    same = [same[n] + 1 if one is not None and one == before[n] else 1 for n, one in enumerate(told)]
    memory["read"] = [before[n] if one is None else one for n, one in enumerate(told)]
    memory["same"] = same
    rests = [regime.quantities[place].may_rest for place in normal.places]
    return [n for n, rest in enumerate(rests) if same[n] >= _STUCK and not rest]
