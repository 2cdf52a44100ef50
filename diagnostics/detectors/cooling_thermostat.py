"""A thermostat that stays open: the engine stays colder than a healthy one can.

Either the coolant lies 8 °C below the slow model of a healthy engine (handbook 6.3), or a warm engine cools by more
than 7 °C in cold wind, on 2 of the last 3 trips that could tell; or it cools by more than 2.5 °C before it was ever
warm, on 3 of the last 5 (78 recorded trips of a healthy car: never more than 1 °C).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from diagnostics.alarms import PLAN_A_VISIT, Alarm, Evidence, Verdict, alarms_of
from diagnostics.history import History
from diagnostics.trips import Trip

KIND: Final = "cooling_thermostat"
COMPONENT: Final = "thermostat"
_HEALTHY_TRIPS: Final = 6


class _Sign(NamedTuple):
    """`limit` is passed in the direction of its sign, on `needed` of the last `of` trips that have the feature."""

    feature: str
    quantity: str
    limit: float
    needed: int
    of: int

    def shows(self, trip: Trip) -> bool:
        value = trip.features[self.feature]
        return value < self.limit if self.limit < 0 else value > self.limit


_SIGNS: Final = (
    _Sign("coolant_residual_c", "coolant_below_model_c", -8.0, 2, 3),
    _Sign("coolant_droop_c", "highway_droop_c", 7.0, 2, 3),
    _Sign("coolant_sag_c", "cooling_before_warm_c", 2.5, 3, 5),
)


def detect(history: History) -> list[Alarm]:
    trips = [trip for trip in history.trips if any(sign.feature in trip.features for sign in _SIGNS)]
    verdicts = [_judge(trips[: count + 1]) for count in range(len(trips))]
    return alarms_of(KIND, COMPONENT, verdicts, _HEALTHY_TRIPS)


def _judge(trips: Sequence[Trip]) -> Verdict:
    """Only a trip that shows a sign itself can be the one that completes it."""
    now = trips[-1].ended_s
    evidence: list[Evidence] = []
    onset_s = now
    for sign in _SIGNS:
        if sign.feature not in trips[-1].features or not sign.shows(trips[-1]):
            continue
        bad = [trip for trip in _last_telling(trips, sign) if sign.shows(trip)]
        if len(bad) >= sign.needed:
            value = trips[-1].features[sign.feature]
            evidence.append(Evidence(now, sign.quantity, value, sign.limit))
            onset_s = min(onset_s, bad[0].started_s)
    return Verdict(now, PLAN_A_VISIT, tuple(evidence), onset_s) if evidence else Verdict(now)


def _last_telling(trips: Sequence[Trip], sign: _Sign) -> list[Trip]:
    telling: list[Trip] = []
    for trip in reversed(trips):
        if sign.feature in trip.features:
            telling.append(trip)
        if len(telling) == sign.of:
            break
    return telling[::-1]
