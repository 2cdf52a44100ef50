"""Brings what diagnostics says of cars up to date with what is stored of them. The caller owns the transaction.

Everything is read and computed before the first row is written: on PostgreSQL an open transaction that has written
holds back every reader of the stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from database.connection import Connection
from diagnostics import code_store, low_voltage_codes, store
from diagnostics.alarms import Alarm
from diagnostics.cases import Case, Touched
from diagnostics.code_episodes import in_order as episodes_in_order
from diagnostics.code_groups import rule_settings
from diagnostics.code_rows import CodeRows, rows_of
from diagnostics.code_suppression import explain
from diagnostics.derivation import derive
from diagnostics.detectors import DETECTORS, trouble_code
from diagnostics.findings import Finding, finding_of
from diagnostics.history import Car, EngineStart, History, Item, in_order
from diagnostics.isolation import service as isolation
from diagnostics.isolation.store import Unwritten
from diagnostics.judgement import Judgement, Judgements, rules_version
from diagnostics.known_codes import KnownCodes
from diagnostics.models.artefacts_in_service import fleet_models
from diagnostics.open_trips import OpenTrips
from diagnostics.spans import merged

CODE_KINDS: Final = (trouble_code.KIND, trouble_code.LOW_VOLTAGE_KIND)
"""Findings of these follow from code reports; all others from a car's items."""


@dataclass(frozen=True, slots=True)
class News:
    """Findings that are new or over, and (vin, finding_id) of those that late data no longer support."""

    findings: list[Finding] = field(default_factory=list)
    withdrawn: list[tuple[str, UUID]] = field(default_factory=list)


@dataclass(slots=True)
class _Outcome:
    """What a batch says of one car; None stands for what it need not look at."""

    case: Case
    alarms: list[Alarm] | None = None
    folded_until_s: float = 0.0
    judgement: str | None = None
    code_alarms: list[Alarm] | None = None
    codes: CodeRows | None = None
    codes_after_s: float = float("-inf")
    known: dict[UUID, store.Row] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether the car has findings or codes, or had some."""
        return bool(self.known or self.codes is not None or self.alarms or self.code_alarms)

    def findings(self) -> dict[UUID, Finding]:
        alarms = [*(self.alarms or ()), *(self.code_alarms or ())]
        said = (finding_of(self.case.car.vin, alarm) for alarm in alarms)
        return {finding.finding_id: finding for finding in said}


@dataclass(slots=True)
class _Changes:
    """All that a batch writes of findings, codes and faults."""

    news: News = field(default_factory=News)
    findings: list[store.Row] = field(default_factory=list)
    codes: code_store.Differences = field(default_factory=dict)
    isolated: isolation.Isolated = field(default_factory=isolation.Isolated)

    @property
    def withdrawn_ids(self) -> list[UUID]:
        return [finding_id for _, finding_id in self.news.withdrawn]


async def diagnose(
    connection: Connection,
    touched: Mapping[int, Touched],
    open_trips: OpenTrips,
    judgements: Judgements | None = None,
    known_codes: KnownCodes | None = None,
) -> News:
    """Brings trips, code episodes, findings and faults of these cars up to date. What is kept only saves work."""
    cases = await _open_cases(connection, touched)
    if not cases:
        return News()
    await derive(connection, cases, open_trips)
    outcomes = await _judge(connection, cases, Judgements() if judgements is None else judgements)
    known_codes = KnownCodes() if known_codes is None else known_codes
    await _judge_codes(connection, outcomes, known_codes)
    await _fetch_known(connection, outcomes)
    changes = await _fetch_changes(connection, outcomes)
    revisions = await _write(connection, outcomes, changes)
    for outcome in outcomes:
        vehicle_id, before = outcome.case.vehicle_id, outcome.case.revision
        open_trips.settle(vehicle_id, revisions[vehicle_id])
        known_codes.settle(vehicle_id, before, revisions[vehicle_id], told=outcome.codes is not None)
    return changes.news


def findings_of(history: History) -> list[Finding]:
    """What all detectors say of a whole history."""
    return [finding_of(history.vin, alarm) for detect in DETECTORS.values() for alarm in detect(history)]


async def _open_cases(connection: Connection, touched: Mapping[int, Touched]) -> list[Case]:
    spans = [(vehicle_id, span) for vehicle_id, one in touched.items() for span in merged(one.events)]
    for vehicle_id, over_s in (await store.fetch_trip_ends(connection, spans)).items():
        touched[vehicle_id].over_s = over_s
    cases = []
    rows = await store.fetch_cases(connection, sorted(touched), rules_version())
    fleets = await fleet_models(connection, {row["model_id"] for row in rows})
    for row in rows:
        case = Case(
            row["vehicle_id"],
            Car(row["vin"], row["drivetrain"], row["specification"], fleets.get(row["model_id"])),
            touched[row["vehicle_id"]],
            row["judged_until_s"],
            row["folded_until_s"],
            row["judgement"],
            row["revision"],
        )
        if not case.is_idle:
            cases.append(case)
    return cases


async def _judge(connection: Connection, cases: Sequence[Case], judgements: Judgements) -> list[_Outcome]:
    """Loads what is due of each car, and goes on from where its judgement stands, or from the beginning."""
    since_s = {
        case.vehicle_id: None if case.is_late() else case.folded_until_s
        for case in cases
        if case.gone or case.derived() or case.folded_until_s is None
    }
    stored = await store.fetch_items(connection, since_s)
    outcomes = []
    for case in cases:
        outcome = _Outcome(case, folded_until_s=case.folded_until_s or 0.0)
        of_car = stored.get(case.vehicle_id, ())
        items = case.items(of_car) if case.vehicle_id in since_s else None
        if items is None and case.folded_until_s is None:
            items = in_order(of_car)  # judged by other rules, or never
        if items is not None:
            _fold(outcome, items, since_s[case.vehicle_id], judgements)
        outcomes.append(outcome)
    return outcomes


def _fold(outcome: _Outcome, items: Sequence[Item], since_s: float | None, judgements: Judgements) -> None:
    """What changes no more joins the judgement that is stored; the rest is judged from there."""
    case, over = outcome.case, list[Alarm]()
    stored = None if since_s is None else case.judgement
    fold_until_s = max(case.fold_until_s(items), since_s or 0.0)
    settled = [item for item in items if item.at_s < fold_until_s]
    if settled or since_s is None:
        judgement = Judgement.load(stored)
        for item in settled:
            judgement.take(item, case.car)
        stored = outcome.judgement = judgement.dump()
        over = judgement.over
    rest = items[len(settled) :]
    judgement = judgements.judge(stored, rest, case.car) if rest else Judgement.load(stored)
    outcome.alarms, outcome.folded_until_s = [*over, *judgement.alarms()], fold_until_s


async def _judge_codes(connection: Connection, outcomes: Sequence[_Outcome], known_codes: KnownCodes) -> None:
    """Of cars that have reported any. A start explains some of them."""
    asked = {one.case.vehicle_id: one for one in outcomes if one.case.touched.codes or one.case.told}
    if not asked:
        return
    known = await known_codes.lives(connection, asked)
    starts = await store.fetch_weak_starts(connection, list(known), rule_settings()[low_voltage_codes.RULE]["below_v"])
    for vehicle_id, outcome in asked.items():
        case = outcome.case
        if vehicle_id not in known and not case.touched.codes:
            continue
        fresh = {told.moment.at_s: told.moment for told in case.told if isinstance(told.moment, EngineStart)}
        stored = {start.at_s: start for start in starts.get(vehicle_id, ())}
        merged = [one for _, one in sorted((stored | fresh).items())]
        lives = known.get(vehicle_id, [])
        episodes = episodes_in_order(lives)
        explained = explain(episodes, merged)
        outcome.codes_after_s = known_codes.settled_s(vehicle_id, case.revision)
        outcome.codes = rows_of(case.car.vin, lives, explained, outcome.codes_after_s)
        outcome.code_alarms = trouble_code.alarms_of(episodes, explained)


async def _fetch_known(connection: Connection, outcomes: Sequence[_Outcome]) -> None:
    """The findings that each outcome stands against."""
    by_vehicle = {one.case.vehicle_id: one for one in outcomes}
    judged = {
        one.case.vehicle_id: None if one.case.is_late() else one.case.folded_until_s
        for one in outcomes
        if one.alarms is not None
    }
    rows = await store.fetch_findings(connection, judged, CODE_KINDS) if judged else []
    coded = [one.case.vehicle_id for one in outcomes if one.code_alarms is not None]
    rows += await store.fetch_code_findings(connection, coded, CODE_KINDS) if coded else []
    for row in rows:
        by_vehicle[row["vehicle_id"]].known[row["finding_id"]] = row


async def _fetch_changes(connection: Connection, outcomes: Sequence[_Outcome]) -> _Changes:
    """What differs from what is stored: what is no longer derived from the stored rows goes. The last that is read."""
    changes = _Changes()
    for outcome in outcomes:
        current = outcome.findings()
        changes.findings += store.finding_rows(outcome.case.vehicle_id, current.values())
        gone = sorted(outcome.known.keys() - current.keys())
        changes.news.withdrawn.extend((outcome.case.car.vin, finding_id) for finding_id in gone)
        changes.news.findings.extend(
            finding for number, finding in current.items() if _is_news(finding, outcome.known.get(number))
        )
    codes = {one.case.vehicle_id: one.codes for one in outcomes if one.codes is not None}
    after_s = {one.case.vehicle_id: one.codes_after_s for one in outcomes}
    changes.codes = await code_store.fetch_differences(connection, codes, after_s) if codes else {}
    due = [one.case.vehicle_id for one in outcomes if one.says_something]
    unwritten = Unwritten(
        changes.findings,
        changes.withdrawn_ids,
        list(codes),
        code_store.plain_episodes(codes),
    )
    changes.isolated = await isolation.isolated(connection, due, unwritten)
    return changes


async def _write(connection: Connection, outcomes: Sequence[_Outcome], changes: _Changes) -> dict[int, str]:
    """Nothing is read from here on. Returns the revisions of the cars' rows."""
    cases = [one.case for one in outcomes]
    await store.replace_trips(connection, cases)
    await store.upsert_parked_readings(connection, cases)
    await store.upsert_moments(connection, cases)
    await code_store.replace(connection, changes.codes)
    states = [(one.case, one.folded_until_s, one.judgement) for one in outcomes]
    revisions = await store.upsert_car_states(connection, states, rules_version())
    await store.delete_findings(connection, changes.withdrawn_ids)
    await store.upsert_findings(connection, changes.findings)
    await isolation.write(connection, changes.isolated)
    return revisions


def _is_news(finding: Finding, known: store.Row | None) -> bool:
    return known is None or (finding.alarm.ended_s is None) != (known["ended_at"] is None)
