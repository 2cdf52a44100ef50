"""What was asked of diagnostics, beside what came out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from servicelane.evaluation.diagnostics_run import Evaluation
from servicelane.evaluation.intervals import Rate, Share
from servicelane.evaluation.scoring import DetectorRow, total

LEAST_FAULTS: Final = 100
LEAST_CAR_YEARS: Final = 500.0
MOST_ADVISORIES: Final = 1 / 50
LEAST_SHARE: Final = 0.95
LEAST_FIRST: Final = 0.80


class Goal(NamedTuple):
    """`reached` in words, with its interval; `met` goes by the figure itself, not by its interval."""

    asked: str
    reached: str
    met: bool


def goals(evaluation: Evaluation) -> list[Goal]:
    return [*_size(evaluation), *_silence(evaluation), *_detection(evaluation), *_causes(evaluation)]


def _size(evaluation: Evaluation) -> Iterator[Goal]:
    fewest = min(one.recall.all for one in evaluation.detectors)
    yield Goal(f"{LEAST_FAULTS} faults for each detector", f"{fewest} and more", fewest >= LEAST_FAULTS)
    years = evaluation.healthy.car_years
    yield Goal(f"{LEAST_CAR_YEARS:.0f} healthy car-years", f"{years:.1f}", years >= LEAST_CAR_YEARS)


def _silence(evaluation: Evaluation) -> Iterator[Goal]:
    row = evaluation.healthy
    yield Goal("no finding of service level on healthy cars", str(row.service_level), not row.service_level)
    advisories = Rate(row.advisories, row.car_years)
    words = f"{row.advisories}, a year: {advisories}"
    met = (advisories.value or 0.0) <= MOST_ADVISORIES
    yield Goal("at most 1 advisory in 50 healthy car-years", words, met)
    if evaluation.recorded:
        told = len(evaluation.recorded.service_level)
        yield Goal("no finding of service level on recorded drives", str(told), not told)


def _detection(evaluation: Evaluation) -> Iterator[Goal]:
    rows = evaluation.detectors
    asked: tuple[tuple[str, Callable[[DetectorRow], Share]], ...] = (
        ("found", lambda row: row.recall),
        ("found before stranding", lambda row: row.before_stranding),
        ("gradual faults found 7 days or 300 km before stranding", lambda row: row.early),
        ("precision", lambda row: row.precision),
    )
    for words, share_of in asked:
        shares = {row.detector: share_of(row) for row in rows if share_of(row).all}
        yield _each(f"{words}: {LEAST_SHARE} of each detector", shares)


def _each(asked: str, shares: dict[str, Share]) -> Goal:
    below = [f"{name} {share.value:.3f}" for name, share in shares.items() if (share.value or 0.0) < LEAST_SHARE]
    words = f"all together {total(shares.values())}"
    return Goal(asked, "; below: ".join([words, *([", ".join(below)] if below else [])]), not below)


def _causes(evaluation: Evaluation) -> Iterator[Goal]:
    first = total(one.cause_first for one in evaluation.faults)
    three = total(one.cause_in_three for one in evaluation.faults)
    yield Goal(f"true cause ranked first in {LEAST_FIRST}", str(first), (first.value or 0.0) >= LEAST_FIRST)
    yield Goal(f"true cause in the first three in {LEAST_SHARE}", str(three), (three.value or 0.0) >= LEAST_SHARE)
