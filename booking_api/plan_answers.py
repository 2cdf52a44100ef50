"""From the rows of the planner to what the API says of a plan, in the caller's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booking_api import plan_schemas as schemas
from booking_api.languages import Language, in_language
from booking_api.vehicle_plan import VehiclePlan

Row = Mapping[str, Any]


def plan_answer(plan: VehiclePlan, language: Language) -> schemas.PlanAnswer:
    known = plan.usage or {}
    return schemas.PlanAnswer(
        plan=known.get("plan_name"),
        version=known.get("plan_version"),
        usage=schemas.UsageAnswer(**known["usage"]) if known else None,
        km_per_day=known.get("km_per_day"),
        odometer=[in_language(text, language) for text in known.get("odometer_texts", [])],
        items=[status_answer(row, language) for row in plan.statuses],
        visits=[_visit(visit, language) for visit in known.get("visits", [])],
        predictions=[_prediction(one, language) for one in known.get("predictions", [])],
        guarantees=[
            schemas.GuaranteeAnswer(name=one["name"], title=in_language(one["titles"], language))
            for one in known.get("guarantees", [])
        ],
        verifications=[
            schemas.VerificationAnswer(**row, text=in_language(row["texts"], language)) for row in plan.verifications
        ],
    )


def status_answer(row: Row, language: Language) -> schemas.StatusAnswer:
    named = {name: row[name] for name in schemas.StatusAnswer.model_fields if name != "title"}
    return schemas.StatusAnswer(**named, title=in_language(row["titles"], language))


def change_answer(row: Row, language: Language) -> schemas.ChangeAnswer:
    return schemas.ChangeAnswer(**row, text=in_language(row["texts"], language))


def _prediction(one: Row, language: Language) -> schemas.PredictionAnswer:
    return schemas.PredictionAnswer(**one, title=in_language(one["titles"], language))


def _visit(visit: Row, language: Language) -> schemas.VisitAnswer:
    items = [
        schemas.VisitItemAnswer(item=one["item"], title=in_language(one["titles"], language), due_at=one["due_at"])
        for one in visit["items"]
    ]
    return schemas.VisitAnswer(
        by_at=visit["by_at"],
        items=items,
        minutes_range=visit["minutes"],
        cost_eur_range=visit["cost_eur"],
        skills=visit["skills"],
    )
