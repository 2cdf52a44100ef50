"""What the API takes and gives about a car's service plan and the work that was done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from booking_api.schemas import Asked

ItemName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
NoteText = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
WorkDay = Annotated[date, Field(description="Not later than today.")]


class NewServiceRecord(Asked):
    """One visit. `odometer` as the instrument showed it; without it, the car's own reading of that day counts."""

    items: list[ItemName] = Field(min_length=1, max_length=50)
    performed_on: WorkDay
    odometer: float | None = Field(default=None, ge=0, le=3_000_000, allow_inf_nan=False)
    unit: Literal["km", "mi"] = "km"
    note: NoteText | None = None


class ServiceRecordAnswer(BaseModel):
    item: str
    performed_on: date
    odometer_km: float | None
    source: str
    note: str | None


class LineErrorAnswer(BaseModel):
    """`line` as an editor counts it."""

    line: int
    column: str
    message: str


class ImportAnswer(BaseModel):
    """`lines` were taken; each line in `errors` was not, and can be sent again once it is right."""

    lines: int
    changed: int
    errors: list[LineErrorAnswer]


class StatusAnswer(BaseModel):
    """How one item of the plan stands.

    Negative remainders are overdue; `due_earliest_at` to `due_latest_at` is 80 %.
    """

    item: str
    title: str
    state: str
    remaining_km: float | None
    remaining_days: int | None
    due_odometer_km: float | None
    due_at: datetime | None
    due_earliest_at: datetime | None
    due_latest_at: datetime | None
    last_on: date | None
    assumed: bool
