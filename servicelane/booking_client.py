"""Books as an owner's app would: over HTTP, with the owner's token, through the public API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import httpx

from servicelane.summary import Booked, Offered

SHOWN: Final = 3
"""So many slots an app shows first."""

WISHES: Final = {"position": {"latitude": 52.5, "longitude": 13.42}, "day_part": "morning"}
"""The demo's owners live in the middle of Berlin and would rather come in the morning."""


class BookingError(RuntimeError):
    """The API refused; the message is its problem document."""


async def book_most_urgent(api_url: str, token: str, vin: str, recommendation_ids: list[str]) -> Booked:
    """Looks how the car is, searches slots for these recommendations, holds the recommended one and confirms it."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    async with httpx.AsyncClient(base_url=api_url, headers=headers, timeout=30) as client:
        health = await _ask(client, "GET", f"/v1/vehicles/{vin}/health")
        wanted = {"vin": vin, "recommendation_ids": recommendation_ids}
        found = await _ask(client, "POST", "/v1/slot-searches", wanted | WISHES)
        if not found["slots"]:
            raise BookingError(f"no slot for {vin[-6:]}: {found.get('reasons')}")
        slot = found["slots"][0]
        place = {name: slot[name] for name in ("workshop_id", "starts_at")}
        held = await _ask(client, "POST", "/v1/holds", {**wanted, **place})
        booked = await _ask(client, "PUT", f"/v1/bookings/{held['booking_id']}/confirmation")
        visit = await _ask(client, "GET", f"/v1/bookings/{held['booking_id']}/visit")
    return Booked(
        vin=vin,
        workshop=slot["workshop_name"],
        starts_at=datetime.fromisoformat(booked["starts_at"]),
        reasons=tuple(slot["reasons"]),
        health=health["sentence"],
        offered=tuple(map(_offered, found["slots"][:SHOWN])),
        events=tuple(event["kind"] for event in visit["events"]),
    )


def _offered(slot: dict[str, Any]) -> Offered:
    starts_at = datetime.fromisoformat(slot["starts_at"])
    return Offered(slot["workshop_name"], starts_at, tuple(slot["labels"]), tuple(slot["reasons"]))


async def _ask(client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await client.request(method, path, json=body)
    if answer.is_error:
        raise BookingError(f"{path} answered {answer.status_code}: {answer.text}")
    parsed: dict[str, Any] = answer.json()
    return parsed
