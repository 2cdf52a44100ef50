"""A traction battery that has lost too much of its capacity.

Capacity from charge sessions over at least 30 % of charge: Ah divided by the share. The median of the last five 12 %
below that of the first five, as measured and brought to 25 °C as well (0.4 % per °C below, handbook 6.10: corrected to
25 °C): plan a visit. Cars differ in how much a cold battery takes; with one of both alone a spring or an autumn fades
it. Or the battery controller's own state of health below 78 % on five trips in a row: plan a visit; below 70 %:
soon (end of life 70 to 80 %). A healthy battery loses 2.3 % in a year. Ten healthy verdicts end it.

Does not work for hybrids without charge sessions and state of health, nor with sessions that are all short; a battery
that was already old when it was seen first is told by its state of health alone.
"""

from __future__ import annotations

from statistics import median
from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, ChargeSession, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "traction_battery"
COMPONENT: Final = "traction battery"
_LEAST_PERCENT: Final = 30.0
_PER_C: Final = 0.004
_SESSIONS: Final = 5
_LEFT: Final = 0.88
_HEALTH_PERCENT: Final = 78.0
_SOON_PERCENT: Final = 70.0
_IN_A_ROW: Final = 5


def _judge_charge(memory: Memory, session: ChargeSession, _car: Car) -> Said:
    charged = (session.end_percent or 0.0) - (session.start_percent or 0.0)
    if charged < _LEAST_PERCENT or charged > 100.0 or not 1.0 < (session.charge_ah or 0.0) < 2000.0:
        return
    colder = min(40.0, max(0.0, 25.0 - (25.0 if session.temperature_c is None else session.temperature_c)))
    measured_ah = session.charge_ah / charged * 100.0
    capacities_ah = [measured_ah * (1.0 + _PER_C * colder), measured_ah]
    first: list[list[float]] = memory.setdefault("first_ah", [])
    last = keep(memory, "last_ah", [session.at_s, *capacities_ah], _SESSIONS)
    if len(first) < _SESSIONS:
        first.append(capacities_ah)
        return
    limits_ah = [_LEFT * float(median(of_first)) for of_first in zip(*first, strict=True)]
    now_ah = [float(median(told)) for told in list(zip(*last, strict=True))[1:]]
    memory["faded"] = all(now < limit for now, limit in zip(now_ah, limits_ah, strict=True))
    if memory["faded"]:
        evidence = Evidence(session.at_s, "battery_capacity_ah", now_ah[0], limits_ah[0], healthy_low=limits_ah[0])
        yield COMPONENT, Verdict(session.at_s, PLAN_A_VISIT, (evidence,), last[0][0])
    elif not memory.get("unhealthy"):
        yield COMPONENT, Verdict(session.at_s)


def _judge_trip(memory: Memory, trip: Trip, _car: Car) -> Said:
    health = trip.features.get("traction_soh_percent")
    if health is None or health < 1.0:
        return
    last = keep(memory, "health", [trip.started_s, health], _IN_A_ROW)
    highest = max(one[1] for one in last)
    memory["unhealthy"] = len(last) == _IN_A_ROW and highest < _HEALTH_PERCENT
    if memory["unhealthy"]:
        limit = _HEALTH_PERCENT
        evidence = Evidence(trip.ended_s, "state_of_health_percent", health, limit, healthy_low=limit)
        severity = SOON if highest < _SOON_PERCENT else PLAN_A_VISIT
        yield COMPONENT, Verdict(trip.ended_s, severity, (evidence,), last[0][0])
    elif not memory.get("faded"):
        yield COMPONENT, Verdict(trip.ended_s)


RULE: Final = Rule(
    KIND,
    needs=("traction_state_of_health_percent",),
    uses=(
        "charge_session.charge_ah",
        "charge_session.state_of_charge_start_percent",
        "charge_session.state_of_charge_end_percent",
        "charge_session.battery_temperature_c",
    ),
    judges={Trip: _judge_trip, ChargeSession: _judge_charge},
    healthy_to_end=10,
    traces={"state_of_health_percent": of_trip("traction_soh_percent")},
)
