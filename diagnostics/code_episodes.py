"""Trouble-code reports to episodes: pending, confirmed, healed, cleared, recurred. Pure.

A confirmed code stays when its fault goes; it is healed when the test no longer fails, nothing is pending and the lamp
is off. Reports may come in any order and any number of times: they are put into the car's own order first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal

from diagnostics.code_numbers import System, code_text
from diagnostics.code_reports import Claim, CodeReport, claims_of
from diagnostics.freeze_frames import NOTHING_FROZEN, FrozenValues
from diagnostics.status_byte import (
    CONFIRMED,
    FAILED_SINCE_CLEAR,
    LAMP,
    NOT_COMPLETED_SINCE_CLEAR,
    PENDING,
    TEST_FAILED,
    BitTransition,
    transitions_between,
)

Status = Literal["pending", "confirmed", "healed", "cleared", "gone"]
Ending = Literal["tester", "passed", "recurrence", "memory", "unseen"]
_STIRRING: Final = TEST_FAILED | PENDING | LAMP
_MOST_OCCURRENCES: Final = 2**31 - 1
_FLICKER_S: Final = 86_400.0
"""A J1939 fault is "previously active" as soon as it is gone for a moment: back within a day it is the same episode
[default, calibrate]. OBD-II heals after three driving cycles, so what comes back there is new."""


@dataclass(slots=True)
class CodeEpisode:
    """One life of a code in one ECU, from its first failure until it is cleared, gone, or comes back after healing.

    `gone` is a pending code that never was confirmed; `recurred` says that the same code had an episode before.
    `ended_by`: a `tester` cleared it, its test `passed` before it was confirmed, it healed and came back
    (`recurrence`), the `memory` no longer names it, or only its permanent record was ever seen (`unseen`).
    `verified_s`: after its end the test ran and did not fail, or the ECU gave up its permanent record.
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
    system: System = "uds"
    ended_by: Ending | None = None
    permanent_s: float | None = None
    permanent_ended_s: float | None = None
    verified_s: float | None = None
    relapses: int = 0
    lamps: dict[str, str] = field(default_factory=dict)  # the worst that each lamp did while the code failed
    fault_detection_counter: int | None = None
    frozen: FrozenValues = NOTHING_FROZEN

    @property
    def is_open(self) -> bool:
        return self.ended_s is None

    @property
    def text(self) -> str:
        return code_text(self.code, self.system)

    @property
    def last_failed_s(self) -> float | None:
        """When the status last became one that says so; None where only lists of codes are read."""
        return max((at_s for at_s, status in self.transitions if status & TEST_FAILED), default=None)

    @property
    def raised_s(self) -> float:
        """When the ECU set it, as far as is known: its first frozen instant may be long before the report of it."""
        first = self.frozen.first
        return self.first_seen_s if first is None or first.at_s is None else min(first.at_s, self.first_seen_s)


@dataclass(slots=True)
class CodeLife:
    """Everything that was told of one code in one ECU. `status` is its byte as far as claims have built it up.

    `changes`: the byte from each instant on at which it changed; bit by bit they would take several times the memory of
    a worker, which keeps them of thousands of cars.
    """

    ecu: str
    code: int
    system: System
    status: int = 0
    known: int = 0  # the bits that some report has claimed
    changes: list[tuple[float, int]] = field(default_factory=list)
    episodes: list[CodeEpisode] = field(default_factory=list)

    @property
    def text(self) -> str:
        return code_text(self.code, self.system)

    @property
    def transitions(self) -> list[BitTransition]:
        """Bit by bit."""
        return self.transitions_after(float("-inf"))

    def transitions_after(self, after_s: float) -> list[BitTransition]:
        first = bisect_right(self.changes, after_s, key=itemgetter(0))
        before = self.changes[first - 1][1] if first else 0
        found: list[BitTransition] = []
        for at_s, status in self.changes[first:]:
            found += transitions_between(at_s, before, status)
            before = status
        return found


class CodeLives:
    """What reports say of every code, as far as they have been taken."""

    def __init__(self) -> None:
        self._by_memory: dict[tuple[str, bool], dict[int, CodeLife]] = {}

    def take(self, reports: Iterable[CodeReport]) -> None:
        """More of them, in any order, but later than all that were taken before."""
        ordered = sorted(reports, key=lambda one: (one.at_s, one.memory, one.order))
        for (at_s, memory), readings in groupby(ordered, key=lambda one: (one.at_s, one.memory)):
            _read(self._by_memory.setdefault(memory, {}), at_s, list(readings))

    def in_order(self) -> list[CodeLife]:
        """Every code that was ever told, by ECU and number."""
        lives = self._by_memory
        return [lives[memory][code] for memory in sorted(lives) for code in sorted(lives[memory])]


def lives_of(reports: Iterable[CodeReport]) -> list[CodeLife]:
    """Every code that was ever told, by ECU and number."""
    lives = CodeLives()
    lives.take(reports)
    return lives.in_order()


def episodes_of(reports: Iterable[CodeReport]) -> list[CodeEpisode]:
    """Every episode, in the order in which they began."""
    return in_order(lives_of(reports))


def in_order(lives: Iterable[CodeLife]) -> list[CodeEpisode]:
    episodes = [episode for life in lives for episode in life.episodes]
    return sorted(episodes, key=lambda one: (one.first_seen_s, one.ecu, one.text))


def _read(lives: dict[int, CodeLife], at_s: float, readings: Iterable[CodeReport]) -> None:
    """One reading of an ECU: what its lists say together. A code that is confirmed need not be pending in between."""
    heard: dict[int, list[tuple[CodeReport, Claim]]] = {}
    statuses = {code: life.status for code, life in lives.items()}
    for report in readings:
        for code, claim in claims_of(report, statuses):
            statuses[code] = statuses.get(code, 0) & ~claim.mask | claim.value & claim.mask
            heard.setdefault(code, []).append((report, claim))
    for code, claims in heard.items():
        report = claims[0][0]
        life = lives.setdefault(code, CodeLife(report.ecu, code, report.system))
        _take(life, at_s, statuses[code], claims)


def _take(life: CodeLife, at_s: float, status: int, claims: list[tuple[CodeReport, Claim]]) -> None:
    if status != life.status:
        life.changes.append((at_s, status))
        life.status = status
    for _, claim in claims:
        life.known |= 0 if claim.removed else claim.mask
    removed = next((claim for _, claim in reversed(claims) if claim.removed and not claim.told), None)
    episode = _current(life, at_s)
    if removed is not None:
        if episode is not None:
            _end(episode, at_s, by_tester=removed.by_tester)
    elif episode is not None:
        _advance(life, episode, at_s, claims)
    _note_permanence(life, at_s, claims)
    _note_verification(life, at_s, claims)


def _current(life: CodeLife, at_s: float) -> CodeEpisode | None:
    """The episode that this reading speaks of: the open one, a new one, or none."""
    episode = life.episodes[-1] if life.episodes and life.episodes[-1].is_open else None
    if episode is not None and episode.healed_s is not None and life.status & _STIRRING:
        if life.system == "j1939" and at_s - episode.healed_s <= _FLICKER_S:
            episode.relapses += 1
            return episode
        _close(episode, at_s, "recurrence")
        episode = None
    if episode is None and life.status & (PENDING | CONFIRMED):
        episode = _open(life, at_s)
    return episode


def _open(life: CodeLife, at_s: float) -> CodeEpisode:
    episode = CodeEpisode(life.ecu, life.code, at_s, at_s, recurred=bool(life.episodes), system=life.system)
    life.episodes.append(episode)
    return episode


def _advance(life: CodeLife, episode: CodeEpisode, at_s: float, claims: list[tuple[CodeReport, Claim]]) -> None:
    status = life.status
    for report, claim in claims:
        if claim.told:
            _keep(episode, report, claim.told, at_s)
    episode.lamp = bool(status & LAMP)
    if not episode.transitions or episode.transitions[-1][1] != status:
        episode.transitions.append((at_s, status))
    if status & CONFIRMED:
        episode.confirmed_s = at_s if episode.confirmed_s is None else episode.confirmed_s
        healed = not status & _STIRRING and bool(life.known & (TEST_FAILED | LAMP))
        episode.healed_s = (episode.healed_s or at_s) if healed else None
        episode.status = "healed" if healed else "confirmed"
    elif not status & PENDING:
        _end(episode, at_s, by_tester=bool(status & NOT_COMPLETED_SINCE_CLEAR))


def _keep(episode: CodeEpisode, report: CodeReport, told: Mapping[str, Any], at_s: float) -> None:
    """What came with the code."""
    episode.last_seen_s = at_s
    occurrences = min(int(told.get("occurrences") or 1), _MOST_OCCURRENCES)
    episode.occurrences = max(episode.occurrences, occurrences)
    episode.freeze_frame = told.get("freeze_frame") or episode.freeze_frame
    episode.frozen = episode.frozen.with_those_of(told)
    if "fault_detection_counter" in told:
        episode.fault_detection_counter = int(told["fault_detection_counter"])
    if report.scope == "active" or int(told.get("status", 0)) & (TEST_FAILED | LAMP):
        for lamp, state in report.lamps.items():
            if state != "off" and episode.lamps.get(lamp) != "flashing":
                episode.lamps[lamp] = state


def _end(episode: CodeEpisode, at_s: float, *, by_tester: bool) -> None:
    by: Ending = "tester" if by_tester else "memory" if episode.confirmed_s is not None else "passed"
    _close(episode, at_s, by)
    episode.lamp = False
    episode.status = "cleared" if episode.confirmed_s is not None else "gone"


def _close(episode: CodeEpisode, at_s: float, by: Ending) -> None:
    episode.ended_s, episode.ended_by = at_s, by


def _note_permanence(life: CodeLife, at_s: float, claims: list[tuple[CodeReport, Claim]]) -> None:
    """A permanent record outlives the clearing of the memory; seen alone it is an episode that had ended before."""
    said = next((claim.permanent for _, claim in reversed(claims) if claim.permanent is not None), None)
    if said and not life.episodes:
        episode = _open(life, at_s)
        episode.status = "cleared"
        _close(episode, at_s, "unseen")
    if said is None or not life.episodes:
        return
    episode = life.episodes[-1]
    if said and (episode.permanent_s is None or episode.permanent_ended_s is not None):
        episode.permanent_s, episode.permanent_ended_s = at_s, None
    elif not said and episode.permanent_s is not None and episode.permanent_ended_s is None:
        episode.permanent_ended_s = at_s


def _note_verification(life: CodeLife, at_s: float, claims: list[tuple[CodeReport, Claim]]) -> None:
    episode = life.episodes[-1] if life.episodes else None
    if episode is None or episode.is_open or episode.verified_s is not None:
        return
    tells = any(claim.told and claim.mask & NOT_COMPLETED_SINCE_CLEAR for _, claim in claims)
    passed = tells and not life.status & (NOT_COMPLETED_SINCE_CLEAR | FAILED_SINCE_CLEAR | TEST_FAILED)
    if episode.permanent_ended_s is not None or (passed and episode.ended_by == "tester"):
        episode.verified_s = at_s
