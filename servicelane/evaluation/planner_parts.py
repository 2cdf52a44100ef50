"""How true the predicted dates of each part are, on fleets that no model has seen, beside the plain interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from maintenance_planner.wear.artefact import Artefact
from maintenance_planner.wear.components import Component, components
from maintenance_planner.wear.history import Floats
from maintenance_planner.wear.model import QUANTILES, EndName, Quantiles
from maintenance_planner.wear.observing import FEATURES
from servicelane.evaluation.intervals import Share
from servicelane.evaluation.planner_examples import Look

_LONG_YEARS: Final = 2.0


@dataclass(frozen=True, slots=True)
class PartResult:
    """Of `n` cars, one day each. Errors and losses in days; `reliability`: share of truths at or before P10, P50, P90.

    `steady_error_days`: of who knows the wear exactly and thinks that the car is used as before.
    `failure_covered`, `failure_error`: the same of the date of failure. `covered_where`: the coverage of some of them.
    """

    component: str
    n: int
    covered: Share
    reliability: tuple[Share, Share, Share]
    error_days: float
    plain_error_days: float
    steady_error_days: float
    width_days: float
    pinball_days: float
    failure_covered: Share
    failure_error_days: float
    monotone: bool
    covered_where: Mapping[str, Share]

    @property
    def calibrated(self) -> bool:
        """The interval of the coverage meets 78 to 82 %."""
        low, high = self.covered.interval
        return low <= 0.82 and high >= 0.78

    @property
    def halved(self) -> bool:
        return self.error_days <= self.plain_error_days / 2


def judge_parts(
    artefact: Artefact, found: dict[str, list[Look]], plain: dict[str, list[float]], steady: dict[str, list[float]]
) -> list[PartResult]:
    """`plain` and `steady`: days to the date as `planner_baseline` says it, for the same looks."""
    return [
        _judge(
            artefact,
            component,
            found[component.name],
            np.array(plain[component.name]),
            np.array(steady[component.name]),
        )
        for component in components()
        if found[component.name]
    ]


def _judge(artefact: Artefact, component: Component, seen: Sequence[Look], plain: Floats, steady: Floats) -> PartResult:
    told = {end: _quantiles(artefact, component, seen, end) for end in ("due", "failure")}
    truth = np.array([one.due_days for one in seen])
    fails = np.array([one.failure_days for one in seen])
    due, failure = told["due"], told["failure"]
    return PartResult(
        component=component.name,
        n=len(seen),
        covered=_covered(due, truth),
        reliability=(_before(truth, due.p10), _before(truth, due.p50), _before(truth, due.p90)),
        error_days=float(np.median(np.abs(truth - due.p50))),
        plain_error_days=float(np.median(np.abs(truth - plain))),
        steady_error_days=float(np.median(np.abs(truth - steady))),
        width_days=float(np.median(due.p90 - due.p10)),
        pinball_days=_pinball(due, truth),
        failure_covered=_covered(failure, fails),
        failure_error_days=float(np.median(np.abs(fails - failure.p50))),
        monotone=bool((due.p10 <= due.p50).all() and (due.p50 <= due.p90).all()),
        covered_where=_covered_where(seen, due, truth),
    )


def _covered_where(seen: Sequence[Look], due: Quantiles, truth: Floats) -> dict[str, Share]:
    """By gauge, by how long the car is known, by how far the date lies ahead."""
    features = np.array([one.observation.features for one in seen])
    gauged = np.isfinite(features[:, FEATURES.index("gauge_worn_share")])
    old = features[:, FEATURES.index("known_years")] >= _LONG_YEARS
    near, far = np.quantile(due.p50, (1 / 3, 2 / 3))
    groups = {
        "with a gauge": gauged,
        "without": ~gauged,
        "known for less than 2 years": ~old,
        "longer": old,
        "nearest third": due.p50 <= near,
        "farthest third": due.p50 > far,
    }
    return {name: _covered(Quantiles(*(one[which] for one in due)), truth[which]) for name, which in groups.items()}


def _quantiles(artefact: Artefact, component: Component, seen: Sequence[Look], end: EndName) -> Quantiles:
    return artefact.parts[component.name].days([one.observation for one in seen], end)


def _covered(told: Quantiles, truth: Floats) -> Share:
    return Share(int(((told.p10 <= truth) & (truth <= told.p90)).sum()), len(truth))


def _before(truth: Floats, told: Floats) -> Share:
    return Share(int((truth <= told).sum()), len(truth))


def _pinball(told: Quantiles, truth: Floats) -> float:
    """Mean over the three quantiles."""
    losses = [
        np.maximum(quantile * (truth - said), (quantile - 1) * (truth - said)).mean()
        for quantile, said in zip(QUANTILES, told, strict=True)
    ]
    return float(np.mean(losses))
