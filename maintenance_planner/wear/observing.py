"""What is known of one part on one day: how far it is worn, how fast, and what else bears on it. Pure.

The physics gives a first answer, `left_share` of a life of `life_days`; models correct it from the features. The same
functions serve a car's rows and a simulated fleet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from maintenance_planner.models import ServiceRecord, Vehicle
from maintenance_planner.wear.components import Component, Gauge, components
from maintenance_planner.wear.duties import MEAN_PER_KM, duty_of
from maintenance_planner.wear.history import AMBIENT, Floats, WearHistory, day_number

FEATURES: Final = (
    "worn_share",
    "log_life_days",
    "own_rate",
    "gauge_readings",
    "gauge_worn_share",
    "gauge_pace",
    "duty_share",
    "season_rate",
    "season_sine",
    "season_cosine",
    "idle_share",
    "km_per_trip",
    "cold_start_share",
    "ambient_c",
    "brake_work_kj_kg_km",
    "previous_duty",
    "item_age_years",
    "km_per_day",
    "fuel_l_per_100km",
    "long_rate",
    "known_years",
)
FALLING: Final = ("worn_share", "gauge_worn_share")
"""The more a part is worn, the less is left: models are bound to it."""

LEAST_DAYS: Final = 28
"""With less than four weeks nothing is said."""

_KNOWN_FROM_NEW_DAYS: Final = 60
"""A car seen so soon after its first day on the road still has its first parts, unless a record says otherwise."""

_READINGS: Final = 15
_STALE_DAYS: Final = 60
_SHRINK: Final = 0.12  # so much of a life has to be seen before a car's own rate counts for half
_MOST_LIFE_DAYS: Final = 9_000.0
_SEEN, _FASTEST = 0.02, 5.0  # less of a life says nothing of a pace, and nothing wears five times as fast as it should


@dataclass(frozen=True, slots=True)
class Observation:
    """`features` in the order of FEATURES, NaN where unknown; the physics says `left_share` × `life_days` days.

    `judged_days`: since when anything could be said of this car; what was due before was never announced.
    """

    component: str
    features: tuple[float, ...]
    left_share: float
    life_days: float
    judged_days: int


def observe(
    component: Component, history: WearHistory, replaced_day: int | None, previous_day: int | None = None
) -> Observation | None:
    """As of the history's last day. Days are counted since 1970; `replaced_day` None: nobody wrote it down.

    None where nothing can be said: too short a history, or neither a gauge nor a record.
    """
    days = len(history)
    if days < LEAST_DAYS or history.columns["km"].sum() <= 0:
        return None
    duty = duty_of(component.name, history)
    since = replaced_day - history.first_day if replaced_day is not None else None
    spent = _spent(duty, since)
    worn, readings, own = _gauge(component.gauge, history, duty, max(since or 0, 0), spent)
    if worn is None and spent is None:
        return None
    previous = _previous(duty, since, previous_day - history.first_day if previous_day is not None else None)
    if worn is None and previous is not None:
        own = 0.5 + 0.5 / min(max(previous, 0.5), 2.0)
    share = worn if worn is not None else (spent or 0.0) * own
    year = duty[-365:]
    rate = max(float(year.mean()) * own, 1.0 / _MOST_LIFE_DAYS)
    life_days = 1.0 / rate
    told = _context(history, duty)
    values = {
        "worn_share": share,
        "log_life_days": float(np.log(life_days)),
        "own_rate": own,
        "gauge_readings": float(readings),
        "gauge_worn_share": np.nan if worn is None else worn,
        "gauge_pace": np.nan if worn is None or spent is None else min(max(worn, 0.0) / max(spent, _SEEN), _FASTEST),
        "duty_share": np.nan if spent is None else spent,
        "previous_duty": np.nan if previous is None else previous,
        "item_age_years": np.nan if since is None else (days - 1 - since) / 365.25,
        **told,
    }
    return Observation(
        component.name,
        tuple(round(float(values[name]), 9) for name in FEATURES),
        round(1.0 - share, 9),
        round(life_days, 6),
        days - LEAST_DAYS,
    )


def observe_car(vehicle: Vehicle, history: WearHistory, records: Sequence[ServiceRecord]) -> list[Observation]:
    """Every part of which something can be said; `records` the newest first."""
    found = []
    for component in components():
        if vehicle.drivetrain in component.drivetrains:
            done = [day_number(one.performed_on) for one in records if one.item == component.item]
            first = day_number(vehicle.in_service_on)
            if not done and first >= history.first_day - _KNOWN_FROM_NEW_DAYS:
                done = [first]
            replaced, before = [*done, None, None][:2]
            found.append(observe(component, history, replaced, before))
    return [one for one in found if one is not None]


def _gauge(
    gauge: Gauge | None, history: WearHistory, duty: Floats, since: int, spent: float | None
) -> tuple[float | None, int, float]:
    """How far it is worn by its gauge, from how many readings, and how fast this car wears it beside the handbook.

    A part whose replacement was written down was new then: what it has lost since counts along with what was seen.
    """
    if gauge is None:
        return None, 0, 1.0
    readings = history.columns[gauge.name][since:]
    places = np.flatnonzero(np.isfinite(readings))
    if not len(places) or len(readings) - 1 - places[-1] > _STALE_DAYS:
        return None, 0, 1.0
    at_its_end = readings[places] == gauge.due  # oil life ends at 0 %: it shows no more, and the rest is reckoned
    if not at_its_end.all():
        places = places[~at_its_end]
    worn = (readings[places] - gauge.new) / (gauge.due - gauge.new)
    last, first = places[-_READINGS:], places[:_READINGS]
    grown = float(np.median(worn[-_READINGS:]) - np.median(worn[:_READINGS]))
    passed = np.cumsum(duty[since:])
    done = float(np.median(passed[last]) - np.median(passed[first]))
    if spent is not None:
        grown += float(np.median(worn[-_READINGS:]))
        done += spent - float(passed[-1] - np.median(passed[last]))
    own = min(max((max(grown, 0.0) + _SHRINK) / (done + _SHRINK), 0.2), 5.0)
    now = float(np.median(worn[-_READINGS:]) + own * (passed[-1] - np.median(passed[last])))
    return now, len(places), own


def _spent(duty: Floats, since: int | None) -> float | None:
    """By the handbook, since it was replaced; days before the first that is known count as the mean of all."""
    if since is None:
        return None
    return float(duty[max(since, 0) :].sum()) + max(-since, 0) * float(duty.mean())


def _previous(duty: Floats, since: int | None, before: int | None) -> float | None:
    """What the part before had lived through when it was replaced."""
    if since is None or before is None or before >= since or since <= 0:
        return None
    return float(duty[max(before, 0) : since].sum()) + max(-before, 0) * float(duty.mean())


def _context(history: WearHistory, duty: Floats) -> dict[str, float]:
    """How the car is used, over the last year at most."""
    year = {name: values[-365:] for name, values in history.columns.items()}
    km, trips, running_s = (float(year[name].sum()) for name in ("km", "trips", "running_s"))
    braked = km > 0 and bool(year["brake_work_kj_kg"].any())
    season = 2 * np.pi * ((history.first_day + len(history)) % 365.25) / 365.25
    known = year[AMBIENT][np.isfinite(year[AMBIENT])]
    return {
        "season_rate": float(np.log((duty[-90:].mean() + 1e-6) / (duty[-365:].mean() + 1e-6))),
        "long_rate": float(np.log((duty.mean() + 1e-6) / (duty[-365:].mean() + 1e-6))),
        "known_years": len(duty) / 365.25,
        "season_sine": float(np.sin(season)),
        "season_cosine": float(np.cos(season)),
        "idle_share": float(year["idle_s"].sum()) / running_s if running_s > 0 else np.nan,
        "km_per_trip": km / trips if trips else np.nan,
        "cold_start_share": float(year["cold_starts"].sum()) / trips if trips else np.nan,
        "ambient_c": float(known.mean()) if len(known) else np.nan,
        "brake_work_kj_kg_km": float(year["brake_work_kj_kg"].sum()) / km
        if braked
        else MEAN_PER_KM["brake_work_kj_kg"],
        "km_per_day": km / len(year["km"]),
        "fuel_l_per_100km": 100.0 * float(year["fuel_l"].sum()) / km if km > 0 else np.nan,
    }
