"""From what is known of cars' parts to predictions of their dates, many cars at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from maintenance_planner.predictions import Prediction
from maintenance_planner.wear.artefact import Artefact
from maintenance_planner.wear.components import Component, components
from maintenance_planner.wear.model import PartModel, Quantiles
from maintenance_planner.wear.observing import Observation

MOST_DAYS: Final = 3_650.0
"""What lies further off than ten years is said to lie there."""


def predict(
    artefact: Artefact, observed: Mapping[int, tuple[datetime, Sequence[Observation]]]
) -> dict[int, dict[str, Prediction]]:
    """By vehicle and item of work. `observed`: by vehicle, as of when, and what was known of its parts then."""
    by_part: dict[str, list[tuple[int, datetime, Observation]]] = defaultdict(list)
    for vehicle_id, (at, observations) in observed.items():
        for one in observations:
            by_part[one.component].append((vehicle_id, at, one))
    found: dict[int, dict[str, Prediction]] = defaultdict(dict)
    for component in components():
        model, seen = artefact.parts.get(component.name), by_part.get(component.name)
        if model and seen:
            for vehicle_id, prediction in _of_part(artefact.version, component, model, seen):
                found[vehicle_id][component.item] = prediction
    return dict(found)


def _of_part(
    version: str, component: Component, model: PartModel, seen: Sequence[tuple[int, datetime, Observation]]
) -> list[tuple[int, Prediction]]:
    observations = [one for _, _, one in seen]
    due, failure = model.days(observations, "due"), model.days(observations, "failure")
    made = []
    for place, (vehicle_id, at, one) in enumerate(seen):
        judged_from = at - timedelta(days=one.judged_days)
        p10, p50, p90 = _instants(at, due, place, one.judged_days)
        fails_p10, fails_p50, fails_p90 = (
            max(*pair) for pair in zip((p10, p50, p90), _instants(at, failure, place, one.judged_days), strict=True)
        )
        prediction = Prediction(
            component=component.name,
            p10_at=p10,
            p50_at=p50,
            p90_at=p90,
            model=version,
            fails_p10_at=fails_p10,
            fails_p50_at=fails_p50,
            fails_p90_at=fails_p90,
            worn_percent=round(100.0 * max(1.0 - one.left_share, 0.0)),
            item=component.item,
            titles=component.titles,
            operations=component.operations,
            judged_from_at=judged_from,
        )
        made.append((vehicle_id, prediction))
    return made


def _instants(at: datetime, days: Quantiles, place: int, judged_days: int) -> tuple[datetime, datetime, datetime]:
    """Whole days: a prediction is no clock. None lies before the first day on which it could be told."""
    first, second, third = (
        at + timedelta(days=round(min(max(float(one[place]), -judged_days), MOST_DAYS))) for one in days
    )
    return first, second, third
