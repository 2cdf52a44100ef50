"""Workshops, work and bookings, as the schedule and the services speak of them.

Inside the schedule an instant is an integer: minutes since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from booking_api.languages import Text

Kind = Literal["bay", "van", "technician", "equipment", "loaner", "adviser"]
Transport = Literal["drop_off", "loaner", "mobile"]
"""How the owner gets on during the visit: brings the car, has one lent, or the workshop's van comes."""
Role = Literal[
    "owner", "driver", "technician", "service_adviser", "workshop_manager", "fleet_manager", "operator", "auditor"
]
Status = Literal[
    "held",
    "booked",
    "checked_in",
    "inspecting",
    "estimated",
    "approved",
    "repairing",
    "ready",
    "closed",
    "verified",
    "came_back",
    "cancelled",
    "missed",
    "expired",
]
"""Of a visit; `visits/transitions.py` says which step leads where."""
ORGANISED_ROLES: Final = ("technician", "service_adviser", "workshop_manager", "fleet_manager")
"""Of a workshop or of a fleet: what they may see hangs on which one."""
DayPart = Literal["morning", "afternoon"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `subject` is personal: never into a log. `organisation_id`: the workshop or fleet of its people."""

    subject: str
    role: Role
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """`skills`: what a technician can do or equipment serves; a bay or van with skills takes only such work.

    `breaks`: (starts, ends) in minutes of the wall clock, by weekday; `absences`: from, until, in epoch minutes.
    """

    resource_id: int
    kind: Kind
    name: str
    skills: frozenset[str] = frozenset()
    breaks: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    absences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True)
class Workshop:
    """`hours` holds (opens, closes) in minutes of the wall clock, by weekday, 0 = Monday. No `brands`: every make.

    `daily_visits` and `daily_minutes` limit what a local day takes; None: no limit. `parts_lead_days` is for parts
    that the stock does not list. A van goes `mobile_radius_km` far and takes `mobile_travel_minutes` each way.
    `version` counts the descriptions. Owners move or cancel until `change_notice_minutes` before a visit.
    """

    workshop_id: str
    name: str
    address: str
    city: str
    position: Position
    time_zone: str
    notice_minutes: int
    horizon_days: int
    brands: frozenset[str]
    hours: Mapping[int, tuple[tuple[int, int], ...]]
    closed_on: frozenset[date]
    resources: tuple[Resource, ...]
    daily_visits: int | None = None
    daily_minutes: int | None = None
    parts_lead_days: int = 0
    mobile_radius_km: float = 0.0
    mobile_travel_minutes: int = 30
    version: int = 1
    change_notice_minutes: int = 60

    @property
    def is_limited(self) -> bool:
        return self.daily_visits is not None or self.daily_minutes is not None


class Claim(NamedTuple):
    """A resource is taken from `start_minute` up to, not including, `end_minute`.

    A tuple, because a search may read tens of thousands of them.
    """

    resource_id: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class PartNeed:
    """`quantity` in the unit of the part, pieces mostly."""

    part: str
    quantity: float


@dataclass(frozen=True, slots=True)
class PartLine:
    """Where a part comes from: `part` is what will be fitted, which may supersede what was asked for."""

    part: str
    quantity: float
    source: Literal["stock", "order"]
    ready_minute: int


@dataclass(frozen=True, slots=True)
class Job:
    """What the schedule needs to know of the work at one workshop. One technician must have every skill.

    The buffers before and after are claimed with the visit; `equipment` names what some equipment must serve. Before
    `ready_minute` the `parts` are not there. `possible` False: this workshop does not do it in this way.
    """

    minutes: int
    skills: frozenset[str]
    make: str
    before_minutes: int = 0
    after_minutes: int = 0
    equipment: frozenset[str] = frozenset()
    transport: Transport = "drop_off"
    ready_minute: int = 0
    parts: tuple[PartLine, ...] = ()
    possible: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done on one visit, with the tightest dates of all that is due."""

    operations: tuple[Mapping[str, Any], ...]
    recommendation_ids: tuple[UUID, ...] = ()
    urgency: int = 1
    due_at: datetime | None = None
    latest_safe_at: datetime | None = None
    parts: tuple[PartNeed, ...] = ()
    fails_at: tuple[datetime, datetime, datetime] | None = None
    """By when the part has failed with 10, 50 and 90 % probability; None: the plan says no more than a safe date."""

    @property
    def skills(self) -> frozenset[str]:
        return frozenset(str(one["skill"]) for one in self.operations if one.get("skill"))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner asks for; all of it may be missing. Weekdays: 0 = Monday."""

    position: Position | None = None
    weekdays: frozenset[int] = frozenset()
    day_part: DayPart | None = None
    preferred_on: date | None = None
    usual_workshop_id: str | None = None
    adviser_ids: frozenset[int] = frozenset()
    """Who has received the car the last time, at each workshop where it was."""


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """`moves`: the visit that would move; the car counts as free then."""

    vin: str
    recommendation_ids: tuple[UUID, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None
    wishes: Wishes = field(default_factory=Wishes)
    transport: Transport = "drop_off"
    within_km: float | None = None
    moves: UUID | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit that is possible. `parts` add up to `score`; the higher the better."""

    workshop: Workshop
    starts_at: datetime
    ends_at: datetime
    labels: tuple[str, ...]
    score: float
    parts: Mapping[str, float]
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class BookingRequest:
    vin: str
    workshop_id: str
    starts_at: datetime
    recommendation_ids: tuple[UUID, ...] = ()
    transport: Transport = "drop_off"


@dataclass(frozen=True, slots=True)
class Booking:
    """`starts_at` and `ends_at` in UTC; `time_zone` is the workshop's. `hold_expires_at`: of what is or was held.
    `adviser`: who receives the car, by the name that the workshop gives.
    """

    booking_id: UUID
    vin: str
    workshop_id: str
    workshop_name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    status: Status
    version: int
    work: tuple[dict[str, Any], ...]
    recommendation_ids: tuple[UUID, ...]
    reasons: tuple[dict[str, str], ...]
    transport: Transport = "drop_off"
    hold_expires_at: datetime | None = None
    adviser_id: int | None = None
    adviser: str | None = None


@dataclass(frozen=True, slots=True)
class FoundBooking:
    """With `vehicle_id`, `make`, `change_notice_minutes`, and what binds the caller to it: `relations` and `scopes`."""

    booking: Booking
    facts: Mapping[str, Any]
