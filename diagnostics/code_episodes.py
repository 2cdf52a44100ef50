"""Trouble-code reports to episodes: pending, confirmed, healed, cleared, recurred. Pure.

The bits are those of ISO 14229-1: 0 testFailed, 2 pendingDTC, 3 confirmedDTC, 7 warningIndicatorRequested. A confirmed
code stays when its fault goes; it is healed when the test no longer fails, nothing is pending and the lamp is off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

TEST_FAILED: Final = 0x01
PENDING: Final = 0x04
CONFIRMED: Final = 0x08
LAMP: Final = 0x80

Status = Literal["pending", "confirmed", "healed", "cleared", "gone"]


@dataclass(frozen=True, slots=True)
class CodeReport:
    """One report of one ECU. `codes` by 24-bit code: status byte and what came with it."""

    at_s: float
    ecu: str
    complete: bool
    cleared: bool
    codes: Mapping[int, Mapping[str, Any]]


@dataclass(slots=True)
class CodeEpisode:
    """One life of a code in one ECU, from its first failure until it is cleared, gone, or comes back after healing.

    `gone` is a pending code that never was confirmed; `recurred` says that the same code had an episode before.
    """

    ecu: str
    code: int
    first_seen_s: float
    last_seen_s: float
    status: Status = "pending"
    confirmed_s: float | None = None
    healed_s: float | None = None
    ended_s: float | None = None
    lamp: bool = False
    occurrences: int = 1
    recurred: bool = False
    freeze_frame: Mapping[str, Any] | None = None
    transitions: list[tuple[float, int]] = field(default_factory=list)  # (instant, status byte) at each change

    @property
    def is_open(self) -> bool:
        return self.ended_s is None


def episodes_of(reports: Iterable[CodeReport]) -> list[CodeEpisode]:
    """Every episode, in the order in which they began. Reports come in the car's order."""
    all_episodes: list[CodeEpisode] = []
    current: dict[tuple[str, int], CodeEpisode] = {}
    for report in reports:
        for code, told in report.codes.items():
            _meet(all_episodes, current, report, code, told)
        if report.complete or report.cleared:
            _close_missing(current, report)
    return all_episodes


def _meet(
    all_episodes: list[CodeEpisode],
    current: dict[tuple[str, int], CodeEpisode],
    report: CodeReport,
    code: int,
    told: Mapping[str, Any],
) -> None:
    key, status = (report.ecu, code), int(told.get("status", 0))
    episode = current.get(key)
    if episode is not None and episode.healed_s is not None and status & (TEST_FAILED | PENDING | LAMP):
        episode.ended_s = report.at_s
        current.pop(key)
        episode = None
    if episode is None:
        if not status & (PENDING | CONFIRMED):
            return  # tested and found well, or never tested
        before = any(one.code == code and one.ecu == report.ecu for one in all_episodes)
        episode = CodeEpisode(report.ecu, code, report.at_s, report.at_s, recurred=before)
        current[key] = episode
        all_episodes.append(episode)
    _advance(episode, report.at_s, status, told)
    if not episode.is_open:
        current.pop(key)


def _advance(episode: CodeEpisode, at_s: float, status: int, told: Mapping[str, Any]) -> None:
    episode.last_seen_s = at_s
    episode.lamp = bool(status & LAMP)
    episode.occurrences = max(episode.occurrences, int(told.get("occurrences") or 1))
    episode.freeze_frame = told.get("freeze_frame") or episode.freeze_frame
    if not episode.transitions or episode.transitions[-1][1] != status:
        episode.transitions.append((at_s, status))
    if status & CONFIRMED:
        episode.confirmed_s = at_s if episode.confirmed_s is None else episode.confirmed_s
        healed = not status & (TEST_FAILED | PENDING | LAMP)
        episode.healed_s = (episode.healed_s or at_s) if healed else None
        episode.status = "healed" if healed else "confirmed"
    elif not status & PENDING:
        _end(episode, at_s)


def _close_missing(current: dict[tuple[str, int], CodeEpisode], report: CodeReport) -> None:
    """A whole memory that lacks a code has lost it; a memory that was cleared ends what it does not name again."""
    for key in [key for key in current if key[0] == report.ecu and key[1] not in report.codes]:
        _end(current.pop(key), report.at_s)


def _end(episode: CodeEpisode, at_s: float) -> None:
    episode.ended_s = at_s
    episode.lamp = False
    episode.status = "cleared" if episode.confirmed_s is not None else "gone"


def code_text(code: int) -> str:
    """A 24-bit code as people write it: J2012 letter and digits, and the failure-type byte (`P0302-00`)."""
    letter = "PCBU"[code >> 22 & 3]
    return f"{letter}{code >> 20 & 3:X}{code >> 8 & 0xFFF:03X}-{code & 0xFF:02X}"
