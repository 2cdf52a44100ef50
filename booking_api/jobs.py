"""What a car's work takes at one workshop: its own times, buffers and equipment by model, its parts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from booking_api.models import Job, PartNeed, Position, Transport, Work, Workshop
from booking_api.parts import Stock, part_lines, ready_minute
from booking_api.positions import haversine_km


@dataclass(frozen=True, slots=True)
class Service:
    """How a workshop does one operation, on one model or (`model` empty) on every one. `minutes` None: as planned."""

    code: str
    model: str = ""
    minutes: int | None = None
    before_minutes: int = 0
    after_minutes: int = 0
    equipment: frozenset[str] = frozenset()
    mobile: bool = False


@dataclass(frozen=True, slots=True)
class Practice:
    """What a workshop says about the operations and the parts of a visit."""

    services: tuple[Service, ...] = ()
    stock: Mapping[str, Stock] = field(default_factory=dict)


def job_at(
    workshop: Workshop,
    practice: Practice,
    work: Work,
    vehicle: Mapping[str, Any],
    transport: Transport,
    now_minute: int,
    position: Position | None = None,
) -> Job:
    """Several operations are done one after the other by one technician; only the widest buffers count."""
    services = [_service(practice.services, str(one["code"]), str(vehicle.get("model", ""))) for one in work.operations]
    lines = part_lines(workshop, work.parts, practice.stock, now_minute)
    travel = workshop.mobile_travel_minutes if transport == "mobile" else 0
    return Job(
        minutes=sum(
            int(one["minutes"]) if service.minutes is None else service.minutes
            for one, service in zip(work.operations, services, strict=True)
        ),
        skills=work.skills,
        make=str(vehicle["make"]),
        before_minutes=travel + max(one.before_minutes for one in services),
        after_minutes=travel + max(one.after_minutes for one in services),
        equipment=frozenset().union(*(one.equipment for one in services)),
        transport=transport,
        ready_minute=ready_minute(lines),
        parts=lines,
        possible=transport != "mobile" or _comes(workshop, services, position),
    )


def needs_of(details: Sequence[Mapping[str, Any]]) -> tuple[PartNeed, ...]:
    """From the details of the recommendations: a part that two of them name is needed twice."""
    quantities: dict[str, float] = {}
    for one in details:
        for part in one.get("parts", ()):
            quantities[part["part"]] = quantities.get(part["part"], 0.0) + float(part["quantity"])
    return tuple(PartNeed(part, quantity) for part, quantity in quantities.items())


def _service(services: Sequence[Service], code: str, model: str) -> Service:
    """The one for this model goes before the one for every model."""
    fit = [one for one in services if one.code == code and one.model in ("", model)]
    return max(fit, key=lambda one: one.model != "", default=Service(code))


def _comes(workshop: Workshop, services: Sequence[Service], position: Position | None) -> bool:
    near = position is None or haversine_km(position, workshop.position) <= workshop.mobile_radius_km
    return near and all(one.mobile for one in services)
