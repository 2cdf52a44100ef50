"""The evaluation of the booking policies: paired replications of the same towns, and the bound on small ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from functools import partial
from typing import Final

from scipy.stats import t as student

from booking_api.local_days import local_day
from servicelane.evaluation.booking_bound import Bound, NoSolverError, bound
from servicelane.evaluation.booking_demand import FIRST_ON, ZONE, draw_town
from servicelane.evaluation.booking_policies import ABLATIONS, POLICIES, Named
from servicelane.evaluation.booking_simulation import Measures, Simulation, measures

LOADS: Final = (0.7, 0.9, 1.0)
ABLATED_LOAD: Final = 0.9
REPLICATIONS: Final = 30
BASELINE: Final = "earliest + parts"
OURS: Final = "ours"
PROCESSES: Final = 2
_EVALUATION: Final = 1_000_000
"""Seeds of evaluation begin here; weights were chosen on seeds below."""

Heard = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the towns are; the bound is looked for in so many small ones, for so long each."""

    workshops: int = 4
    warm_up_weeks: int = 2
    measured_weeks: int = 1
    bounds: int = 3
    bound_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval by Student's t."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """Of one policy at one load: every measure, and its paired difference from the baseline."""

    load: float
    policy: str
    measures: dict[str, Interval]
    against_baseline: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class BookingEvaluation:
    """`bounds` is empty where OR-Tools is not installed."""

    seed: int
    replications: int
    scale: Scale
    visitors: int
    rows: tuple[PolicyRow, ...]
    bounds: tuple[Bound, ...]

    def row(self, load: float, policy: str) -> PolicyRow:
        return next(one for one in self.rows if (one.load, one.policy) == (load, policy))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line of what is asked for, and whether it holds."""

    words: str
    holds: bool


def evaluate_booking(
    seed: int, replications: int = REPLICATIONS, scale: Scale = Scale(), heard: Heard = lambda *_: None
) -> BookingEvaluation:
    """Deterministic. `replications` towns for each load, the same ones for every policy."""
    cases = [(load, _EVALUATION + 1000 * seed + number) for load in LOADS for number in range(replications)]
    runs: list[dict[str, Measures]] = []
    visitors = 0
    with ProcessPoolExecutor(PROCESSES) as pool:
        for number, (measured, count) in enumerate(pool.map(partial(replicate, scale), cases)):
            runs.append(measured)
            visitors += count
            heard(number + 1, len(cases))
    rows = [
        _row(load, policy.name, runs[index * replications : (index + 1) * replications])
        for index, load in enumerate(LOADS)
        for policy in policies_at(load)
    ]
    return BookingEvaluation(seed, replications, scale, visitors, tuple(rows), tuple(_bounds(seed, scale)))


def policies_at(load: float) -> tuple[Named, ...]:
    """What ours is made of is taken apart at one load."""
    return (*POLICIES, *ABLATIONS) if load == ABLATED_LOAD else POLICIES


def replicate(scale: Scale, case: tuple[float, int]) -> tuple[dict[str, Measures], int]:
    """One town under every policy, and how many asked in it. `case`: load and seed."""
    load, seed = case
    weeks = scale.warm_up_weeks + scale.measured_weeks
    town = draw_town(seed, scale.workshops, weeks, load)
    measured = {}
    for policy in policies_at(load):
        simulation = Simulation(town, policy, weeks)
        visits = simulation.run()
        from_on, until_on = FIRST_ON + timedelta(weeks=scale.warm_up_weeks), FIRST_ON + timedelta(weeks=weeks)
        begin = local_day(from_on, ZONE).start_minute
        measured[policy.name] = measures(visits, begin, simulation.utilisation(from_on, until_on))
    return measured, len(town.visitors)


def _row(load: float, policy: str, runs: Sequence[dict[str, Measures]]) -> PolicyRow:
    own = [asdict(one[policy]) for one in runs]
    base = [asdict(one[BASELINE]) for one in runs]
    names = [one.name for one in fields(Measures)]
    return PolicyRow(
        load,
        policy,
        {name: interval([one[name] for one in own]) for name in names},
        {name: interval([one[name] - other[name] for one, other in zip(own, base, strict=True)]) for name in names},
    )


def interval(values: Sequence[float]) -> Interval:
    count, mean = len(values), math.fsum(values) / len(values)
    if count < 2:
        return Interval(mean, -math.inf, math.inf)
    deviation = math.sqrt(math.fsum((one - mean) ** 2 for one in values) / (count - 1))
    half = float(student.ppf(0.975, count - 1)) * deviation / math.sqrt(count)
    return Interval(mean, mean - half, mean + half)


def _bounds(seed: int, scale: Scale) -> list[Bound]:
    compared = [one for one in POLICIES if one.parts_aware]
    solve = partial(bound, load=0.9, policies=compared, seconds=scale.bound_seconds)
    try:
        return [solve(_EVALUATION + 1000 * seed + 900 + number) for number in range(scale.bounds)]
    except NoSolverError:
        return []


def verdicts(evaluation: BookingEvaluation) -> list[Verdict]:
    """What issue 7 asks of the policy."""
    found = []
    for load in LOADS:
        late = evaluation.row(load, OURS).against_baseline["critical_late"]
        words = (
            f"load {load}: late critical jobs against {BASELINE}: "
            f"{100 * late.mean:+.2f} points ({100 * late.low:+.2f} to {100 * late.high:+.2f}), not above 0"
        )
        found.append(Verdict(words, late.low <= 0))
    ours, base = evaluation.row(0.9, OURS).measures, evaluation.row(0.9, BASELINE).measures
    days = ours["days_off"].mean
    found.append(Verdict(f"load 0.9: |day − preferred| {days:.2f} days, at most 1.2", days <= 1.2))
    share = ours["km"].mean / base["km"].mean
    found.append(Verdict(f"load 0.9: travel {share:.2f} of that of {BASELINE}, at most 0.8", share <= 0.8))
    return found
