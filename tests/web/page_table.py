"""Who may open which page, written by hand and apart from the policy: what the matrix of pages expects.

As `tests/booking_api/access_table.py`, whose situations these are. For a new page add a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.booking_api.access_table import EVERYWHERE, ROLES, Row

_STAFF: Final = ("technician", "service_adviser", "workshop_manager")
_DESK: Final = ("service_adviser", "workshop_manager")
_OWNERS: Final = {"owner": "owner", "fleet_manager": "fleet"}
_ALL: Final = _OWNERS | {"driver": "driver_all"}
_READERS: Final = (
    _OWNERS | {"driver": "driver_all driver_health"} | dict.fromkeys(_STAFF, "work_order consent_all consent_health")
)
_READERS_OF_MORE: Final = _ALL | dict.fromkeys(_STAFF, "work_order consent_all")
_BOOKERS: Final = _ALL | dict.fromkeys(_DESK, "work_order consent_all")
_CHANGERS: Final = _ALL | dict.fromkeys(_DESK, "work_order")
_RECORDERS: Final = _OWNERS | dict.fromkeys(_STAFF, "work_order")
_VISITS: Final = _ALL | dict.fromkeys(_STAFF, "work_order")
_REMINDED: Final = dict.fromkeys(("owner", "fleet_manager"), EVERYWHERE)

PUBLIC: Final = frozenset(
    {
        "GET /",
        "GET /sign-in",
        "GET /sign-in/callback",
        "POST /sign-out",
        "POST /language",
        "GET /manifest.webmanifest",
        "GET /service-worker.js",
        "GET /offline",
        "GET /due-calendars/{secret}.ics",
        "GET /libraries/{name}",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /development-issuer/.well-known/openid-configuration",
        "GET /development-issuer/authorize",
        "POST /development-issuer/authorize",
        "POST /development-issuer/token",
    }
)
"""Nobody needs to have signed in. Nothing here is about a car but the calendar, whose address is a secret."""

PAGES: Final[Mapping[str, Row]] = {
    "GET /garage": Row(_READERS | {"operator": EVERYWHERE}, "list"),
    "GET /cars/{vin}": Row(_READERS),
    "GET /cars/{vin}/concerns/{fault_id}": Row(_READERS),
    "GET /cars/{vin}/evidence/{finding_id}.svg": Row(_READERS),
    "GET /cars/{vin}/evidence/{finding_id}.json": Row(_READERS),
    "GET /cars/{vin}/signals": Row(_READERS_OF_MORE),
    "GET /cars/{vin}/signals.json": Row(_READERS_OF_MORE),
    "GET /cars/{vin}/history": Row(_READERS_OF_MORE),
    "GET /cars/{vin}/book": Row(_BOOKERS),
    "POST /cars/{vin}/book": Row(_BOOKERS, good=303),
    "GET /visits": Row(_VISITS, "list"),
    "GET /visits/{booking_id}": Row(_VISITS),
    "GET /visits/{booking_id}/live": Row(_VISITS),
    "POST /visits/{booking_id}/confirm": Row(_CHANGERS, good=303),
    "POST /visits/{booking_id}/estimate": Row(_OWNERS, good=303),
    "GET /cars/{vin}/records": Row(_RECORDERS),
    "POST /cars/{vin}/records": Row(_RECORDERS, good=303),
    "POST /cars/{vin}/records/file": Row(_RECORDERS),
    "GET /board": Row(dict.fromkeys(_STAFF, "work_order"), "list"),
    "GET /calendar": Row(dict.fromkeys(_STAFF, "work_order"), "list"),
    "POST /calendar/moves": Row(dict.fromkeys(_DESK, "work_order"), good=303),
    "POST /visits/{booking_id}/step": Row(dict.fromkeys(_STAFF, "work_order"), good=303),
    "POST /visits/{booking_id}/longer": Row(dict.fromkeys(_STAFF, "work_order"), good=303),
    "POST /visits/{booking_id}/offer": Row(dict.fromkeys(_STAFF, "work_order"), good=303),
    "POST /visits/{booking_id}/close": Row(dict.fromkeys(_STAFF, "work_order"), good=303),
    "POST /cars/{vin}/concerns/{fault_id}/result": Row({"technician": "work_order"}, good=303),
    "POST /cars/{vin}/concerns/{fault_id}/cause": Row({"technician": "work_order"}, good=303),
    "GET /operations": Row({"operator": EVERYWHERE}, "open"),
    "POST /operations/redrives": Row({"operator": EVERYWHERE}, "open", good=303),
    "GET /cars/{vin}/waiting": Row(_ALL),
    "POST /cars/{vin}/waiting": Row(_ALL, good=303),
    "POST /cars/{vin}/waiting/{entry_id}/leave": Row(_ALL, good=303),
    "GET /events": Row(dict.fromkeys(("owner", "driver", *_STAFF, "fleet_manager"), EVERYWHERE), "open"),
    "GET /visits/{booking_id}/visit.ics": Row(_VISITS),
    "GET /visits/{booking_id}/move": Row(_CHANGERS),
    "POST /visits/{booking_id}/move": Row(_CHANGERS, good=303),
    "POST /visits/{booking_id}/cancel": Row(_CHANGERS, good=303),
    "GET /cars/{vin}/sharing": Row(_OWNERS),
    "POST /cars/{vin}/sharing": Row(_OWNERS, good=303),
    "POST /cars/{vin}/sharing/{consent_id}/withdraw": Row(_OWNERS, good=303),
    "GET /reminders": Row(_REMINDED, "open"),
    "POST /reminders/{reminder_id}/read": Row(_REMINDED, "open", good=404),
    "POST /reminders/preferences": Row(_REMINDED, "open", good=303),
    "POST /reminders/calendar": Row(_REMINDED, "open"),
    "POST /reminders/calendar/end": Row(_REMINDED, "open", good=303),
    "GET /access-log": Row({"auditor": EVERYWHERE}, "open"),
    "GET /account": Row(dict.fromkeys(ROLES, EVERYWHERE), "open"),
    "GET /account/export.json": Row({"owner": EVERYWHERE}, "open"),
    "POST /account/erasure": Row({"owner": EVERYWHERE}, "open", good=303),
}
"""By the paths of the application, with the names that the world of the tests fills in."""

SAME: Final[Mapping[str, str]] = {"concern_id": "fault_id"}
"""What a path's parameter is in that world, where it has another name."""
