"""What workshops confirmed moves the catalogue's weights: Dirichlet counts per entry, cause and model. Pure.

The weights of an entry are a Dirichlet prior worth `PRIOR_STRENGTH` repairs. Confirmed causes are added to it, first
those of all other models, then those of the car's own model:

    w(c)          = (S · w0(c) + n(c)) / (S + Σ n)          n: other models, S = PRIOR_STRENGTH
    w(c | model)  = (S · w(c) + m(c)) / (S + Σ m)           m: this model

Bounds, so that no workshop alone changes what others are told:

* a workshop counts for `MOST_OF_ONE_WORKSHOP` repairs of an entry and model at most, scaled down in proportion;
* counts of fewer than `LEAST_REPAIRS` repairs or `LEAST_WORKSHOPS` workshops change nothing.

So one workshop moves a weight by at most MOST / (S + MOST) = 1/6, and cannot turn over a lead of 0.2.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from diagnostics.code_catalogue import OTHER, Catalogue

PRIOR_STRENGTH: Final = 20.0
MOST_OF_ONE_WORKSHOP: Final = 4.0
LEAST_REPAIRS: Final = 5
LEAST_WORKSHOPS: Final = 2


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`repairs` of one workshop on cars of one model that had this symptom and turned out to have this cause."""

    entry_id: str
    cause_id: str
    model: str
    workshop_id: str
    repairs: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One weight as the catalogue gives it and as it is now. `counted`: what is left of the repairs by the bounds."""

    entry_id: str
    model: str
    cause_id: str
    repairs: int
    workshops: int
    counted: float
    catalogue_weight: float
    weight: float


def moved_weights(
    confirmed: Iterable[Confirmed], entry_ids: Iterable[str], model: str, known: Catalogue
) -> dict[str, dict[str, float]]:
    """By entry, the weights for a car of this model; entries without confirmed causes are left out."""
    by_entry = _by_entry(confirmed)
    return {
        name: _moved(known.codes[name].causes, by_entry[name], model)
        for name in sorted(set(entry_ids) & by_entry.keys() & known.codes.keys())
    }


def movements(confirmed: Iterable[Confirmed], known: Catalogue) -> list[Movement]:
    """Every weight that somebody has confirmed a cause for, in the order of the catalogue's ids."""
    told: list[Movement] = []
    for name, of_entry in sorted(_by_entry(confirmed).items()):
        if name in known.codes:
            for model in sorted({one.model for one in of_entry}):
                told += _movements(name, model, of_entry, known)
    return told


def counted(confirmed: Iterable[Confirmed]) -> dict[str, float]:
    """By cause, what counts of the repairs of one entry and model within the bounds."""
    by_workshop: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in confirmed:
        by_workshop[one.workshop_id][one.cause_id] += one.repairs
    repairs = sum(sum(causes.values()) for causes in by_workshop.values())
    if repairs < LEAST_REPAIRS or len(by_workshop) < LEAST_WORKSHOPS:
        return {}
    parts: dict[str, list[float]] = defaultdict(list)
    for _, causes in sorted(by_workshop.items()):
        scale = min(1.0, MOST_OF_ONE_WORKSHOP / sum(causes.values()))
        for cause, number in causes.items():
            parts[cause].append(number * scale)
    return {cause: math.fsum(values) for cause, values in sorted(parts.items())}


def _moved(catalogue_weights: Mapping[str, float], confirmed: Iterable[Confirmed], model: str) -> dict[str, float]:
    of_entry = list(confirmed)
    others = counted(one for one in of_entry if one.model != model)
    own = counted(one for one in of_entry if one.model == model)
    return _added(_added(catalogue_weights, others), own)


def _added(weights: Mapping[str, float], counts: Mapping[str, float]) -> dict[str, float]:
    total = PRIOR_STRENGTH * math.fsum(weights.values()) + math.fsum(counts.values())
    causes = sorted({*weights, *counts})
    return {one: (PRIOR_STRENGTH * weights.get(one, 0.0) + counts.get(one, 0.0)) / total for one in causes}


def _by_entry(confirmed: Iterable[Confirmed]) -> dict[str, list[Confirmed]]:
    found: dict[str, list[Confirmed]] = defaultdict(list)
    for one in confirmed:
        found[one.entry_id].append(one)
    return found


def _movements(name: str, model: str, of_entry: list[Confirmed], known: Catalogue) -> list[Movement]:
    weights = _moved(known.codes[name].causes, of_entry, model)
    own = [one for one in of_entry if one.model == model]
    counts = counted(own)
    return [
        Movement(
            entry_id=name,
            model=model,
            cause_id=cause,
            repairs=sum(one.repairs for one in own if one.cause_id == cause),
            workshops=len({one.workshop_id for one in own if one.cause_id == cause}),
            counted=counts.get(cause, 0.0),
            catalogue_weight=known.codes[name].causes.get(cause, 0.0),
            weight=weight,
        )
        for cause, weight in sorted(weights.items(), key=lambda pair: (pair[0] == OTHER, -pair[1], pair[0]))
    ]
