"""Which check tells most about the cause in the least time. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from diagnostics.code_catalogue import OTHER, Catalogue, Check
from diagnostics.isolation.ranking import RankedCause, positive_probability, with_results

TESTS: Final = 5
"""So many are worth showing."""

WORTH_DOING_BITS: Final = 0.01
_LIKELY: Final = 0.02  # a check of a cause less likely than this is not looked for


@dataclass(frozen=True, slots=True)
class NextTest:
    """`information_bits` is the entropy of the causes that the check takes away on average."""

    check_id: str
    minutes: int
    information_bits: float
    positive_probability: float

    @property
    def bits_per_minute(self) -> float:
        return self.information_bits / self.minutes


def next_tests(
    ranked: Collection[RankedCause], entry_ids: Iterable[str], done: Collection[str], known: Catalogue
) -> list[NextTest]:
    """Checks that were not done yet, the most information per minute first; none where nothing is left to tell."""
    probabilities = {one.cause_id: one.probability for one in ranked}
    judged = (
        _judged(name, known.checks[name], probabilities, known) for name in _asked(probabilities, entry_ids, known)
    )
    worth = [test for test in judged if test.check_id not in done and test.information_bits >= WORTH_DOING_BITS]
    return sorted(worth, key=lambda test: (-test.bits_per_minute, test.check_id))[:TESTS]


def entropy_bits(probabilities: Mapping[str, float]) -> float:
    return -math.fsum(value * math.log2(value) for value in probabilities.values() if value > 0)


def _judged(name: str, check: Check, probabilities: Mapping[str, float], known: Catalogue) -> NextTest:
    positive = math.fsum(value * positive_probability(check, cause) for cause, value in probabilities.items())
    left = math.fsum(
        share * entropy_bits(with_results(probabilities, {name: result}, known))
        for result, share in ((True, positive), (False, 1 - positive))
    )
    return NextTest(name, check.minutes, max(0.0, entropy_bits(probabilities) - left), positive)


def _asked(probabilities: Mapping[str, float], entry_ids: Iterable[str], known: Catalogue) -> list[str]:
    """The checks of the fault's entries, and those that tell about one of its likely causes."""
    likely = {cause for cause, value in probabilities.items() if value >= _LIKELY and cause != OTHER}
    listed = {name for one in entry_ids if one in known.codes for name in known.codes[one].checks}
    telling = {name for name, check in known.checks.items() if not likely.isdisjoint(check.tells)}
    return sorted(listed | telling)
