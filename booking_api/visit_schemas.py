"""What the API takes and gives of a visit's life."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from booking_api.fault_schemas import CatalogueId
from booking_api.models import Status
from booking_api.plan_schemas import ItemName
from booking_api.schemas import Asked, BookingAnswer, Instant, RecommendationIds, WorkshopId

LineNumber = Annotated[int, Field(ge=1, le=100)]
Urgency = Literal["red", "amber", "green"]


class NewStep(Asked):
    """`miss`: the car did not come; for the desk alone, once the visit should have begun."""

    step: Literal["check_in", "inspect", "repair", "finish", "miss"]


class NewEnd(Asked):
    """On a quarter of an hour."""

    ends_at: Instant


class NewLine(Asked):
    """`urgency`: red now, amber soon, green when it suits. `cost_eur` is what the owner would pay, 0 where covered."""

    title: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    urgency: Urgency
    minutes: int = Field(ge=0, le=6000)
    cost_eur: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)


class NewEstimate(Asked):
    lines: list[NewLine] = Field(min_length=1, max_length=50)


class NewDecision(Asked):
    """Each open line once."""

    approved: list[LineNumber] = Field(default=[], max_length=100)
    declined: list[LineNumber] = Field(default=[], max_length=100)


class FoundCause(Asked):
    """`cause` as for a fault's confirmed cause."""

    fault_id: UUID
    cause: CatalogueId


class NewClosing(Asked):
    """`items` are those of the service plan and of the work for findings that were done; `odometer` as it showed."""

    items: list[ItemName] = Field(default=[], max_length=50)
    causes: list[FoundCause] = Field(default=[], max_length=20)
    odometer: float | None = Field(default=None, ge=0, le=3_000_000, allow_inf_nan=False)
    unit: Literal["km", "mi"] = "km"


class EstimateLineAnswer(BaseModel):
    line: int
    title: str
    urgency: Urgency
    minutes: int
    cost_eur: float
    offered_at: datetime
    decision: Literal["approved", "declined"] | None
    decided_at: datetime | None


class FoundCauseAnswer(BaseModel):
    """`text` in the words of the fault catalogue."""

    fault_id: UUID
    cause: str
    text: str


class CheckAnswer(BaseModel):
    """What telemetry says of one item of the work."""

    item: str
    state: Literal["verified", "not_yet", "came_back"]
    text: str


class HappenedAnswer(BaseModel):
    kind: str
    occurred_at: datetime
    version: int


class VisitStoryAnswer(BaseModel):
    """`next_steps` are those that the caller may take now."""

    booking: BookingAnswer
    next_steps: list[str]
    estimate: list[EstimateLineAnswer]
    closed_on: date | None
    done_items: list[str]
    causes: list[FoundCauseAnswer]
    verifications: list[CheckAnswer]
    events: list[HappenedAnswer]


class EventAnswer(BaseModel):
    """`event_id` is also the cursor after which the next event comes. `status` and `version` are those of then."""

    event_id: str
    kind: str
    occurred_at: datetime
    booking_id: UUID
    vin: str
    workshop_id: str
    status: Status
    version: int
    starts_at: datetime
    ends_at: datetime


class FindingEventAnswer(BaseModel):
    """`finding.found`, `finding.ended` or `finding.withdrawn`, whose `severity` is 0: read the car's health anew."""

    event_id: str
    kind: str
    occurred_at: datetime
    vin: str
    finding_id: UUID
    severity: int


class NewWait(Asked):
    """For a visit that begins from `from` up to, not including, `until`; 90 days ahead at most."""

    workshop_id: WorkshopId
    recommendation_ids: RecommendationIds = Field(default=[])
    from_: Instant = Field(alias="from")
    until: Instant


class WaitAnswer(BaseModel):
    """`status`: waiting; offered (confirm the hold `booking_id` in time); passed (it was not); taken; left; over."""

    entry_id: UUID
    workshop_id: str
    recommendation_ids: list[UUID]
    from_at: datetime
    until_at: datetime
    created_at: datetime
    booking_id: UUID | None
    status: Literal["waiting", "offered", "passed", "taken", "left", "over"]


class CalendarAddressAnswer(BaseModel):
    """`path` at this API's own address; whoever knows it reads the calendar."""

    path: str
