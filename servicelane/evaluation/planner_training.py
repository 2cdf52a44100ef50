"""Fits the models of wear on simulated fleets of development, and says in the file what they were made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

import numpy as np
import sklearn

from maintenance_planner.wear.artefact import Artefact, save
from maintenance_planner.wear.components import components
from maintenance_planner.wear.training import FITTED_SHARE, Examples, fit
from servicelane.evaluation.planner_examples import FOLLOWED_TO, examples_of, looks_of_fleet
from servicelane.evaluation.planner_fleets import WATCHED_FROM, Life, lives
from simulator.wear.fleet import draw_fleet

SEED: Final = 501
CARS: Final = 3_600
LOOKS, LATER_LOOKS = 12, 6
"""Of each car's part. How wide an interval has to be is learnt from cars, more than from looks at the same car."""

SOONER_SHARE: Final = 0.5
"""Of the cars are those that the trees are fitted to."""

MIX: Final = {"petrol": 0.10, "hybrid": 0.06, "diesel": 0.48, "electric": 0.36}
"""Not the mix of a street: parts that few cars have want to be seen as often as the others."""

_LATER_DAYS: Final = round((FOLLOWED_TO - WATCHED_FROM) * FITTED_SHARE / (1 - FITTED_SHARE))
"""So much later lives the fleet that sets the widths: when all has come of what the trees were fitted to."""

Heard = Callable[[str, int, int], None]


def train(path: Path, seed: int = SEED, cars: int = CARS, heard: Heard | None = None) -> Artefact:
    """The same seed and cars give the same file. Raises TrainingError where the fleet is too small."""
    examples = _examples(seed, cars, heard)
    parts = {}
    for number, component in enumerate(components(), start=1):
        parts[component.name] = fit(component.name, examples[component.name])
        if heard:
            heard("fitting models", number, len(components()))
    digest = digest_of(examples)
    origin = {
        "command": f"servicelane planner train --seed {seed} --cars {cars}",
        "examples": digest,
        "rows": {name: len(one.day) for name, one in examples.items()},
        "libraries": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    }
    artefact = Artefact(f"wear-{digest[:10]}", origin, parts)
    save(artefact, path)
    return artefact


def _examples(seed: int, cars: int, heard: Heard | None) -> dict[str, Examples]:
    """Of two fleets that live one after the other."""
    sooner = round(cars * SOONER_SHARE)
    first, second = (
        looks_of_fleet(_counted(lives(draw_fleet("development", of, count, MIX)), count, heard), each, of)
        for of, count, each in ((seed, sooner, LOOKS), (seed + 1, cars - sooner, LATER_LOOKS))
    )
    return {
        name: examples_of(
            [
                *of_part,
                *(replace(one, day=one.day + _LATER_DAYS, last_day=one.last_day + _LATER_DAYS) for one in second[name]),
            ]
        )
        for name, of_part in first.items()
    }


def digest_of(examples: Mapping[str, Examples]) -> str:
    """Of all that was learnt from."""
    told = hashlib.sha256()
    for name, one in sorted(examples.items()):
        told.update(name.encode())
        for column in fields(one):
            told.update(np.ascontiguousarray(getattr(one, column.name)).tobytes())
    return told.hexdigest()


def _counted(fleet: Iterable[Life], cars: int, heard: Heard | None) -> Iterable[Life]:
    for number, life in enumerate(fleet, start=1):
        yield life
        if heard and number % 20 == 0:
            heard("cars over twenty years", number, cars)
