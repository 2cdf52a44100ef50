"""From the rows of the planner to what the API says of a plan, in the caller's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booking_api.languages import Language, in_language
from booking_api.plan_schemas import StatusAnswer

Row = Mapping[str, Any]


def status_answer(row: Row, language: Language) -> StatusAnswer:
    named = {name: row[name] for name in StatusAnswer.model_fields if name != "title"}
    return StatusAnswer(**named, title=in_language(row["titles"], language))
