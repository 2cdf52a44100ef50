"""Who may do what, written by hand and apart from `booking_api/access_policy.py`: what the matrix expects.

A caller of the matrix has a role and stands in one of SITUATIONS to the car. `allowed` says, per role, in which of them
the answer is the good one; EVERYWHERE: in all. In the others the car is not found, and roles that are not named are
refused as such. `fields` are those of the answer (of one entry, where it is a list), `hidden` those that are null, and
for whom. A field that is hidden from nobody (`{}`) must not be null.

For a new path add a row; for a new field of an answer name it in `fields`, and in `hidden` where somebody may not see
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

ROLES: Final = (
    "owner",
    "driver",
    "technician",
    "service_adviser",
    "workshop_manager",
    "fleet_manager",
    "operator",
    "auditor",
)
SITUATIONS: Final = (
    "owner",
    "fleet",
    "work_order",
    "driver_all",
    "driver_health",
    "consent_all",
    "consent_health",
    "consent_ended",
    "stranger",
)
"""`…_all`: with every scope; `…_health`: with that scope alone; `consent_ended`: one withdrawn and one run out."""

EVERYWHERE: Final = " ".join(SITUATIONS)
By = Mapping[str, str]
"""Situations by role."""


@dataclass(frozen=True, slots=True)
class Row:
    """`shape`: one car's `object`; a `list`, which is empty rather than not found; or `open`, about no car."""

    allowed: By
    shape: Literal["object", "list", "open"] = "object"
    good: int = 200
    fields: str = ""
    hidden: Mapping[str, By] = field(default_factory=dict)


_STAFF: Final = ("technician", "service_adviser", "workshop_manager")
_DESK: Final = ("service_adviser", "workshop_manager")
_OWNERS: Final = {"owner": "owner", "fleet_manager": "fleet"}
_OPERATOR: Final = {"operator": EVERYWHERE}
_READERS: Final = (
    _OWNERS | {"driver": "driver_all driver_health"} | dict.fromkeys(_STAFF, "work_order consent_all consent_health")
)
_READERS_OF_MORE: Final = _OWNERS | {"driver": "driver_all"} | dict.fromkeys(_STAFF, "work_order consent_all")
_BOOKERS: Final = _OWNERS | {"driver": "driver_all"} | dict.fromkeys(_DESK, "work_order consent_all")
_CHANGERS: Final = _OWNERS | {"driver": "driver_all"} | dict.fromkeys(_DESK, "work_order")
_VISITS: Final = _OWNERS | {"driver": "driver_all"} | dict.fromkeys(_STAFF, "work_order")
_CLAIMERS: Final = {"owner": EVERYWHERE, "fleet_manager": EVERYWHERE}
_RECORDERS: Final = _OWNERS | dict.fromkeys(_STAFF, "work_order")
_REPAIRERS: Final = {"technician": "work_order"}
_STATUS: Final = (
    "item title state remaining_km remaining_days due_odometer_km due_at due_earliest_at due_latest_at last_on assumed"
)
_BOOKING: Final = (
    "booking_id vin workshop_id workshop_name starts_at ends_at time_zone status version recommendation_ids reasons "
    "hold_expires_at adviser"
)
_EVENT: Final = (
    "event_id kind occurred_at booking_id vin workshop_id status version starts_at ends_at finding_id severity"
)
_SUBSCRIBERS: Final = {"workshop_manager": EVERYWHERE, "fleet_manager": EVERYWHERE}
_DELIVERY: Final = (
    "delivery_id kind booking_id occurred_at attempts attempted_at next_attempt_at delivered_at last_status "
    "last_problem"
)
_WAIT: Final = "entry_id workshop_id recommendation_ids from_at until_at created_at booking_id status"
_AT_WORK: Final = dict.fromkeys(_STAFF, "work_order")
_CONSENT: Final = "consent_id grantee_kind grantee scopes given_at starts_at ends_at withdrawn_at is_live"
_ENTRY: Final = "access_id read_at vin reader role organisation_id action relation"
_PREFERENCES: Final = "language time_zone quiet_since quiet_until channels"
_WORKSHOP: Final = (
    "workshop_id name address city latitude longitude time_zone notice_minutes horizon_days brands skills hours "
    "change_notice_minutes"
)
_KEPT: Final = (
    "quarantine_id vin reason disposition detail frames boot_id sequence received_at payload_bytes topic content_type "
    "attempts last_attempt_at redriven_at outcome redriven_by clock_offset_ms"
)
_BOOT: Final = (
    "boot_id boot_number highest_sequence known_from stored set_aside missing missing_messages repeats reported_drops "
    "first_recorded_at last_recorded_at last_received_at clock_behind_seconds is_newest_boot older_boots_have_gaps "
    "restored_at"
)

SECRET_ADDRESSES: Final = frozenset({"/calendars/{secret}.ics", "/due-calendars/{secret}.ics"})
"""Whoever knows the address may read it; test_calendars.py and test_reminders.py say what it opens and when it ends."""

PUBLIC: Final = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/oauth2-redirect"})
"""No token is asked for. Nothing here is about a car."""

TABLE: Final[Mapping[str, Row]] = {
    "GET /v1/vehicles": Row(
        _READERS | _OPERATOR,
        "list",
        fields="vin make model model_year drivetrain in_service_on",
    ),
    "GET /v1/vehicles/{vin}/health": Row(
        _READERS,
        fields="vin sentence findings codes latest_state",
        hidden={"latest_state": {"driver": "driver_health"} | dict.fromkeys(_STAFF, "consent_health")},
    ),
    "GET /v1/vehicles/{vin}/findings/{finding_id}/evidence.svg": Row(_READERS),
    "GET /v1/vehicles/{vin}/due": Row(
        _READERS_OF_MORE,
        fields="recommendation_id item title urgency due_at latest_safe_at reasons minutes finding_ids minutes_range "
        "cost_eur_range covered_by skills parts if_ignored",
    ),
    "GET /v1/vehicles/{vin}/due/changes": Row(
        _READERS_OF_MORE, fields="recommendation_id item kind changed_at urgency due_at latest_safe_at text"
    ),
    "GET /v1/vehicles/{vin}/plan": Row(
        _READERS_OF_MORE,
        fields="plan version usage km_per_day odometer items visits predictions guarantees verifications",
    ),
    "GET /v1/vehicles/{vin}/faults": Row(
        _READERS,
        fields="vin drive drive_advice faults work",
        hidden={"work": _OWNERS | {"driver": "driver_all driver_health"}},
    ),
    "POST /v1/vehicles/{vin}/faults/{fault_id}/test-results": Row(_REPAIRERS, good=202, fields="fault_id taken_at"),
    "PUT /v1/vehicles/{vin}/faults/{fault_id}/confirmed-cause": Row(_REPAIRERS, good=202, fields="fault_id taken_at"),
    "GET /v1/vehicles/{vin}/service-records": Row(_READERS_OF_MORE, fields="item performed_on odometer_km source note"),
    "POST /v1/vehicles/{vin}/service-records": Row(_RECORDERS, good=201, fields=_STATUS),
    "POST /v1/vehicles/{vin}/history-imports": Row(_RECORDERS, fields="lines changed errors"),
    "GET /v1/vehicles/{vin}/consents": Row(_OWNERS, fields=_CONSENT),
    "POST /v1/vehicles/{vin}/consents": Row(_OWNERS, good=201, fields=_CONSENT),
    "DELETE /v1/vehicles/{vin}/consents/{consent_id}": Row(_OWNERS, fields=_CONSENT),
    "GET /v1/vehicles/{vin}/access-log": Row(_OWNERS, fields=_ENTRY, hidden={"reader": _OWNERS}),
    "POST /v1/ownership-claims": Row(_CLAIMERS, "open", good=201, fields="claim_id ends_at"),
    "PUT /v1/ownership-claims/{claim_id}/proof": Row(_CLAIMERS, "open", good=404, fields="vin"),
    "DELETE /v1/vehicles/{vin}/ownership": Row(_OWNERS, good=204),
    "GET /v1/account": Row(
        {"owner": EVERYWHERE}, "open", fields="subject display_name contact vehicles bookings consents access_log"
    ),
    "POST /v1/account/erasure": Row({"owner": EVERYWHERE}, "open", good=202, fields="requested_at"),
    "GET /v1/reminders": Row(_CLAIMERS, "open", fields="reminder_id vin urgency made_at read_at title lines"),
    "PUT /v1/reminders/{reminder_id}/read": Row(
        _CLAIMERS, "open", good=404, fields="reminder_id vin urgency made_at read_at title lines"
    ),
    "GET /v1/reminder-preferences": Row(_CLAIMERS, "open", fields=_PREFERENCES),
    "PUT /v1/reminder-preferences": Row(_CLAIMERS, "open", fields=_PREFERENCES),
    "POST /v1/due-calendar-addresses": Row(_CLAIMERS, "open", good=201, fields="path"),
    "DELETE /v1/due-calendar-addresses": Row(_CLAIMERS, "open", good=204),
    "GET /v1/access-log": Row({"auditor": EVERYWHERE}, "open", fields=_ENTRY, hidden={"reader": {}}),
    "GET /v1/vehicles/{vin}/export": Row(_OWNERS | _OPERATOR),
    "GET /v1/fleet/export": Row(_OPERATOR, "open"),
    "GET /v1/workshops": Row(dict.fromkeys(ROLES, EVERYWHERE), "open", fields=_WORKSHOP),
    "GET /v1/workshops/{workshop_id}": Row(dict.fromkeys(ROLES, EVERYWHERE), "open", fields=_WORKSHOP),
    "PUT /v1/workshops/{workshop_id}": Row(_OPERATOR, "open", fields=_WORKSHOP),
    "POST /v1/slot-searches": Row(_BOOKERS, fields="slots reasons relaxations"),
    "POST /v1/bookings": Row(
        _BOOKERS,
        good=201,
        fields=_BOOKING,
        hidden={"reasons": dict.fromkeys(_DESK, "work_order consent_all")},
    ),
    "GET /v1/bookings": Row(_VISITS, "list", fields=_BOOKING, hidden={"reasons": dict.fromkeys(_STAFF, "work_order")}),
    "GET /v1/bookings/{booking_id}": Row(
        _VISITS, fields=_BOOKING, hidden={"reasons": dict.fromkeys(_STAFF, "work_order")}
    ),
    "PUT /v1/bookings/{booking_id}/start": Row(
        _CHANGERS, fields=_BOOKING, hidden={"reasons": dict.fromkeys(_DESK, "work_order")}
    ),
    "DELETE /v1/bookings/{booking_id}": Row(
        _CHANGERS, fields=_BOOKING, hidden={"reasons": dict.fromkeys(_DESK, "work_order")}
    ),
    "POST /v1/holds": Row(
        _BOOKERS,
        good=201,
        fields=_BOOKING,
        hidden={"reasons": dict.fromkeys(_DESK, "work_order consent_all")},
    ),
    "PUT /v1/bookings/{booking_id}/confirmation": Row(
        _CHANGERS, fields=_BOOKING, hidden={"reasons": dict.fromkeys(_DESK, "work_order")}
    ),
    "POST /v1/bookings/{booking_id}/steps": Row(_AT_WORK, fields=_BOOKING, hidden={"reasons": _AT_WORK}),
    "GET /v1/bookings/{booking_id}/visit": Row(
        _VISITS, fields="booking next_steps estimate closed_on done_items causes verifications events"
    ),
    "PUT /v1/bookings/{booking_id}/estimate": Row(_AT_WORK, fields=_BOOKING, hidden={"reasons": _AT_WORK}),
    "PUT /v1/bookings/{booking_id}/estimate/decision": Row(_OWNERS, fields=_BOOKING),
    "PUT /v1/bookings/{booking_id}/end": Row(_AT_WORK, fields=_BOOKING, hidden={"reasons": _AT_WORK}),
    "PUT /v1/bookings/{booking_id}/closing": Row(_AT_WORK, fields=_BOOKING, hidden={"reasons": _AT_WORK}),
    "GET /v1/events": Row(_VISITS, "list", fields=_EVENT),
    "GET /v1/events/stream": Row(dict.fromkeys(("owner", "driver", "fleet_manager", *_STAFF), EVERYWHERE), "open"),
    "GET /v1/bookings/{booking_id}/calendar.ics": Row(_VISITS),
    "POST /v1/bookings/{booking_id}/calendar-addresses": Row(_VISITS, good=201, fields="path"),
    "DELETE /v1/bookings/{booking_id}/calendar-addresses": Row(_VISITS, good=204),
    "POST /v1/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses": Row(
        dict.fromkeys(_DESK, "work_order"), good=201, fields="path"
    ),
    "DELETE /v1/workshops/{workshop_id}/bays/{resource_id}/calendar-addresses": Row(
        dict.fromkeys(_DESK, "work_order"), good=204
    ),
    "GET /v1/vehicles/{vin}/waiting": Row(_OWNERS | {"driver": "driver_all"}, fields=_WAIT),
    "POST /v1/vehicles/{vin}/waiting": Row(_OWNERS | {"driver": "driver_all"}, good=201, fields=_WAIT),
    "DELETE /v1/vehicles/{vin}/waiting/{entry_id}": Row(_OWNERS | {"driver": "driver_all"}, fields=_WAIT),
    "GET /v1/webhooks": Row(_SUBSCRIBERS, "open", fields="webhook_id url kinds created_at"),
    "POST /v1/webhooks": Row(_SUBSCRIBERS, "open", good=201, fields="webhook_id url kinds created_at secret"),
    "DELETE /v1/webhooks/{webhook_id}": Row(_SUBSCRIBERS, "open", good=404),
    "GET /v1/webhooks/{webhook_id}/deliveries": Row(_SUBSCRIBERS, "open", good=404, fields=_DELIVERY),
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/attempts": Row(
        _SUBSCRIBERS, "open", good=404, fields=_DELIVERY
    ),
    "GET /v1/operations/vehicles/{vin}/continuity": Row(_OPERATOR, fields=_BOOT),
    "GET /v1/operations/vehicles/{vin}/messages/{boot_id}/{sequence}": Row(_OPERATOR, fields="state places quarantine"),
    "GET /v1/operations/quarantine": Row(_OPERATOR, "open", fields=_KEPT),
    "GET /v1/operations/quarantine/{quarantine_id}": Row(_OPERATOR, "open", fields=f"{_KEPT} decoded advice"),
    "POST /v1/operations/redrives": Row(_OPERATOR, "open", good=202, fields="quarantine_ids passed_over"),
}
