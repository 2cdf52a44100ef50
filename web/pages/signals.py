"""Signals of a car with zoom: the values as JSON, and the page that draws them."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from booking_api import evidence
from booking_api.access import find_vehicle
from booking_api.access_policy import Action
from booking_api.dependencies import Database
from booking_api.workbench import signals
from diagnostics.pictures.composition import label_of
from diagnostics.pictures.picture import Panel
from web.pages.garage import VinInPath
from web.templating import render
from web.visitors import Visitor, page_for

router = APIRouter(prefix="/cars/{vin}")
Reading = Annotated[Visitor, Depends(page_for(Action.READ_HEALTH))]
SignalName = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,80}$")]
Days = Annotated[int, Query(ge=1, le=60)]
_PRIVATE: Final = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}


@router.get("/signals")
async def signal_page(
    request: Request,
    vin: VinInPath,
    visitor: Reading,
    connection: Database,
    signal: SignalName | None = None,
    days: Days = 7,
) -> Response:
    """One signal over the last days; without scripts its lowest, mean and highest values."""
    access = visitor.access(Action.READ_HEALTH)
    vehicle = await signals.find_readable(connection, access, vin)
    names = {name: label_of(name, visitor.language) for name in await signals.signals_told(connection, vehicle)}
    chosen = signal or next(iter(names), None)
    panel = None
    if chosen:
        panel = await signals.signal_series(connection, access, vehicle, chosen, days, visitor.language)
    return render(request, visitor, "signals.html", vehicle=vehicle, names=names, chosen=chosen, days=days, panel=panel)


@router.get("/signals.json")
async def signal_values(
    vin: VinInPath, visitor: Reading, connection: Database, signal: SignalName, days: Days = 7
) -> Response:
    access = visitor.access(Action.READ_HEALTH)
    vehicle = await signals.find_readable(connection, access, vin)
    panel = await signals.signal_series(connection, access, vehicle, signal, days, visitor.language)
    return JSONResponse({"panels": [_values(panel)], "markers": []}, headers=_PRIVATE)


@router.get("/evidence/{finding_id}.json")
async def evidence_values(vin: VinInPath, finding_id: UUID, visitor: Reading, connection: Database) -> Response:
    """What the picture of a finding shows, to be drawn with zoom."""
    access = visitor.access(Action.READ_HEALTH)
    vehicle = await find_vehicle(connection, access, vin)
    decision = access.decide(vehicle)
    picture = await evidence.picture_of(
        connection,
        finding_id,
        vehicle_id=vehicle["vehicle_id"],
        language=visitor.language,
        zone=ZoneInfo(str(visitor.zone)),
        with_signals=decision is not None and "latest_state" not in decision.hidden,
    )
    markers = [{"kind": one.kind, "at_s": one.at_s} for one in picture.markers]
    panels = [_values(one) for one in picture.panels if one.points]
    return JSONResponse({"panels": panels, "markers": markers}, headers=_PRIVATE)


def _values(panel: Panel) -> dict[str, Any]:
    """By column, as charts want it: Unix seconds, and values in `unit`. `low` and `high` equal `value` where alone."""
    points = panel.points
    return {
        "label": panel.label,
        "unit": panel.unit,
        "at_s": [one.at_s for one in points],
        "value": [one.value for one in points],
        "low": [one.value if one.low is None else one.low for one in points],
        "high": [one.value if one.high is None else one.high for one in points],
        "threshold": panel.threshold,
        "healthy_low": panel.healthy_low,
        "healthy_high": panel.healthy_high,
    }
