"""Books as an owner's app would: over HTTP, with the owner's token, through the public API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from servicelane.summary import Booked


class BookingError(RuntimeError):
    """The API refused; the message is its problem document."""


async def book_most_urgent(api_url: str, token: str, vin: str, recommendation_ids: list[str]) -> Booked:
    """Searches slots for these recommendations and books the one that is recommended."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    async with httpx.AsyncClient(base_url=api_url, headers=headers, timeout=30) as client:
        found = await _post(client, "/v1/slot-searches", {"vin": vin, "recommendation_ids": recommendation_ids})
        if not found["slots"]:
            raise BookingError(f"no slot for {vin[-6:]}: {found.get('reasons')}")
        slot = found["slots"][0]
        booked = await _post(
            client,
            "/v1/bookings",
            {
                "vin": vin,
                "workshop_id": slot["workshop_id"],
                "starts_at": slot["starts_at"],
                "recommendation_ids": recommendation_ids,
            },
        )
    return Booked(
        vin=vin,
        workshop=slot["workshop_name"],
        starts_at=datetime.fromisoformat(booked["starts_at"]),
        reasons=tuple(slot["reasons"]),
    )


async def _post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    if answer.is_error:
        raise BookingError(f"{path} answered {answer.status_code}: {answer.text}")
    parsed: dict[str, Any] = answer.json()
    return parsed
