"""What the access matrix sends: requests that would do, were they allowed."""

from __future__ import annotations

from typing import Any, Final

from tests.booking_api.conftest import booking_of, start

DESCRIBED: Final[dict[str, Any]] = {
    "workshop_id": "workshop-1",
    "name": "Workshop",
    "address": "Example Street 1",
    "city": "Exampletown",
    "latitude_deg": 52.5,
    "longitude_deg": 13.4,
    "time_zone": "Europe/Berlin",
    "notice_minutes": 60,
    "horizon_days": 30,
    "hours": [{"weekdays": [0], "opens": "08:00", "closes": "12:00"}],
    "resources": [{"kind": "bay", "name": "bay-0"}],
}
NIGHT: Final = {"quiet_since": "22:00", "quiet_until": "07:00"}
LINE: Final = {"title": "Brake pads", "urgency": "red", "minutes": 60, "cost_eur": 180}


def requests_about(vin: str, place: str, visit: dict[str, str], quarantine_id: int) -> dict[str, dict[str, Any]]:
    """By method and path; `place`: the workshop that is booked at, `visit`: the one that has begun."""
    return {
        "POST /v1/vehicles/{vin}/faults/{fault_id}/test-results": {
            "json": {"check": "read_all_codes", "result": "positive", **visit}
        },
        "PUT /v1/vehicles/{vin}/faults/{fault_id}/confirmed-cause": {"json": {"cause": "other", **visit}},
        "POST /v1/vehicles/{vin}/consents": {
            "json": {"grantee_kind": "driver", "grantee": "x", "scopes": ["due"], "ends_at": start(days=2)}
        },
        "POST /v1/vehicles/{vin}/service-records": {"json": {"items": ["engine_oil"], "performed_on": "2026-03-01"}},
        "POST /v1/vehicles/{vin}/history-imports": {
            "content": "item,performed_on,odometer\nengine_oil,2026-03-01,12000\n",
            "headers": {"Content-Type": "text/csv"},
        },
        "PUT /v1/ownership-claims/{claim_id}/proof": {"json": {"certificate": "", "signature": ""}},
        "PUT /v1/workshops/{workshop_id}": {"json": DESCRIBED, "headers": {"If-Match": "*"}},
        "POST /v1/holds": {"json": booking_of(start(days=2), vin, place)},
        "POST /v1/bookings/{booking_id}/steps": {"json": {"step": "check_in"}, "headers": {"If-Match": "*"}},
        "POST /v1/vehicles/{vin}/waiting": {
            "json": {"workshop_id": "workshop-2", "from": start(days=2), "until": start(days=9)}
        },
        "POST /v1/webhooks": {"json": {"url": "https://example.org/visits"}},
        "PUT /v1/bookings/{booking_id}/estimate": {
            "json": {"lines": [LINE]},
            "headers": {"If-Match": "*"},
        },
        "PUT /v1/bookings/{booking_id}/estimate/decision": {
            "json": {"approved": [1]},
            "headers": {"If-Match": "*"},
        },
        "PUT /v1/bookings/{booking_id}/end": {
            "json": {"ends_at": start(days=1, hour=9, minute=15)},
            "headers": {"If-Match": "*"},
        },
        "PUT /v1/bookings/{booking_id}/closing": {"json": {}, "headers": {"If-Match": "*"}},
        "GET /v1/events/stream": {"params": {"for_seconds": 0}},
        "PUT /v1/reminder-preferences": {
            "json": {**NIGHT, "language": "en", "time_zone": "UTC", "channels": []},
            "headers": {"If-Match": "*"},
        },
        "POST /v1/slot-searches": {"json": {"vin": vin}},
        "POST /v1/bookings": {"json": booking_of(start(days=2), vin, place)},
        "PUT /v1/bookings/{booking_id}/start": {"json": {"starts_at": start(days=2)}, "headers": {"If-Match": "*"}},
        "POST /v1/operations/redrives": {"json": {"quarantine_ids": [quarantine_id]}},
    }
