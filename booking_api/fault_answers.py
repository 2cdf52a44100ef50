"""From published faults to what the API says of them, in the caller's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from booking_api import fault_schemas as schemas
from booking_api.languages import Language, in_language

Row = Mapping[str, Any]
_STRICTNESS: Final = ("yes", "short", "no")
_RESULTS: Final = {True: "positive", False: "negative"}


def faults_answer(vin: str, rows: Sequence[Row], language: Language) -> schemas.FaultsAnswer:
    strictest = max(rows, key=lambda row: _STRICTNESS.index(row["drive"]), default=None)
    return schemas.FaultsAnswer(
        vin=vin,
        drive=strictest["drive"] if strictest else "yes",
        drive_advice=in_language(strictest["drive_texts"], language) if strictest else None,
        faults=[_fault(row, language) for row in rows],
        work=[_work(row, language) for row in rows],
    )


def _fault(row: Row, language: Language) -> schemas.FaultAnswer:
    return schemas.FaultAnswer(
        fault_id=row["isolation_id"],
        started_at=row["started_at"],
        severity=row["severity"],
        sentence=in_language(row["owner_texts"], language),
        drive=row["drive"],
        drive_advice=in_language(row["drive_texts"], language),
        symptoms=[schemas.SymptomAnswer(**_told(one, language)) for one in row["symptoms"]],
    )


def _work(row: Row, language: Language) -> schemas.FaultWork:
    return schemas.FaultWork(
        fault_id=row["isolation_id"],
        causes=[_cause(one, language) for one in row["causes"]],
        next_tests=[_test(one, language) for one in row["tests"]],
        results={check: _RESULTS[positive] for check, positive in row["results"].items()},
        kit=_parts(row["kit"], language),
        labour_minutes=row["labour_minutes"],
        skills=row["skills"],
        confirmed_cause=row["confirmed_cause"],
    )


def _cause(told: Row, language: Language) -> schemas.CauseAnswer:
    nothing: dict[str, Any] = {
        "component": None,
        "skill": None,
        "labour_minutes": None,
        "supporting": [],
        "against": [],
    }
    parts = _parts(told.get("parts", []), language)
    return schemas.CauseAnswer(**nothing | _told(told, language) | {"parts": parts})


def _test(told: Row, language: Language) -> schemas.TestAnswer:
    expects = [schemas.ExpectedValue(**_told(one, language)) for one in told["expects"]]
    equipment = in_language(told["equipment"], language)
    return schemas.TestAnswer(**_told(told, language) | {"expects": expects, "equipment": equipment})


def _parts(told: Sequence[Row], language: Language) -> list[schemas.PartAnswer]:
    return [schemas.PartAnswer(**_told(one, language)) for one in told]


def _told(told: Row, language: Language) -> dict[str, Any]:
    return {**told, "text": in_language(told["text"], language)}
