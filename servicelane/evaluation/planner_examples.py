"""Days on which a part is looked at, what was known then, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from maintenance_planner.wear.components import Component, components
from maintenance_planner.wear.observing import LEAST_DAYS, Observation, observe
from maintenance_planner.wear.training import Examples
from servicelane.evaluation.planner_fleets import WATCHED_TO, Cycle, Life
from simulator.wear.fleet import WearCar

FROM_DAY: Final = 120
"""A car is known for four months before anything is asked of it."""

FOLLOWED_TO: Final = WATCHED_TO + 55 * 365
"""So long looks wait for their ends: of what wears slowly only the hard-worn would else be seen."""

_NEWCOMERS: Final = 0.5
"""Of looks at a car that has come to the service a short while ago; what was done before was written down or not."""

_NEWCOMER_DAYS: Final = (LEAST_DAYS, 730)
_TOLD: Final = 0.5  # of what was done before a newcomer came, somebody wrote it down


@dataclass(frozen=True, slots=True)
class Look:
    """`day` since 1970; `due_days` and `failure_days` are the truth, `last_day` until when it could be seen."""

    car: WearCar
    observation: Observation
    day: int
    cycle: Cycle
    due_days: float
    failure_days: float
    last_day: int


def looks(life: Life, component: Component, count: int, chance: np.random.Generator) -> Iterator[Look]:
    """So many days drawn at random of the car's life; days of which nothing can be said are left out.

    A newcomer without a gauge is one whose owner knew when the part was replaced, or nothing could be said.
    """
    first = life.history.first_day
    for day in sorted(chance.integers(first + FROM_DAY, first + len(life.history), count).tolist()):
        newcomer, told, known_days = (
            chance.random() < _NEWCOMERS,
            chance.random() < _TOLD,
            chance.integers(*_NEWCOMER_DAYS),
        )
        known_from = max(day - int(known_days), first) if newcomer else first
        look = look_at(life, component, day, known_from, told=bool(told)) or look_at(life, component, day, known_from)
        if look is not None:
            yield look


def look_at(
    life: Life, component: Component, day: int, known_from: int | None = None, *, told: bool = True
) -> Look | None:
    """At the end of a day since 1970, of a car that is known from a day on.

    `told` False: nobody wrote down what was done before.
    """
    cycle = next((one for one in life.cycles[component.name] if one.started < day <= one.replaced), None)
    if cycle is None:
        return None
    history = life.history.until(day)
    if known_from is not None:
        history = history.since(known_from)
    known = cycle.recorded and (told or cycle.started >= history.first_day)
    replaced_day = int(cycle.started) if known else None
    before = int(cycle.before) if known and cycle.before is not None else None
    observation = observe(component, history, replaced_day, before)
    if observation is None:
        return None
    return Look(life.car, observation, day, cycle, cycle.due - day, cycle.fails - day, FOLLOWED_TO)


def examples_of(seen: Sequence[Look]) -> Examples:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(one, name) for one in seen], dtype=np.float64)

    return Examples(
        features=np.array([one.observation.features for one in seen]),
        left_share=np.array([one.observation.left_share for one in seen]),
        life_days=np.array([one.observation.life_days for one in seen]),
        day=column("day"),
        due_days=column("due_days"),
        failure_days=column("failure_days"),
        last_day=column("last_day"),
    )


def looks_of_fleet(fleet: Iterable[Life], count: int, seed: int) -> dict[str, list[Look]]:
    """By part, from every car that has it; each car's days hang on the seed and on the car alone."""
    found: dict[str, list[Look]] = {one.name: [] for one in components()}
    for life in fleet:
        chance = np.random.default_rng((seed, life.car.number))
        for component in components():
            if component.name in life.cycles:
                found[component.name] += looks(life, component, count, chance)
    return found
