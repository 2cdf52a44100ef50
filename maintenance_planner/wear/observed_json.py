"""Observations as JSON and back: NaN is null, and what was observed by another list of features is not taken. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from maintenance_planner.wear.observing import FEATURES, Observation


def json_of_observations(observed: Sequence[Observation]) -> dict[str, Any]:
    parts = [
        {
            "component": one.component,
            "features": [None if math.isnan(value) else round(value, 9) for value in one.features],
            "left_share": one.left_share,
            "life_days": one.life_days,
            "judged_days": one.judged_days,
        }
        for one in observed
    ]
    return {"names": list(FEATURES), "parts": parts}


def observations_of_json(told: Mapping[str, Any]) -> list[Observation]:
    if told.get("names") != list(FEATURES):
        return []
    return [
        Observation(
            one["component"],
            tuple(math.nan if value is None else float(value) for value in one["features"]),
            one["left_share"],
            one["life_days"],
            one["judged_days"],
        )
        for one in told["parts"]
    ]
