"""What is known of a car, what is due, and what is recommended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

Skill = Literal["electrical", "cooling", "tyres", "engine", "brakes", "high_voltage", "general"]


class Texts(TypedDict):
    """One text in both languages."""

    en: str
    zh: str


class Operation(TypedDict):
    """One piece of work at a workshop. `skill` None: anyone may do it."""

    code: str
    minutes: int
    skill: Skill | None


class Part(TypedDict):
    """`quantity` in `unit`, pieces where none is named. `eur_each`: from, to."""

    part: str
    titles: Texts
    quantity: float
    unit: NotRequired[str]
    eur_each: list[float]


class Severity(IntEnum):
    ADVISORY = 1
    PLAN = 2
    SOON = 3
    STOP = 4


class DueState(StrEnum):
    PLANNED = "planned"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Vehicle:
    vehicle_id: int
    vin: str
    model_id: str
    drivetrain: str
    in_service_on: date


ReadingSource = Literal["telemetry", "event", "record"]


@dataclass(frozen=True, slots=True)
class OdometerReading:
    """What an instrument showed, and who says so: samples, an event of the car, or somebody's record of work."""

    recorded_at: datetime
    odometer_km: float
    source: ReadingSource = "telemetry"


@dataclass(frozen=True, slots=True)
class VehicleDay:
    """`recorded_at` and `odometer_km`: the first reading of the day, None where it has none.

    `levels`: what sensors of consumables said, by signal; a switch is 0 or 1.
    """

    day: date
    recorded_at: datetime | None
    odometer_km: float | None
    source: ReadingSource | None
    engine_hours_h: float | None
    regenerations: int
    towed: bool
    levels: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trip:
    """`minimum_ambient_temperature_c` None: the car has no such sensor."""

    distance_km: float
    driving_s: float
    idle_s: float
    minimum_ambient_temperature_c: float | None
    cold_start: bool = False
    fuel_l: float | None = None
    engine_revolutions: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """Recorded work of one item. `odometer_km` is what the instrument showed; None where nobody wrote it down.

    `source` names who says so: owner, workshop, booking, import.
    """

    item: str
    performed_on: date
    odometer_km: float | None
    source: str = "workshop"


@dataclass(frozen=True, slots=True)
class Finding:
    finding_id: UUID
    kind: str
    component: str
    severity: int
    found_at: datetime
    texts: Texts
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FirstSight:
    """The oldest that is known of a car; `odometer_km` None where it never told."""

    recorded_at: datetime
    odometer_km: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """What is stored of a car. `now_at` is the car's time; nothing recorded later is part of a plan."""

    first: FirstSight
    now_at: datetime
    odometer_known: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """Between which instants something new of a car was stored."""

    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """What the last planning of a car rested on; `findings_digest` tells whether its findings are still the same.

    `as_of_at`: the night's scoring looked at the car then, later than its own last word. `days_known` False: the table
    of its days is to be filled from all that is stored.
    """

    now_at: datetime
    odometer_known: bool
    findings_digest: str
    first: FirstSight
    days_known: bool = True
    as_of_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How a limit in engine hours or regenerations stands. `due_at` None: nothing to tell yet."""

    what: Literal["hours", "regenerations"]
    done: float
    limit: float
    due_at: datetime | None

    @property
    def left_share(self) -> float:
        """Negative where it is over."""
        return 1.0 - self.done / self.limit


@dataclass(frozen=True, slots=True)
class IntervalStatus:
    """How one item of the plan stands. Negative remainders are overdue; None where that limit does not exist.

    `due_at` is the earlier of the date by time and the projected date by distance; `due_earliest_at` and
    `due_latest_at` are the same for fast and for slow use of the car. `cycle` names the service it counts from.
    """

    item: str
    titles: Texts
    operations: tuple[Operation, ...]
    state: DueState
    due_odometer_km: float | None
    due_on: date | None
    remaining_km: float | None
    remaining_days: int | None
    due_at: datetime | None
    due_earliest_at: datetime | None
    due_latest_at: datetime | None
    last_odometer_km: float | None
    last_on: date | None
    assumed: bool
    shortened_by: tuple[Texts, ...]
    cycle: str
    counted: tuple[Counted, ...] = ()
    severe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkDetails:
    """What a piece of work takes, each range from, to. `covered_by`: who pays in the owner's place.

    `fails_at`: by when the part has failed with 10, 50 and 90 % probability, where a model of wear knows.
    """

    minutes: tuple[int, int]
    cost_eur: tuple[int, int]
    covered_by: Texts | None
    skills: list[str]
    parts: list[Part]
    if_ignored: Texts | None
    fails_at: tuple[datetime, datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a recommendation rests on; a change of it is what is told as the reason of a change."""

    finding_ids: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    severe: list[str] = field(default_factory=list)
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`reasons` by language, one per finding and interval, the gravest first."""

    recommendation_id: UUID
    item: str
    urgency: int
    due_at: datetime | None
    latest_safe_at: datetime | None
    titles: Texts
    reasons: dict[str, list[str]]
    operations: list[Operation]
    finding_ids: list[UUID]
    details: WorkDetails
    basis: Basis
