"""What the API takes and gives. Instants carry an offset; those of a visit carry the workshop's own."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from booking_api.models import DayPart, Position, SlotQuery, Status, Transport, Wishes
from data_export.layout import ExportFormat, What

MAXIMUM_RECOMMENDATIONS: Final = 50
WORKSHOP_PATTERN: Final = r"^[a-z0-9-]{1,64}$"
VIN_PATTERN: Final = r"^[A-HJ-NPR-Z0-9]{17}$"
_RFC_3339: Final = re.compile(r"20\d\d-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")


def _written_out(value: object) -> object:
    """Pydantic would also take seconds since 1970, and any year."""
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        return value
    raise ValueError("write the instant as RFC 3339 with its offset and a year from 2000 to 2099")


def _written_day(value: object) -> object:
    """Pydantic would also take seconds since 1970, and any year."""
    if isinstance(value, str) and re.fullmatch(r"20\d\d-\d\d-\d\d", value, re.ASCII):
        return value
    raise ValueError("write the day as YYYY-MM-DD with a year from 2000 to 2099")


def _true_or_false(value: object) -> object:
    """Pydantic would also take `on`, `1` and `y`."""
    if isinstance(value, bool) or value in ("true", "false"):
        return value
    raise ValueError("write true or false")


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": "^20", "example": "2026-03-26T08:30:00+01:00"},
        mode="validation",
    ),
]
Flag = Annotated[bool, BeforeValidator(_true_or_false), WithJsonSchema({"type": "boolean"}, mode="validation")]
PeriodInstant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    WithJsonSchema({"type": "string", "format": "date-time", "example": "2026-03-01T00:00:00Z"}, mode="validation"),
]
PreferredDay = Annotated[
    date,
    BeforeValidator(_written_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^20", "example": "2026-03-26"}, mode="validation"),
]
SignalNames = Annotated[
    str,
    Field(pattern=r"^[a-z0-9_]{1,64}(,[a-z0-9_]{1,64}){0,299}$"),
    WithJsonSchema(
        {"type": "string", "pattern": "^[a-z0-9_,]+$", "example": "vehicle_speed_kmh,odometer_km"}, mode="validation"
    ),
]
VinText = Annotated[str, Field(pattern=VIN_PATTERN)]
WorkshopId = Annotated[str, Field(pattern=WORKSHOP_PATTERN)]
RecommendationIds = Annotated[list[UUID], Field(max_length=MAXIMUM_RECOMMENDATIONS)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class Asked(BaseModel):
    """A body of a request: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


class AskedPosition(Asked):
    """Used for this search alone; it is neither stored nor logged."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class ExportQuery(Asked):
    """`from` is included, `to` is not. Without `signals`, all that the car has ever sent; without `format`, Parquet.

    Positions are personal data: only the car's owner gets them, and only with `positions=true`. With
    `pseudonymous=true` a key stands in place of the VIN, another one in each export.
    """

    what: What = "signals"
    format: ExportFormat | None = None
    from_: PeriodInstant = Field(alias="from")
    to: PeriodInstant
    signals: SignalNames | None = None
    positions: Flag = False
    pseudonymous: Flag = False


class SlotSearch(Asked):
    """Without `recommendation_ids` an inspection of an hour is looked for. `until` is not included.

    `transport`: bring the car, have one lent, or let the workshop's van come. `within_km` counts from `position`.
    """

    vin: VinText
    recommendation_ids: RecommendationIds = []
    from_: Instant | None = Field(default=None, alias="from")
    until: Instant | None = None
    position: AskedPosition | None = None
    preferred_days: list[Weekday] = Field(default=[], max_length=7)
    preferred_on: PreferredDay | None = None
    day_part: DayPart | None = None
    transport: Transport = "drop_off"
    within_km: float | None = Field(default=None, gt=0, le=20_100, allow_inf_nan=False)

    def query(self) -> SlotQuery:
        place = Position(self.position.latitude, self.position.longitude) if self.position else None
        weekdays = frozenset(WEEKDAYS.index(day) for day in self.preferred_days)
        wishes = Wishes(place, weekdays, self.day_part, self.preferred_on)
        work = tuple(self.recommendation_ids)
        return SlotQuery(self.vin, work, self.from_, self.until, wishes, self.transport, self.within_km)


class NewBooking(Asked):
    """`starts_at` lies on a quarter of an hour. Without `recommendation_ids` an inspection of an hour is booked."""

    vin: VinText
    workshop_id: WorkshopId
    starts_at: Instant
    recommendation_ids: RecommendationIds = []
    transport: Transport = "drop_off"


class NewStart(Asked):
    """Without `workshop_id` the visit stays at its workshop."""

    starts_at: Instant
    workshop_id: WorkshopId | None = None


class VehicleAnswer(BaseModel):
    vin: str
    make: str
    model: str
    model_year: int
    drivetrain: str
    in_service_on: date


class EvidenceAnswer(BaseModel):
    """A measured value beside the value it was judged by."""

    signal: str
    words: str
    value: float | str | bool | None
    unit: str | None
    threshold: float | str | None


class FindingAnswer(BaseModel):
    """`severity`: 1 advisory, 2 plan a visit, 3 soon, 4 stop."""

    finding_id: UUID
    kind: str
    component: str
    severity: int
    found_at: datetime
    onset_at: datetime | None
    text: str
    evidence: list[EvidenceAnswer]


class CodeAnswer(BaseModel):
    """A trouble code that is pending or confirmed."""

    ecu: str
    code: str
    status: str
    title: str
    severity: int | None
    mil: bool
    occurrences: int
    first_seen_at: datetime
    last_seen_at: datetime
    confirmed_at: datetime | None
    freeze_frame: dict[str, Any] | None


class LatestStateAnswer(BaseModel):
    """`age_seconds`: since the last message arrived. `values` by signal: {value, recorded_at}."""

    last_recorded_at: datetime
    last_received_at: datetime
    age_seconds: int
    clock_quality: int
    values: dict[str, Any]


class HealthAnswer(BaseModel):
    vin: str
    sentence: str
    findings: list[FindingAnswer]
    codes: list[CodeAnswer]
    latest_state: LatestStateAnswer | None


class PartAnswer(BaseModel):
    """`quantity` in `unit`, pieces where it is null. `cost_eur_each`: from, to."""

    part: str
    title: str
    quantity: float
    unit: str | None
    cost_eur_each: list[float]


class DueAnswer(BaseModel):
    """`urgency`: 1 when convenient to 4 at once. `minutes`: of work.

    `minutes_range` and `cost_eur_range` are from, to. `covered_by` says who pays in the owner's place; the cost is 0
    then.
    """

    recommendation_id: UUID
    item: str
    title: str
    urgency: int
    due_at: datetime | None
    latest_safe_at: datetime | None
    reasons: list[str]
    minutes: int
    finding_ids: list[UUID]
    minutes_range: list[int] | None = None
    cost_eur_range: list[int] | None = None
    covered_by: str | None = None
    skills: list[str] = []
    parts: list[PartAnswer] = []
    if_ignored: str | None = None


class OpeningHours(BaseModel):
    """Wall clock at the workshop, as HH:MM; `closes` may be 24:00."""

    weekday: Weekday
    opens: str
    closes: str


class WorkshopAnswer(BaseModel):
    workshop_id: str
    name: str
    address: str
    city: str
    latitude: float
    longitude: float
    time_zone: str
    notice_minutes: int
    horizon_days: int
    change_notice_minutes: int
    brands: list[str]
    skills: list[str]
    hours: list[OpeningHours]


class SlotAnswer(BaseModel):
    """`labels`: recommended, soonest, closest. `score_parts` add up to `score`; more is better."""

    workshop_id: str
    workshop_name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    labels: list[str]
    score: float
    score_parts: dict[str, float]
    reasons: list[str]


class RelaxationAnswer(BaseModel):
    """What could be given up, and the visit that is free then."""

    relaxation: str
    text: str
    workshop_id: str
    workshop_name: str
    starts_at: datetime


class SlotsAnswer(BaseModel):
    """The best first. `reasons` says why there is none, or none early enough; `relaxations` what would be free."""

    slots: list[SlotAnswer]
    reasons: list[str]
    relaxations: list[RelaxationAnswer]


class BookingAnswer(BaseModel):
    booking_id: UUID
    vin: str
    workshop_id: str
    workshop_name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    status: Status
    version: int
    recommendation_ids: list[UUID]
    reasons: list[str] | None
    hold_expires_at: datetime | None
    adviser: str | None


class ValidationProblem(BaseModel):
    location: list[str | int]
    message: str


class Problem(BaseModel):
    """RFC 9457. `type` is stable; what follows `detail` is there where it says something."""

    type: str
    title: str
    status: int
    detail: str | None = None
    alternatives: list[datetime] | None = None
    errors: list[ValidationProblem] | None = None
    reason: str | None = None
    suggestions: dict[str, list[str]] | None = None
    visit_status: Status | None = None
    allowed: list[str] | None = None
