"""Which step leads a visit from where to where, and who may take it. The one table that says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from booking_api.models import Role, Status

Actor = Literal["owner", "desk", "technician", "time", "telemetry"]
"""`owner`: whoever stands on the car's side, drivers and fleets included. `time` and `telemetry` are no people."""

Step = Literal[
    "confirm",
    "move",
    "extend",
    "cancel",
    "expire",
    "miss",
    "check_in",
    "inspect",
    "estimate",
    "decide",
    "repair",
    "finish",
    "close",
    "verify",
    "come_back",
]


@dataclass(frozen=True, slots=True)
class Transition:
    """`target` None: the visit stays what it is."""

    sources: tuple[Status, ...]
    target: Status | None
    actors: tuple[Actor, ...]


_BOOKERS: Final[tuple[Actor, ...]] = ("owner", "desk")
_WORKSHOP: Final[tuple[Actor, ...]] = ("desk", "technician")

TRANSITIONS: Final[Mapping[Step, Transition]] = {
    "confirm": Transition(("held",), "booked", _BOOKERS),
    "move": Transition(("booked",), None, _BOOKERS),
    "extend": Transition(("booked", "checked_in", "inspecting", "estimated", "approved", "repairing"), None, _WORKSHOP),
    "cancel": Transition(("held", "booked"), "cancelled", _BOOKERS),
    "expire": Transition(("held",), "expired", ("time",)),
    "miss": Transition(("booked",), "missed", ("desk",)),
    "check_in": Transition(("booked",), "checked_in", _WORKSHOP),
    "inspect": Transition(("checked_in",), "inspecting", _WORKSHOP),
    "estimate": Transition(("inspecting", "repairing"), "estimated", _WORKSHOP),
    "decide": Transition(("estimated",), "approved", ("owner",)),
    "repair": Transition(("inspecting", "approved"), "repairing", _WORKSHOP),
    "finish": Transition(("inspecting", "approved", "repairing"), "ready", _WORKSHOP),
    "close": Transition(("ready",), "closed", _WORKSHOP),
    "verify": Transition(("closed",), "verified", ("telemetry",)),
    "come_back": Transition(("closed", "verified"), "came_back", ("telemetry",)),
}

CLAIMING: Final[frozenset[Status]] = frozenset(
    {"held", "booked", "checked_in", "inspecting", "estimated", "approved", "repairing"}
)
"""In these a visit has its bay and its technician; a car that is ready stands in no bay."""

_ACTORS: Final[Mapping[Role, Actor]] = {
    "owner": "owner",
    "driver": "owner",
    "fleet_manager": "owner",
    "service_adviser": "desk",
    "workshop_manager": "desk",
    "technician": "technician",
}


def actor_of(role: Role) -> Actor | None:
    """None: a role that takes no step."""
    return _ACTORS.get(role)


def next_steps(status: Status, actor: Actor | None) -> list[Step]:
    """What this actor may do with a visit that is there."""
    return [step for step, one in TRANSITIONS.items() if status in one.sources and actor in one.actors]


def may(status: Status, step: Step, actor: Actor | None) -> bool:
    return step in next_steps(status, actor)


def target_of(step: Step, status: Status) -> Status:
    """Where a step leads from there."""
    return TRANSITIONS[step].target or status
