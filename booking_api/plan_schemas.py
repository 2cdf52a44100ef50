"""What the API takes and gives about a car's service plan and the work that was done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

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


class VisitItemAnswer(BaseModel):
    item: str
    title: str
    due_at: datetime | None


class VisitAnswer(BaseModel):
    """`by_at`: when the first of its items is to be done. Ranges are from, to."""

    by_at: datetime
    items: list[VisitItemAnswer]
    minutes_range: list[int]
    cost_eur_range: list[int]
    skills: list[str]


class PredictionAnswer(BaseModel):
    """When a part will be due, and when it would fail, by what the car has told of its wear.

    `p10_at`: with 10 % probability it is due by then; `p10_at` to `p90_at` is 80 %. `model`: which models said so.
    """

    item: str
    component: str
    title: str
    worn_percent: int | None
    p10_at: datetime
    p50_at: datetime
    p90_at: datetime
    fails_p10_at: datetime | None
    fails_p50_at: datetime | None
    fails_p90_at: datetime | None
    model: str


class VerificationAnswer(BaseModel):
    """`state`: verified, not_yet (`text` says what is missing) or came_back."""

    item: str
    performed_on: date
    state: str
    text: str


class ChangeAnswer(BaseModel):
    """`kind`: opened, changed or closed; `text` says what changed and why."""

    recommendation_id: UUID
    item: str
    kind: str
    changed_at: datetime
    urgency: int
    due_at: datetime | None
    latest_safe_at: datetime | None
    text: str


class GuaranteeAnswer(BaseModel):
    name: str
    title: str


class UsageAnswer(BaseModel):
    """Of the last 90 days; null where the car does not say. Shares are from 0 to 1."""

    trips: int
    distance_km: float
    cold_start_share: float
    short_share: float
    cold_short_share: float
    idle_share: float
    towing_share: float
    mean_kmh: float
    fuel_l_per_100km: float | None
    revolutions_per_km: float | None


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


class PlanAnswer(BaseModel):
    """`km_per_day`: likely, and the middle 80 % of weeks. `odometer`: what became of the odometer, in words."""

    plan: str | None
    version: str | None
    usage: UsageAnswer | None
    km_per_day: dict[str, float] | None
    odometer: list[str]
    items: list[StatusAnswer]
    visits: list[VisitAnswer]
    predictions: list[PredictionAnswer]
    guarantees: list[GuaranteeAnswer]
    verifications: list[VerificationAnswer]
