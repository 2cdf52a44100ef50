"""What no policy can beat: a week planned with full knowledge of who will come, solved by OR-Tools' CP-SAT.

A relaxation, so that its cost is a bound from below: everybody gets a technician and a day, whose time is not exceeded;
the order within the day is left free, as are bays. OR-Tools is not part of an installation: `pip install ortools`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from booking_api.local_days import local_day
from booking_api.models import Resource, Wishes, Workshop
from booking_api.ranking import DEFAULT_WEIGHTS, Candidate, Need, distances_km, expected_cost
from servicelane.evaluation.booking_demand import CLOSES, OPENS, ZONE, Town, Visitor, draw_town
from servicelane.evaluation.booking_policies import Named
from servicelane.evaluation.booking_simulation import Simulation, Visit

ELSEWHERE_EUR: Final = 300.0
"""What it costs that somebody gets no visit at all, for the comparison alone."""
_CENTS: Final = 100
_OWN: Final = replace(DEFAULT_WEIGHTS, load=0.0, scarce=0.0, ordered_tight=0.0)
"""What an owner pays for a visit; what a visit takes from others is what the plan is about."""


class NoSolverError(RuntimeError):
    """OR-Tools is not installed."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Mean cost per visitor in euros; `bound` holds for every policy, `plan` is the best that was found in the time."""

    seed: int
    visitors: int
    bound_eur: float
    plan_eur: float
    policies_eur: Mapping[str, float]


def bound(seed: int, load: float, policies: Sequence[Named], seconds: float = 20.0) -> Bound:
    """One week of two workshops. Raises NoSolverError."""
    town = draw_town(seed, 2, 1, load)
    costs = {policy.name: _mean_cost(Simulation(town, policy, 1, always_first=True).run(), town) for policy in policies}
    days = sorted(Simulation(town, policies[0], 1).calendars[0].days)
    best, plan = _solved(town, days, seconds)
    count = len(town.visitors)
    return Bound(seed, count, best / _CENTS / count, plan / _CENTS / count, costs)


def _mean_cost(visits: Sequence[Visit], town: Town) -> float:
    return sum(_cost_of(one, town) for one in visits) / len(visits)


def _cost_of(visit: Visit, town: Town) -> float:
    if visit.workshop is None or visit.done_minute is None:
        return ELSEWHERE_EUR
    on = visit.done_on
    assert on is not None
    return _cost(visit.visitor, visit.workshop, on, visit.done_minute)


def _cost(visitor: Visitor, workshop: Workshop, on: date, start_minute: int) -> float:
    need = Need(
        visitor.arrival_minute,
        visitor.urgency,
        visitor.due_minute,
        visitor.safe_minute,
        visitor.skills,
        visitor.life,
    )
    wishes = Wishes(position=visitor.position, preferred_on=visitor.preferred_on)
    candidate = Candidate(workshop, start_minute, start_minute + visitor.minutes, on, OPENS, 0.0)
    return expected_cost(candidate, need, wishes, distances_km([workshop], wishes), _OWN)


def _solved(town: Town, days: Sequence[date], seconds: float) -> tuple[float, float]:
    """The bound and the plan, in cents for all."""
    model_module = _solver()
    model = model_module.CpModel()
    taken: defaultdict[tuple[int, date], list[Any]] = defaultdict(list)
    objective = []
    for visitor in town.visitors:
        literals = []
        for technician, on, cents in _choices(town, visitor, days):
            literal = model.new_bool_var("")
            literals.append(literal)
            taken[technician.resource_id, on].append(visitor.minutes * literal)
            objective.append(cents * literal)
        nowhere = model.new_bool_var("")
        objective.append(round(ELSEWHERE_EUR * _CENTS) * nowhere)
        model.add_exactly_one([*literals, nowhere])
    for minutes in taken.values():
        model.add(sum(minutes) <= CLOSES - OPENS)
    model.minimize(sum(objective))
    solver = model_module.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.solve(model)
    return float(solver.best_objective_bound), float(solver.objective_value)


def _choices(town: Town, visitor: Visitor, days: Sequence[date]) -> Iterator[tuple[Resource, date, int]]:
    """Technicians who can, on days on which the parts are there and which have not ended when the visitor asks."""
    for number, workshop in enumerate(town.workshops):
        ready = visitor.arrival_minute + max(0, visitor.lead_days[number] - 1) * 24 * 60
        for on in days:
            opens = local_day(on, ZONE).start_minute + OPENS
            if opens + (CLOSES - OPENS) <= ready:
                continue
            cents = int(_CENTS * _cost(visitor, workshop, on, max(opens, visitor.arrival_minute)))
            for one in workshop.resources:
                if one.kind == "technician" and visitor.skills <= one.skills:
                    yield one, on, cents


def _solver() -> Any:
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        raise NoSolverError("OR-Tools is missing: pip install ortools") from error
    return cp_model
