"""A workshop as it is described, in TOML or over the API: checked whole, before anything of it is stored. Pure."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from booking_api.models import Kind
from booking_api.reason_texts import SKILLS

WORKSHOP_ID: Final = r"^[a-z0-9-]{1,64}$"
NAME: Final = r"^[^\x00-\x1f]{1,200}$"
CODE: Final = r"^[a-z0-9_-]{1,64}$"
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", description="HH:MM of the wall clock")]
Weekdays = Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]


def _in_this_century(at: datetime) -> datetime:
    if not 2000 <= at.year <= 2099:
        raise ValueError("an instant has a year from 2000 to 2099")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_in_this_century)]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is no IANA time zone; write one such as Europe/Berlin or Asia/Kolkata")
    return name


def _skills(names: list[str]) -> list[str]:
    if unknown := sorted(set(names) - set(SKILLS)):
        raise ValueError(f"unknown skills {', '.join(unknown)}; known are {', '.join(sorted(SKILLS))}")
    return names


class Described(BaseModel):
    """What it does not know, it refuses: a word that is misspelt would otherwise be left out in silence."""

    model_config = ConfigDict(extra="forbid")


class Span(Described):
    """The same hours on several weekdays; 0 is Monday."""

    weekdays: Weekdays

    def rows(self) -> Iterable[tuple[int, str, str]]:
        return ((day, *self.ends()) for day in self.weekdays)

    @abstractmethod
    def ends(self) -> tuple[str, str]:
        """The first and the last hour, as `08:00`."""

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        first, last = self.ends()
        if first >= last:
            raise ValueError(f"{first} does not lie before {last}; split what goes over midnight")
        return self


class Hours(Span):
    opens: Clock
    closes: Clock

    def ends(self) -> tuple[str, str]:
        return self.opens, self.closes


class Break(Span):
    starts: Clock
    ends_: Clock = Field(alias="ends")

    def ends(self) -> tuple[str, str]:
        return self.starts, self.ends_


class Absence(Described):
    """Leave or repair; why is not asked for. `until` is not included."""

    from_: Moment = Field(alias="from")
    until: Moment

    @model_validator(mode="after")
    def _in_order(self) -> Absence:
        if self.from_ >= self.until:
            raise ValueError("an absence ends after it begins")
        return self


class DescribedResource(Described):
    """`skills`: of a technician what they can do; of a bay or van what alone it takes (none: all work)."""

    kind: Kind
    name: Annotated[str, Field(pattern=NAME)]
    skills: Annotated[list[str], AfterValidator(_skills)] = []
    serves: list[Annotated[str, Field(pattern=CODE)]] = []
    breaks: list[Break] = []
    absences: list[Absence] = []

    @model_validator(mode="after")
    def _by_kind(self) -> DescribedResource:
        if (self.kind == "equipment") != bool(self.serves):
            raise ValueError(f"{self.name}: `serves` names what equipment is for, and is for equipment alone")
        if self.skills and self.kind in ("equipment", "loaner", "adviser"):
            raise ValueError(f"{self.name}: a resource of kind {self.kind} has no skills")
        return self


class DescribedService(Described):
    """`model` empty: every model. Without `minutes` those of the plan. `mobile`: a van may do it where the car is."""

    code: Annotated[str, Field(pattern=CODE)]
    model: Annotated[str, Field(pattern=r"^[^\x00-\x1f]{0,200}$")] = ""
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    before_minutes: Annotated[int, Field(ge=0, le=480)] = 0
    after_minutes: Annotated[int, Field(ge=0, le=480)] = 0
    equipment: list[Annotated[str, Field(pattern=CODE)]] = []
    mobile: bool = False


class DescribedPart(Described):
    part: Annotated[str, Field(pattern=CODE)]
    on_hand: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] = 0
    lead_days: Annotated[int, Field(ge=0, le=366)]
    superseded_by: Annotated[str, Field(pattern=CODE)] | None = None


class WorkshopDescription(Described):
    """Everything the schedule of a workshop is made of; what it says replaces what was said before."""

    workshop_id: Annotated[str, Field(pattern=WORKSHOP_ID)]
    name: Annotated[str, Field(pattern=NAME)]
    address: Annotated[str, Field(pattern=NAME)]
    city: Annotated[str, Field(pattern=NAME)]
    latitude_deg: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude_deg: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    time_zone: Annotated[str, AfterValidator(_zone)]
    notice_minutes: Annotated[int, Field(ge=0, le=44_640)]
    horizon_days: Annotated[int, Field(ge=1, le=366)]
    change_notice_minutes: Annotated[int, Field(ge=0, le=44_640)] = 60
    brands: list[Annotated[str, Field(pattern=NAME)]] = []
    daily_visits: Annotated[int, Field(ge=1, le=10_000)] | None = None
    daily_minutes: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    parts_lead_days: Annotated[int, Field(ge=0, le=366)] = 0
    mobile_radius_km: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0
    mobile_travel_minutes: Annotated[int, Field(ge=0, le=240)] = 30
    hours: Annotated[list[Hours], Field(max_length=100)]
    closed_on: Annotated[list[date], Field(max_length=1000)] = []
    resources: Annotated[list[DescribedResource], Field(max_length=1000)]
    services: Annotated[list[DescribedService], Field(max_length=2000)] = []
    parts: Annotated[list[DescribedPart], Field(max_length=100_000)] = []

    @model_validator(mode="after")
    def _consistent(self) -> WorkshopDescription:
        _ensure_apart("hours", [row for one in self.hours for row in one.rows()])
        for resource in self.resources:
            _ensure_apart(f"breaks of {resource.name}", [row for one in resource.breaks for row in one.rows()])
        _ensure_once("resource", [one.name for one in self.resources])
        _ensure_once("service", [f"{one.code} {one.model}".strip() for one in self.services])
        _ensure_once("part", [one.part for one in self.parts])
        _ensure_served(self.services, self.resources)
        _ensure_ends({one.part: one.superseded_by for one in self.parts})
        return self


def _ensure_apart(what: str, rows: Sequence[tuple[int, str, str]]) -> None:
    ordered = sorted(rows)
    for one, other in pairwise(ordered):
        if one[0] == other[0] and other[1] < one[2]:
            raise ValueError(f"{what}: {one[1]}-{one[2]} and {other[1]}-{other[2]} overlap on weekday {one[0]}")


def _ensure_once(what: Literal["resource", "service", "part"], names: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"each {what} is named once; twice there: {', '.join(twice)}")


def _ensure_served(services: Iterable[DescribedService], resources: Iterable[DescribedResource]) -> None:
    there = {name for one in resources for name in one.serves}
    missing = sorted({name for one in services for name in one.equipment} - there)
    if missing:
        raise ValueError(f"services ask for equipment that no resource serves: {', '.join(missing)}")


def _ensure_ends(successors: dict[str, str | None]) -> None:
    """A chain of supersession that comes back to its start would never end."""
    for part in successors:
        seen, number = {part}, successors[part]
        while number is not None:
            if number in seen:
                raise ValueError(f"part {part} is superseded in a circle by {number}")
            seen.add(number)
            number = successors.get(number)
