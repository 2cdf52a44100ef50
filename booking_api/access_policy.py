"""Who may do what, with which car, and which fields stay hidden. The one place that decides. Pure.

A caller has one role. What binds it to a car is a relation, which the database knows: being its owner, its driver or
its fleet, having work to do on it, or having the owner's consent. A pair of role and relation allows an action, or it
does not. A driver and a workshop with a consent get no more than the scopes that the owner has named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from booking_api.models import Role

Scope = Literal["health", "due", "state", "book"]


class Relation(StrEnum):
    """What binds a caller to a car, the strongest first. ANY: nothing is asked for."""

    OWNER = "owner"
    FLEET = "fleet"
    WORK_ORDER = "work_order"
    DRIVER = "driver"
    CONSENT = "consent"
    ANY = "any"


class Action(StrEnum):
    LIST_VEHICLES = "list_vehicles"
    READ_HEALTH = "read_health"
    READ_DUE = "read_due"
    READ_HISTORY = "read_history"
    RECORD_SERVICE = "record_service"
    READ_FAULTS = "read_faults"
    REPORT_ON_FAULT = "report_on_fault"
    EXPORT_VEHICLE = "export_vehicle"
    EXPORT_FLEET = "export_fleet"
    READ_WORKSHOPS = "read_workshops"
    DESCRIBE_WORKSHOP = "describe_workshop"
    SEARCH_SLOTS = "search_slots"
    BOOK = "book"
    READ_BOOKINGS = "read_bookings"
    CHANGE_BOOKING = "change_booking"
    ADVANCE_VISIT = "advance_visit"
    DECIDE_ESTIMATE = "decide_estimate"
    READ_EVENTS = "read_events"
    WAIT = "wait"
    MANAGE_CALENDARS = "manage_calendars"
    MANAGE_WEBHOOKS = "manage_webhooks"
    READ_CONTINUITY = "read_continuity"
    READ_QUARANTINE = "read_quarantine"
    REDRIVE = "redrive"
    GIVE_CONSENT = "give_consent"
    READ_CONSENTS = "read_consents"
    WITHDRAW_CONSENT = "withdraw_consent"
    READ_ACCESS_LOG = "read_access_log"
    AUDIT = "audit"
    CLAIM_VEHICLE = "claim_vehicle"
    RELEASE_VEHICLE = "release_vehicle"
    EXPORT_ACCOUNT = "export_account"
    ERASE_ACCOUNT = "erase_account"
    READ_REMINDERS = "read_reminders"
    CHANGE_REMINDERS = "change_reminders"


Pair = tuple[Role, Relation]

_OWNERS: Final[tuple[Pair, ...]] = (("owner", Relation.OWNER), ("fleet_manager", Relation.FLEET))
_DRIVERS: Final[tuple[Pair, ...]] = (("driver", Relation.DRIVER),)
_WORKSHOP: Final[tuple[Role, ...]] = ("technician", "service_adviser", "workshop_manager")
_DESK: Final[tuple[Role, ...]] = ("service_adviser", "workshop_manager")
_WITH_WORK: Final[tuple[Pair, ...]] = tuple((role, Relation.WORK_ORDER) for role in _WORKSHOP)
_WITH_CONSENT: Final[tuple[Pair, ...]] = tuple((role, Relation.CONSENT) for role in _WORKSHOP)
_DESK_PAIRS: Final[tuple[Pair, ...]] = tuple(
    (role, relation) for role in _DESK for relation in (Relation.WORK_ORDER, Relation.CONSENT)
)
_DESK_WITH_WORK: Final[tuple[Pair, ...]] = tuple((role, Relation.WORK_ORDER) for role in _DESK)
_OPERATOR: Final[tuple[Pair, ...]] = (("operator", Relation.ANY),)
_AUDITOR: Final[tuple[Pair, ...]] = (("auditor", Relation.ANY),)
_EVERYBODY: Final[tuple[Pair, ...]] = tuple(
    (role, Relation.ANY) for role in ("owner", *_WORKSHOP, "driver", "fleet_manager", "operator", "auditor")
)

_ALLOWED: Final[Mapping[Action, tuple[Pair, ...]]] = {
    Action.LIST_VEHICLES: (*_OWNERS, *_DRIVERS, *_WITH_WORK, *_WITH_CONSENT, *_OPERATOR),
    Action.READ_HEALTH: (*_OWNERS, *_DRIVERS, *_WITH_WORK, *_WITH_CONSENT),
    Action.READ_DUE: (*_OWNERS, *_DRIVERS, *_WITH_WORK, *_WITH_CONSENT),
    Action.READ_HISTORY: (*_OWNERS, *_DRIVERS, *_WITH_WORK, *_WITH_CONSENT),
    Action.RECORD_SERVICE: (*_OWNERS, *_WITH_WORK),
    Action.READ_FAULTS: (*_OWNERS, *_DRIVERS, *_WITH_WORK, *_WITH_CONSENT),
    Action.REPORT_ON_FAULT: (("technician", Relation.WORK_ORDER),),
    Action.EXPORT_VEHICLE: (*_OWNERS, *_OPERATOR),
    Action.EXPORT_FLEET: _OPERATOR,
    Action.READ_WORKSHOPS: _EVERYBODY,
    Action.DESCRIBE_WORKSHOP: _OPERATOR,
    Action.SEARCH_SLOTS: (*_OWNERS, *_DRIVERS, *_DESK_PAIRS),
    Action.BOOK: (*_OWNERS, *_DRIVERS, *_DESK_PAIRS),
    Action.READ_BOOKINGS: (*_OWNERS, *_DRIVERS, *_WITH_WORK),
    Action.CHANGE_BOOKING: (*_OWNERS, *_DRIVERS, *_DESK_WITH_WORK),
    Action.ADVANCE_VISIT: _WITH_WORK,
    Action.DECIDE_ESTIMATE: _OWNERS,
    Action.READ_EVENTS: (*_OWNERS, *_DRIVERS, *_WITH_WORK),
    Action.WAIT: (*_OWNERS, *_DRIVERS),
    Action.MANAGE_CALENDARS: tuple((role, Relation.ANY) for role in _DESK),
    Action.MANAGE_WEBHOOKS: (("workshop_manager", Relation.ANY), ("fleet_manager", Relation.ANY)),
    Action.READ_CONTINUITY: _OPERATOR,
    Action.READ_QUARANTINE: _OPERATOR,
    Action.REDRIVE: _OPERATOR,
    Action.GIVE_CONSENT: _OWNERS,
    Action.READ_CONSENTS: _OWNERS,
    Action.WITHDRAW_CONSENT: _OWNERS,
    Action.READ_ACCESS_LOG: _OWNERS,
    Action.AUDIT: _AUDITOR,
    Action.CLAIM_VEHICLE: (("owner", Relation.ANY), ("fleet_manager", Relation.ANY)),
    Action.RELEASE_VEHICLE: _OWNERS,
    Action.EXPORT_ACCOUNT: (("owner", Relation.OWNER),),
    Action.ERASE_ACCOUNT: (("owner", Relation.ANY),),
    Action.READ_REMINDERS: (("owner", Relation.ANY), ("fleet_manager", Relation.ANY)),
    Action.CHANGE_REMINDERS: (("owner", Relation.ANY), ("fleet_manager", Relation.ANY)),
}

_SCOPED: Final = frozenset({Relation.DRIVER, Relation.CONSENT})
_NEEDS_SCOPE: Final[Mapping[Action, Scope]] = {
    Action.READ_HEALTH: "health",
    Action.READ_DUE: "due",
    Action.READ_HISTORY: "due",
    Action.READ_FAULTS: "health",
    Action.SEARCH_SLOTS: "book",
    Action.BOOK: "book",
    Action.READ_BOOKINGS: "book",
    Action.CHANGE_BOOKING: "book",
    Action.READ_EVENTS: "book",
    Action.WAIT: "book",
}
_FIELD_NEEDS_SCOPE: Final[Mapping[tuple[Action, str], Scope]] = {(Action.READ_HEALTH, "latest_state"): "state"}
_HIDDEN: Final[Mapping[tuple[Action, Relation], frozenset[str]]] = {
    # Causes, tests and parts are for those who repair; the others get a sentence and whether to drive.
    (Action.READ_FAULTS, Relation.OWNER): frozenset({"work"}),
    (Action.READ_FAULTS, Relation.FLEET): frozenset({"work"}),
    (Action.READ_FAULTS, Relation.DRIVER): frozenset({"work"}),
    # Why a time suited the owner says where they are and which days they are free.
    (Action.READ_BOOKINGS, Relation.WORK_ORDER): frozenset({"reasons"}),
    (Action.CHANGE_BOOKING, Relation.WORK_ORDER): frozenset({"reasons"}),
    (Action.ADVANCE_VISIT, Relation.WORK_ORDER): frozenset({"reasons"}),
    (Action.BOOK, Relation.WORK_ORDER): frozenset({"reasons"}),
    (Action.BOOK, Relation.CONSENT): frozenset({"reasons"}),
    # Owners learn the role, the organisation and the reason, not the person.
    (Action.READ_ACCESS_LOG, Relation.OWNER): frozenset({"reader"}),
    (Action.READ_ACCESS_LOG, Relation.FLEET): frozenset({"reader"}),
}
PERSONAL_POSITIONS: Final[frozenset[Relation]] = frozenset({Relation.OWNER})
"""Positions leave by an export of the car's own owner alone; a fleet's would be its drivers'."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why the caller may, and which fields of the answer stay hidden."""

    relation: Relation
    hidden: frozenset[str] = frozenset()


def relations_for(role: Role, action: Action) -> frozenset[Relation]:
    """Those by which this role may do this with some car. Empty: never."""
    return frozenset(relation for allowed, relation in _ALLOWED[action] if allowed == role)


def decide(role: Role, action: Action, relations: Iterable[Relation], scopes: Collection[str] = ()) -> Decision | None:
    """By the strongest relation that allows it; None: refused. `scopes` are those of the owner's consent."""
    held = {*relations, Relation.ANY}
    for relation in Relation:
        if relation in held & relations_for(role, action) and _in_scope(action, relation, scopes):
            return Decision(relation, _hidden(action, relation, scopes))
    return None


def own_workshop_only(relation: Relation) -> bool:
    """Whether such a caller books at the own workshop alone."""
    return relation in (Relation.WORK_ORDER, Relation.CONSENT)


def _in_scope(action: Action, relation: Relation, scopes: Collection[str]) -> bool:
    needed = _NEEDS_SCOPE.get(action)
    return relation not in _SCOPED or needed is None or needed in scopes


def _hidden(action: Action, relation: Relation, scopes: Collection[str]) -> frozenset[str]:
    unscoped = {
        field
        for (of_action, field), needed in _FIELD_NEEDS_SCOPE.items()
        if of_action == action and relation in _SCOPED and needed not in scopes
    }
    return _HIDDEN.get((action, relation), frozenset()) | unscoped
