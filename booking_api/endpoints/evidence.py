"""The evidence of a finding, as a picture."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Query, Response

from booking_api import error_texts, evidence
from booking_api.access import Access, find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database, LanguageOf, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.errors import UnknownZoneError
from diagnostics.pictures.svg import draw

_MEDIA_TYPE: Final = "image/svg+xml"
_PICTURE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The picture", "content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}},
    304: {"description": "The picture with the ETag in If-None-Match is still the one"},
}
_HEADERS: Final = {
    "Cache-Control": "private, no-cache",  # evidence grows: ask again, with the ETag
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Vary": "Authorization, Accept-Language",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(prefix="/v1/vehicles", tags=["vehicles"])


class SvgResponse(Response):
    media_type = _MEDIA_TYPE


@router.get("/{vin}/findings/{finding_id}/evidence.svg", response_class=SvgResponse, responses=_PICTURE)
async def read_evidence(
    vin: VinInPath,
    finding_id: UUID,
    access: Annotated[Access, Depends(access_to(Action.READ_HEALTH))],
    language: LanguageOf,
    connection: Database,
    time_zone: Annotated[str, Query(max_length=64, description="IANA name; the instants are told in it.")] = "UTC",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The values that the finding was judged by, the healthy band, the limit, first sign, finding and trouble codes.

    Signals of the car stand beside them for those who may see its state.
    """
    zone = _zone(time_zone)
    vehicle = await find_vehicle(connection, access, vin)
    decision = access.decide(vehicle)
    picture = await evidence.picture_of(
        connection,
        finding_id,
        vehicle_id=vehicle["vehicle_id"],
        language=language,
        zone=zone,
        with_signals=decision is not None and "latest_state" not in decision.hidden,
    )
    drawn = draw(picture).encode()
    tag = f'"{hashlib.sha256(drawn).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag, "Content-Language": language}
    if tag in (if_none_match or ""):
        return Response(status_code=304, headers=headers)
    return SvgResponse(drawn, headers=headers)


def _zone(name: str) -> ZoneInfo:
    """Raises UnknownZoneError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZoneError(error_texts.NO_ZONE) from error
