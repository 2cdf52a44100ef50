"""Faults as the API tells them, and what technicians tell of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from booking_api.schemas import Asked

CatalogueId = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,80}$")]
Drive = Literal["yes", "short", "no"]


class NewTestResult(Asked):
    """`check` is one of the fault's next tests, or another of the catalogue. The booking is the visit's."""

    check: CatalogueId
    result: Literal["positive", "negative"]
    booking_id: UUID


class NewConfirmedCause(Asked):
    """`cause` is one of the ranked ones, another of the catalogue, or `other`. The booking is the visit's."""

    cause: CatalogueId
    booking_id: UUID


class ReportTaken(BaseModel):
    """The fault is ranked anew within seconds; read it again."""

    fault_id: UUID
    taken_at: datetime


class PartAnswer(BaseModel):
    """`number_kind` is what any maker's parts catalogue calls it."""

    part: str
    text: str
    number_kind: str
    quantity: int


class CauseAnswer(BaseModel):
    """`supporting` and `against`: findings and codes of this car, `<finding>.<quantity>` where one value of it speaks.

    The cause `other` stands for all that the catalogue does not name; it has no component, skill or time.
    """

    cause: str
    probability: float = Field(ge=0, le=1)
    text: str
    component: str | None
    skill: str | None
    labour_minutes: int | None
    parts: list[PartAnswer]
    supporting: list[str]
    against: list[str]


class ExpectedValue(BaseModel):
    """What the test shows if this is the cause."""

    cause: str
    text: str


class TestAnswer(BaseModel):
    """`information_bits`: how much of the doubt about the cause the test takes away on average."""

    check: str
    text: str
    equipment: str
    minutes: int
    information_bits: float
    bits_per_minute: float
    positive_probability: float
    expects: list[ExpectedValue]


class FaultWork(BaseModel):
    """For the workshop. Causes with the likeliest first and `other` last; tests with the most telling per minute first.

    `kit` holds the parts of the likeliest causes, `labour_minutes` is the mean repair, `skills` what it takes.
    """

    fault_id: UUID
    causes: list[CauseAnswer]
    next_tests: list[TestAnswer]
    results: dict[str, Literal["positive", "negative"]]
    kit: list[PartAnswer]
    labour_minutes: int
    skills: list[str]
    confirmed_cause: str | None


class SymptomAnswer(BaseModel):
    """`entry` is a trouble code, or `finding:` and the kind of a finding."""

    entry: str
    component: str
    text: str
    severity: int
    first_seen_at: datetime
    ended_at: datetime | None


class FaultAnswer(BaseModel):
    """`drive`: yes, short (only as far as needed), no."""

    fault_id: UUID
    started_at: datetime
    severity: int
    sentence: str
    drive: Drive
    drive_advice: str
    symptoms: list[SymptomAnswer]


class FaultsAnswer(BaseModel):
    """The worst first. `drive` is the strictest of all faults; `drive_advice` is null where nothing is wrong.

    `work` is for the workshop's people, one for each fault in the same order, and null for others.
    """

    vin: str
    drive: Drive
    drive_advice: str | None
    faults: list[FaultAnswer]
    work: list[FaultWork] | None
