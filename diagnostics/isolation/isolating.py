"""From the symptoms of one car and what its workshop has told to its faults, isolated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid5

from diagnostics.code_catalogue import Catalogue
from diagnostics.isolation.next_test import next_tests
from diagnostics.isolation.ranking import Weights, rank_causes
from diagnostics.isolation.statement import Statement, drive_of, statement_of, title_of
from diagnostics.isolation.symptoms import Fault, Symptom, faults_of
from telemetry_schema.workshop_reports import POSITIVE

_RULES: Final = 2
"""To be raised with every change of what is derived from the same inputs, so that stored faults are derived again."""

_digests: Final[dict[int, tuple[Catalogue, str]]] = {}
_NAMESPACE: Final = UUID("0b1b5b0e-35d2-5f0b-8f57-7d5f2b8d6c41")  # of isolations; drawn once, never changed


@dataclass(frozen=True, slots=True)
class Report:
    """A technician's word on a fault with these entries: of a test (`subject` is the check) or of the cause."""

    kind: str
    subject: str
    value: str
    told_s: float
    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Car:
    """All that is known of one car."""

    vin: str
    model: str
    symptoms: tuple[Symptom, ...] = ()
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Isolation:
    """One fault with what is to be said of it. `results`: positive, by check. A fault that is over says nothing."""

    isolation_id: UUID
    fault: Fault
    statement: Statement
    symptoms: list[dict[str, Any]]
    results: Mapping[str, bool] = field(default_factory=dict)
    confirmed_cause: str | None = None
    inputs: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """One fault of a car, and what was told of it, oldest first. `inputs`: the same digest, the same is said of it."""

    isolation_id: UUID
    fault: Fault
    reports: Sequence[Report]
    inputs: str


def isolate_car(car: Car, weights: Weights, known: Catalogue) -> list[Isolation]:
    """Its faults, oldest first. The same symptoms and reports in any order give the same."""
    return [isolation_of(basis, weights, known) for basis in bases_of(car, weights, known)]


def bases_of(car: Car, weights: Weights, known: Catalogue) -> list[Basis]:
    """Its faults, oldest first, while nothing is said of them yet: that costs far more."""
    faults = faults_of(car.symptoms, known)
    told = _by_fault(faults, car.reports)
    return [
        Basis(isolation_id(car.vin, fault), fault, told[place], _inputs(fault, told[place], weights, known))
        for place, fault in enumerate(faults)
    ]


def _inputs(fault: Fault, reports: Sequence[Report], weights: Weights, known: Catalogue) -> str:
    """A digest of all that what is said of a fault follows from."""
    moved = [(name, sorted(weights[name].items())) for name in fault.entry_ids if name in weights]
    said = repr((_RULES, _digest_of(known), fault.symptoms, list(reports), moved))
    return sha256(said.encode()).hexdigest()[:32]


def _digest_of(known: Catalogue) -> str:
    """Of the catalogue, so that another release of it derives every fault again. Kept, for a catalogue is large."""
    found = _digests.get(id(known))
    if found is None or found[0] is not known:
        found = _digests[id(known)] = (known, sha256(repr(known).encode()).hexdigest())
    return found[1]


def isolation_id(vin: str, fault: Fault) -> UUID:
    """Follows from the symptom that the fault began with, so that it stays while others join and go."""
    first = fault.first
    return uuid5(_NAMESPACE, f"{vin}|{first.entry_id}|{first.component}|{round(first.first_seen_s * 1000)}")


def isolation_of(basis: Basis, weights: Weights, known: Catalogue) -> Isolation:
    """What is to be said of one fault."""
    fault = basis.fault
    results = {one.subject: one.value == POSITIVE for one in basis.reports if one.kind == "test"}
    confirmed = [one.value for one in basis.reports if one.kind == "cause"]
    moved = {name: tuple(sorted(weights[name].items())) for name in fault.entry_ids if name in weights}
    present = tuple(replace(one, first_seen_s=float(place), ended_s=None) for place, one in enumerate(fault.present))
    statement = _statement(present, tuple(sorted(results.items())), tuple(moved.items()), known)
    return Isolation(
        isolation_id=basis.isolation_id,
        fault=fault,
        statement=statement if fault.ended_s is None else statement.of_the_past(),
        symptoms=[_symptom(one, known) for one in fault.symptoms],
        results=results,
        confirmed_cause=confirmed[-1] if confirmed else None,
        inputs=basis.inputs,
    )


@lru_cache(maxsize=1024)
def _statement(
    present: tuple[Symptom, ...],
    results: tuple[tuple[str, bool], ...],
    weights: tuple[tuple[str, tuple[tuple[str, float], ...]], ...],
    known: Catalogue,
) -> Statement:
    """Of symptoms without their instants, in their order: the same are met in many cars, and again at each step."""
    done = dict(results)
    ranked = rank_causes(present, done, {name: dict(moved) for name, moved in weights}, known)
    tests = next_tests(ranked, (one.entry_id for one in present), done, known)
    return statement_of(present, ranked, tests, known)


def _by_fault(faults: Sequence[Fault], reports: Iterable[Report]) -> list[list[Report]]:
    """Each report, oldest first, at the latest fault that had begun by then and has one of its symptoms.

    By symptoms, not by the fault's id: late data may have moved where a fault begins.
    """
    told: list[list[Report]] = [[] for _ in faults]
    for report in sorted(reports, key=lambda one: (one.told_s, one.kind, one.subject, one.value)):
        fitting = [
            place
            for place, fault in enumerate(faults)
            if fault.first_seen_s <= report.told_s and not set(report.entry_ids).isdisjoint(fault.entry_ids)
        ]
        if fitting:
            told[fitting[-1]].append(report)
    return told


def _symptom(symptom: Symptom, known: Catalogue) -> dict[str, Any]:
    return {
        "entry": symptom.entry_id,
        "component": symptom.component,
        "text": title_of(symptom, known),
        "severity": symptom.severity,
        "drive": drive_of(symptom, known),
        "firm": symptom.firm,
        "first_seen_s": symptom.first_seen_s,
        "ended_s": symptom.ended_s,
    }
