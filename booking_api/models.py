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

Kind = Literal["bay", "technician"]
Role = Literal[
    "owner", "driver", "technician", "service_adviser", "workshop_manager", "fleet_manager", "operator", "auditor"
]
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
    resource_id: int
    kind: Kind
    name: str
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Position:
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True)
class Workshop:
    """`hours` holds (opens, closes) in minutes of the wall clock, by weekday, 0 = Monday. No `brands`: every make."""

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


class Claim(NamedTuple):
    """A resource is taken from `start_minute` up to, not including, `end_minute`.

    A tuple, because a search may read tens of thousands of them.
    """

    resource_id: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class Job:
    """What the schedule needs to know of the work. One technician must have every skill."""

    minutes: int
    skills: frozenset[str]
    make: str


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done on one visit, with the tightest dates of all that is due."""

    operations: tuple[Mapping[str, Any], ...]
    recommendation_ids: tuple[UUID, ...] = ()
    urgency: int = 1
    due_at: datetime | None = None
    latest_safe_at: datetime | None = None

    def job(self, make: str) -> Job:
        skills = frozenset(str(one["skill"]) for one in self.operations if one.get("skill"))
        return Job(sum(int(one["minutes"]) for one in self.operations), skills, make)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner asks for; all of it may be missing. Weekdays: 0 = Monday."""

    position: Position | None = None
    weekdays: frozenset[int] = frozenset()
    day_part: DayPart | None = None


@dataclass(frozen=True, slots=True)
class SlotQuery:
    vin: str
    recommendation_ids: tuple[UUID, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None
    wishes: Wishes = field(default_factory=Wishes)


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


@dataclass(frozen=True, slots=True)
class Booking:
    """`starts_at` and `ends_at` in UTC; `time_zone` is the workshop's."""

    booking_id: UUID
    vin: str
    workshop_id: str
    workshop_name: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    status: Literal["booked", "cancelled"]
    version: int
    work: tuple[dict[str, Any], ...]
    recommendation_ids: tuple[UUID, ...]
    reasons: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class FoundBooking:
    """A booking with what binds the caller to it: `vehicle_id`, `make`, `relations` and `scopes`."""

    booking: Booking
    facts: Mapping[str, Any]
