"""What ECUs report of their codes, and what each report claims of each code. Pure.

A fault memory (UDS 0x19) gives whole status bytes. The lists of OBD-II and J1939 each say one thing of the codes on
them and, where the list is complete, its contrary of all others; so each is a claim on some bits of a status byte:

| list | on it | complete and not on it |
|---|---|---|
| memory | the status byte, as far as the ECU keeps its bits | no longer in memory |
| pending ($07, DM6) | pending | not pending |
| confirmed ($03) | confirmed | not confirmed |
| permanent ($0A, DM28) | permanent | not permanent |
| active (DM1) | confirmed, fails now | does not fail now |
| previously active (DM2) | confirmed, does not fail now | if it does not fail now: not confirmed |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from diagnostics.code_numbers import NO_CODE, System
from diagnostics.status_byte import AFTER_CLEAR, ALL_BITS, CONFIRMED, LAMP, PENDING, TEST_FAILED

Scope = Literal["memory", "pending", "confirmed", "permanent", "active", "previously_active"]
SCOPES: Final[tuple[Scope, ...]] = (  # by number on the wire
    "memory",
    "pending",
    "confirmed",
    "permanent",
    "active",
    "previously_active",
)
LAMPS: Final = ("malfunction", "red_stop", "amber_warning", "protect")
LampState = Literal["off", "on", "flashing"]
_WITH_LAMP: Final = ("confirmed", "active")
_LISTED: Final[Mapping[Scope, tuple[int, int]]] = {  # (bits that are claimed, what they are)
    "pending": (PENDING, PENDING),
    "confirmed": (CONFIRMED, CONFIRMED),
    "permanent": (0, 0),
    "active": (TEST_FAILED | CONFIRMED, TEST_FAILED | CONFIRMED),
    "previously_active": (TEST_FAILED | CONFIRMED, CONFIRMED),
}
_NOT_LISTED: Final[Mapping[Scope, int]] = {  # bits that are claimed not to be set
    "pending": PENDING,
    "confirmed": CONFIRMED | LAMP,
    "permanent": 0,
    "active": TEST_FAILED | LAMP,
    "previously_active": CONFIRMED,
}


@dataclass(frozen=True, slots=True)
class CodeReport:
    """One list of codes of one ECU. `codes` by 24-bit code: status byte and what came with it.

    `status_mask`: the bits of a status byte that the ECU keeps. `lamps` holds those whose state is known. `order` is
    the car's own: boot number, boot id, sequence. Reports of one instant are one reading of the ECU.
    """

    at_s: float
    ecu: str
    complete: bool
    cleared: bool
    codes: Mapping[int, Mapping[str, Any]]
    system: System = "uds"
    scope: Scope = "memory"
    status_mask: int = ALL_BITS
    lamps: Mapping[str, LampState] = field(default_factory=dict)
    order: tuple[int, str, int] = (0, "", 0)

    @property
    def memory(self) -> tuple[str, bool]:
        """Whose codes these are. OBD-II and UDS are two ways to the same memory; J1939 counts in numbers of its own."""
        return self.ecu, self.system == "j1939"

    @property
    def kept_bits(self) -> int:
        """Of a status byte, the bits that the ECU keeps; the lists of OBD-II and J1939 know these alone."""
        listed = {"uds": ALL_BITS, "obd": PENDING | CONFIRMED | LAMP, "j1939": TEST_FAILED | PENDING | CONFIRMED | LAMP}
        return self.status_mask & listed[self.system]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a report says of one code: the bits of `mask` are those of `value`.

    `told` is what came with the code, empty where its absence speaks. `removed` says that it left the memory.
    """

    mask: int
    value: int
    permanent: bool | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    removed: bool = False
    by_tester: bool = False


def claims_of(report: CodeReport, known: Mapping[int, int]) -> Iterator[tuple[int, Claim]]:
    """(code, claim) for what is on the list and for what is missing from it. `known`: status byte by code."""
    for code, told in report.codes.items():
        if code != NO_CODE:
            yield code, _listed(report, told)
    if report.complete or report.cleared:
        for code, status in known.items():
            if code not in report.codes:
                yield code, _missing(report, status)


def _listed(report: CodeReport, told: Mapping[str, Any]) -> Claim:
    if report.scope == "memory":
        status = int(told.get("status", 0))
        return Claim(report.kept_bits, status, told=told)
    mask, value = _LISTED[report.scope]
    if report.scope in _WITH_LAMP and "malfunction" in report.lamps:
        mask, value = mask | LAMP, value | (0 if report.lamps["malfunction"] == "off" else LAMP)
    return Claim(mask, value, permanent=True if report.scope == "permanent" else None, told=told)


def _missing(report: CodeReport, status: int) -> Claim:
    if report.cleared:
        return Claim(ALL_BITS, AFTER_CLEAR & report.kept_bits, removed=True, by_tester=True)
    if report.scope == "memory":
        return Claim(ALL_BITS, 0, removed=True)
    if report.scope == "permanent":
        return Claim(0, 0, permanent=False)
    if report.scope == "previously_active" and status & TEST_FAILED:
        return Claim(0, 0)
    return Claim(_NOT_LISTED[report.scope], 0)
