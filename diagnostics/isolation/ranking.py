"""The causes of a fault with their probabilities: Bayes over the fault catalogue. Pure.

A fault has one cause. Its probability starts from the weights that the catalogue gives for each symptom:

1. **Symptoms.** log p(c) = Σ u(s) · log w(c | s). The share u(s) = 1 / Σ overlap(s, t) over all symptoms t, where
   overlap is what the two distributions have in common: two codes that say the same count once, two that have nothing
   in common count twice. A code on three control units, or P0171 with P0174, is no more certain than one of them.
2. **Evidence.** A feature that the catalogue names for or against a cause multiplies its odds by `EVIDENCE_RATIO` or
   its inverse; all features of one source (one detector, one code) together count once, and what a symptom says by
   its own weights is not said again.
3. **Temperature.** p ∝ p^(1 / TEMPERATURE), fitted by `calibration.fit_temperature` on development cars.
4. **Tests.** Each result of a technician multiplies by the probability of that result, were this the cause.

`other` stands for every cause that the catalogue does not name.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from diagnostics.code_catalogue import OTHER, UNLIKELY, Catalogue, Check, catalogue
from diagnostics.isolation.symptoms import Symptom

EVIDENCE_RATIO: Final = 5.0
"""How much likelier a feature is with the cause it speaks for than without: seen in about half of such faults and in a
tenth of the others [default, calibrate]."""

TEMPERATURE: Final = 1.0
"""1 leaves the weights of a lone code as the catalogue states them.

On simulated development cars the fit is below 1: there each symptom has few causes, and what is stated errs on the
modest side. Workshops meet more causes than the simulator has, so nothing is sharpened by it.
"""

UNLISTED: Final = 20.0
"""A cause that an entry does not list has this part of the entry's `other`: about so many causes share it."""

OTHER_TELLS: Final = 0.1
"""The probability that a check is positive for a cause that nobody has named."""

_SUREST: Final = 0.98  # no measurement in a workshop is surer
_LEAST_OTHER: Final = 0.01  # no catalogue is complete

Weights = Mapping[str, Mapping[str, float]]
"""By entry of the catalogue and cause, weights that stand in place of the catalogue's own."""


@dataclass(frozen=True, slots=True)
class RankedCause:
    """`supporting` and `against`: the feature ids that spoke for and against it, sorted."""

    cause_id: str
    probability: float
    supporting: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def rank_causes(
    symptoms: Collection[Symptom],
    results: Mapping[str, bool] | None = None,
    weights: Weights | None = None,
    known: Catalogue | None = None,
) -> list[RankedCause]:
    """The causes of one fault, likeliest first; the probabilities sum to 1 and `other` is always among them.

    `results` are tests by check id, True where positive. The order of symptoms and results does not matter.
    """
    known = known or catalogue()
    priors = _priors(symptoms, weights or {}, known)
    causes = sorted({OTHER, *(cause for prior in priors for cause in prior)})
    spoken = {cause: _spoken(cause, symptoms, known) for cause in causes}
    told = sum(_about_the_fault(symptom, symptoms, known) for symptom in _distinct(symptoms))
    odds = _log_priors(priors, causes)
    for cause in causes:
        units = sum(spoken[cause].values()) - (max(-1, min(1, told)) if cause == OTHER else 0)
        odds[cause] += units * math.log(EVIDENCE_RATIO)
    cooled = _normal({cause: value / TEMPERATURE for cause, value in odds.items()})
    posterior = with_results(cooled, results or {}, known)
    features = frozenset(feature for symptom in symptoms for feature in symptom.features)
    ranked = [_ranked(cause, probability, features, known) for cause, probability in posterior.items()]
    return sorted(ranked, key=lambda one: (-one.probability, one.cause_id))


def with_results(probabilities: Mapping[str, float], results: Mapping[str, bool], known: Catalogue) -> dict[str, float]:
    """The probabilities after these tests; a check that the catalogue no longer knows says nothing."""
    checks = [(known.checks[name], positive) for name, positive in sorted(results.items()) if name in known.checks]
    return _normal(
        {
            cause: math.log(probability) + sum(math.log(_likelihood(check, cause, it)) for check, it in checks)
            for cause, probability in probabilities.items()
            if probability > 0
        }
    )


def positive_probability(check: Check, cause: str) -> float:
    """That the check is positive when this is the cause."""
    told = check.tells.get(cause, OTHER_TELLS if cause == OTHER else UNLIKELY)
    return min(_SUREST, max(1 - _SUREST, told))


def _likelihood(check: Check, cause: str, positive: bool) -> float:
    told = positive_probability(check, cause)
    return told if positive else 1 - told


def _priors(symptoms: Iterable[Symptom], weights: Weights, known: Catalogue) -> list[Mapping[str, float]]:
    """What each symptom that the catalogue knows says of the causes, each summing to 1, in a fixed order."""
    entries = [symptom.entry_id for symptom in _distinct(symptoms) if symptom.entry_id in known.codes]
    return [_complete(weights.get(one) or known.codes[one].causes) for one in entries]


def _distinct(symptoms: Iterable[Symptom]) -> list[Symptom]:
    """One symptom per entry: the same code on another control unit says nothing new."""
    return [by_entry for _, by_entry in sorted({one.entry_id: one for one in sorted(symptoms, key=_place)}.items())]


def _place(symptom: Symptom) -> tuple[str, str, float]:
    return (symptom.entry_id, symptom.component, symptom.first_seen_s)


def _complete(weights: Mapping[str, float]) -> dict[str, float]:
    given = {OTHER: _LEAST_OTHER, **weights}
    given[OTHER] = max(given[OTHER], _LEAST_OTHER)
    total = math.fsum(given.values())
    return {cause: weight / total for cause, weight in given.items()}


def _log_priors(priors: Sequence[Mapping[str, float]], causes: Sequence[str]) -> dict[str, float]:
    shares = [1 / math.fsum(overlap(one, other) for other in priors) for one in priors]
    return {
        cause: math.fsum(
            share * math.log(prior.get(cause, prior[OTHER] / UNLISTED))
            for share, prior in zip(shares, priors, strict=True)
        )
        for cause in causes
    }


def overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """What two distributions have in common: 0 nothing, 1 everything."""
    return math.fsum(min(weight, other[cause]) for cause, weight in one.items() if cause in other)


def _spoken(cause: str, symptoms: Collection[Symptom], known: Catalogue) -> dict[str, int]:
    """By source of evidence, +1 where it speaks for the cause, -1 against, 0 where it says both."""
    entry = known.causes.get(cause)
    if entry is None:
        return {}
    spoken: dict[str, int] = {}
    for source in sorted({symptom.source for symptom in symptoms}):
        heard = frozenset(feature for one in symptoms if one.source == source for feature in _news(one, cause, known))
        units = len(heard.intersection(entry.evidence_for)) - len(heard.intersection(entry.evidence_against))
        spoken[source] = max(-1, min(1, units))
    return spoken


def _news(symptom: Symptom, cause: str, known: Catalogue) -> frozenset[str]:
    """The features of a symptom that its own weights have not said already of this cause."""
    entry = known.codes.get(symptom.entry_id)
    said = entry is not None and cause in entry.causes
    return symptom.features - {symptom.source} if said else symptom.features


def _about_the_fault(symptom: Symptom, symptoms: Collection[Symptom], known: Catalogue) -> int:
    """+1 where the others speak for the fault that this symptom names, whatever its cause, -1 against."""
    entry = known.codes.get(symptom.entry_id)
    if entry is None:
        return 0
    heard = frozenset(name for one in symptoms if one.source != symptom.source for name in one.features)
    return len(heard.intersection(entry.evidence.supporting)) - len(heard.intersection(entry.evidence.against))


def _normal(log_weights: Mapping[str, float]) -> dict[str, float]:
    highest = max(log_weights.values())
    raw = {cause: math.exp(value - highest) for cause, value in log_weights.items()}
    total = math.fsum(raw.values())
    return {cause: value / total for cause, value in raw.items()}


def _ranked(cause: str, probability: float, features: frozenset[str], known: Catalogue) -> RankedCause:
    entry = known.causes.get(cause)
    if entry is None:
        return RankedCause(cause, probability)
    supporting = tuple(sorted(features.intersection(entry.evidence_for)))
    return RankedCause(cause, probability, supporting, tuple(sorted(features.intersection(entry.evidence_against))))
