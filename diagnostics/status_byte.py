"""The eight bits of statusOfDTC (ISO 14229-1 Annex D), and how they change. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

TEST_FAILED: Final = 0x01
PENDING: Final = 0x04
CONFIRMED: Final = 0x08
NOT_COMPLETED_SINCE_CLEAR: Final = 0x10
FAILED_SINCE_CLEAR: Final = 0x20
LAMP: Final = 0x80
AFTER_CLEAR: Final = 0x50
"""What ClearDiagnosticInformation leaves: no test has been completed, in this cycle or since."""
ALL_BITS: Final = 0xFF
BIT_NAMES: Final = (
    "test_failed",
    "test_failed_this_operation_cycle",
    "pending",
    "confirmed",
    "test_not_completed_since_clear",
    "test_failed_since_clear",
    "test_not_completed_this_operation_cycle",
    "warning_indicator_requested",
)


@dataclass(frozen=True, slots=True, order=True)
class BitTransition:
    """One bit (0 to 7) of one code's status that became set or was no longer set."""

    at_s: float
    bit: int
    is_set: bool


def transitions_between(at_s: float, before: int, after: int) -> Iterator[BitTransition]:
    changed = before ^ after
    for bit in range(len(BIT_NAMES)):
        if changed >> bit & 1:
            yield BitTransition(at_s, bit, bool(after >> bit & 1))
