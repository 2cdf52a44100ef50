"""Weeks of owners who want a visit, with work from the planner's plans and findings. Seeded, the same for every policy.

Everything an owner brings is drawn before any policy is asked, what they will make of an offer included: so that two
policies differ by what they offer, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np

from booking_api.local_days import epoch_minute
from booking_api.models import Position, Resource, Workshop
from booking_api.risk import Life
from booking_api.scheduling import DAY_MINUTES
from maintenance_planner.finding_work import work_by_kind
from maintenance_planner.plans import FOLDER, load_plan
from maintenance_planner.recommendations import SAFE_DAYS

Sort = Literal["routine", "wear", "critical"]

ZONE: Final = "Europe/Berlin"
FIRST_ON: Final = date(2026, 5, 4)
"""A Monday, far from any change of clocks."""
OPENS, CLOSES = 8 * 60, 17 * 60
MIX: Final[Mapping[Sort, float]] = {"routine": 0.60, "wear": 0.25, "critical": 0.15}
"""Shares of visits [handbook of booking, 8.2]."""
SIDE_KM: Final = 40.0
_KM_PER_DEGREE: Final = 111.2
_CENTRE: Final = Position(52.5, 13.4)
_DAYS_AHEAD: Final = {"routine": (1, 10), "wear": (1, 7), "critical": (0, 2)}
"""Between these days from now the owner would like to come."""
_IN_STOCK: Final = 0.6
"""So many visits find their parts at a given workshop [handbook of booking, 8.2]; others wait one to four days."""
_LONGEST_LEAD: Final = 4
_OFFERS: Final = 3


@dataclass(frozen=True, slots=True)
class Visitor:
    """`lead_days`: by workshop, how long the parts take. `noise`: what they make of each offer and of none (the last).

    `fails_minute`: hidden from every policy; `life`: what the planner would say of it.
    """

    arrival_minute: int
    sort: Sort
    minutes: int
    skills: frozenset[str]
    urgency: int
    safe_minute: int | None
    due_minute: int | None
    life: Life | None
    fails_minute: int | None
    preferred_on: date
    position: Position
    lead_days: tuple[int, ...]
    noise: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Town:
    workshops: tuple[Workshop, ...]
    visitors: tuple[Visitor, ...]


def draw_town(seed: int, workshops: int, weeks: int, load: float) -> Town:
    """`load`: work asked for on a weekday, as a share of what all technicians can do on it."""
    rng = np.random.default_rng([seed, workshops, weeks, round(1000 * load)])
    places = tuple(_workshop(number, workshops, rng) for number in range(workshops))
    technicians = sum(one.kind == "technician" for place in places for one in place.resources)
    jobs = {sort: _jobs(sort) for sort in MIX}
    mean = sum(share * float(np.mean([minutes for minutes, _ in jobs[sort]])) for sort, share in MIX.items())
    per_day = load * technicians * (CLOSES - OPENS) / mean
    visitors = [
        _visitor(FIRST_ON + timedelta(days=7 * week + day), workshops, jobs, rng)
        for week in range(weeks)
        for day in range(5)
        for _ in range(rng.poisson(per_day))
    ]
    return Town(places, tuple(sorted(visitors, key=lambda one: one.arrival_minute)))


def _workshop(number: int, of: int, rng: np.random.Generator) -> Workshop:
    """Three technicians: one for everyday work, one for electrics too, and one who alone knows high voltage."""
    everyday = ("general", "engine", "brakes", "tyres")
    skills = (everyday, (*everyday, "electrical", "cooling"), (*everyday, "electrical", "cooling", "high_voltage"))
    people = [
        Resource(100 * number + 10 + i, "technician", f"technician-{i}", frozenset(s)) for i, s in enumerate(skills)
    ]
    bays = [Resource(100 * number + i, "bay", f"bay-{i}") for i in range(3)]
    side = int(np.ceil(np.sqrt(of)))
    x, y = ((number % side + 0.5) / side, (number // side + 0.5) / side)
    jitter = rng.uniform(-0.1, 0.1, 2)
    return Workshop(
        workshop_id=f"workshop-{number}",
        name=f"workshop-{number}",
        address="",
        city="",
        position=_place(x + float(jitter[0]), y + float(jitter[1])),
        time_zone=ZONE,
        notice_minutes=60,
        horizon_days=30,
        brands=frozenset(),
        hours=dict.fromkeys(range(5), ((OPENS, CLOSES),)),
        closed_on=frozenset(),
        resources=(*bays, *people),
    )


def _place(x: float, y: float) -> Position:
    latitude = _CENTRE.latitude_deg + (y - 0.5) * SIDE_KM / _KM_PER_DEGREE
    width = SIDE_KM / (_KM_PER_DEGREE * np.cos(np.radians(_CENTRE.latitude_deg)))
    return Position(latitude, _CENTRE.longitude_deg + (x - 0.5) * float(width))


def _jobs(sort: Sort) -> Sequence[tuple[int, frozenset[str]]]:
    """Minutes and skills of the works that the planner knows: service plans; findings that can wait, or not."""
    if sort == "routine":
        items = [
            item.operations
            for name in ("petrol", "electric", "hybrid")
            for item in load_plan(FOLDER / f"{name}.toml").items
        ]
        pairs = [(*one, *items[(number + 1) % len(items)]) for number, one in enumerate(items)]
        return [_job(pair) for pair in pairs]
    return [_job(work.operations) for work in work_by_kind().values()]


def _job(operations: Sequence[Any]) -> tuple[int, frozenset[str]]:
    skills = frozenset(str(one["skill"]) for one in operations if one["skill"])
    known = min(180, max(30, sum(int(one["minutes"]) for one in operations)))
    return known, skills


def _visitor(on: date, workshops: int, jobs: dict[Sort, Any], rng: np.random.Generator) -> Visitor:
    sort: Sort = rng.choice(list(MIX), p=list(MIX.values()))
    minutes, skills = jobs[sort][rng.integers(len(jobs[sort]))]
    arrival = epoch_minute(datetime.combine(on, time(), ZoneInfo(ZONE)).astimezone(UTC)) + int(rng.uniform(360, 1260))
    urgency = {"routine": 1, "wear": 2, "critical": 4 if rng.random() < 0.1 else 3}[str(sort)]
    safe_days = SAFE_DAYS.get(urgency)
    safe = arrival + safe_days * DAY_MINUTES if safe_days else None
    life = Life(safe, safe + 7 * DAY_MINUTES, safe + 21 * DAY_MINUTES) if safe else None
    first, last = _DAYS_AHEAD[sort]
    return Visitor(
        arrival_minute=arrival,
        sort=sort,
        minutes=minutes,
        skills=skills,
        urgency=urgency,
        safe_minute=safe,
        due_minute=arrival + int(rng.integers(14, 28)) * DAY_MINUTES if sort == "routine" else None,
        life=life,
        fails_minute=_failure(life, rng.random()) if life else None,
        preferred_on=_weekday(on + timedelta(days=int(rng.integers(first, last + 1)))),
        position=_place(float(rng.random()), float(rng.random())),
        lead_days=tuple(
            0 if rng.random() < _IN_STOCK else int(rng.integers(1, _LONGEST_LEAD + 1)) for _ in range(workshops)
        ),
        noise=tuple(float(one) for one in rng.gumbel(0, 0.5, _OFFERS + 1)),
    )


def _weekday(on: date) -> date:
    return on + timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)


def _failure(life: Life, share: float) -> int:
    """The instant by which this share of such parts has failed."""
    begin, end = 2 * life.p10 - life.p50, 2 * life.p90 - life.p50
    knots = np.array([begin, life.p10, life.p50, life.p90, end], float)
    return int(np.interp(share, [0.0, 0.1, 0.5, 0.9, 1.0], knots))
