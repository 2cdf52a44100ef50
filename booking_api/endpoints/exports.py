"""Data out: one car's, or the fleet's, as a file that is written while it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request

from booking_api import data_out
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.dependencies import Database, ExportDatabase, access_to
from booking_api.endpoints.vehicles import VinInPath
from booking_api.export_response import ExportResponse
from booking_api.schemas import ExportQuery
from data_export import service
from data_export.layout import ExportFormat
from data_export.models import ExportRequest, Plan
from database.connection import Connection
from observability.metrics import EXPORTED_ROWS, EXPORTS

_MEDIA_TYPES: Final[dict[ExportFormat, str]] = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in _MEDIA_TYPES.values()},
    }
}

router = APIRouter(prefix="/v1", tags=["exports"])
Accept = Annotated[str | None, Header(include_in_schema=False)]


@router.get("/vehicles/{vin}/export", status_code=200, response_class=ExportResponse, responses=_FILE)
async def export_vehicle(
    vin: VinInPath,
    asked: Annotated[ExportQuery, Query()],
    request: Request,
    access: Annotated[Access, Depends(access_to(Action.EXPORT_VEHICLE))],
    connection: Database,
    open_export: ExportDatabase,
    accept: Accept = None,
) -> ExportResponse:
    """One car's signals, events, codes, code reports or findings. Owners get what was recorded since the car is theirs.

    The file says its units, its catalogue version and its period; `data_export.reader` reads it (docs/data-out.md).
    """
    wanted = await data_out.of_vehicle(connection, access, vin, _request(asked, accept))
    return await _answer(request, await open_export(), wanted, access.now)


@router.get("/fleet/export", status_code=200, response_class=ExportResponse, responses=_FILE)
async def export_fleet(
    asked: Annotated[ExportQuery, Query()],
    request: Request,
    access: Annotated[Access, Depends(access_to(Action.EXPORT_FLEET))],
    connection: Database,
    open_export: ExportDatabase,
    accept: Accept = None,
) -> ExportResponse:
    """The same of every car, one after another, for operators. There are no positions in it."""
    wanted = await data_out.of_fleet(connection, access, _request(asked, accept))
    return await _answer(request, await open_export(), wanted, access.now)


def _request(asked: ExportQuery, accept: str | None) -> ExportRequest:
    """As it was asked for, before it is said of which cars."""
    wants_csv = accept is not None and "text/csv" in accept.lower()
    return ExportRequest(
        what=asked.what,
        from_at=asked.from_,
        to_at=asked.to,
        vins=None,
        format=asked.format or ("csv" if wants_csv else "parquet"),
        signals=None if asked.signals is None else tuple(asked.signals.split(",")),
        with_positions=asked.positions,
        pseudonym_salt=data_out.new_salt() if asked.pseudonymous else None,
    )


async def _answer(request: Request, connection: Connection, wanted: ExportRequest, now: datetime) -> ExportResponse:
    """What can be refused is refused here, before the status leaves."""
    await service.begin(connection)
    plan = await service.plan(connection, wanted, now)
    settings = request.app.state.settings

    def ended(outcome: str) -> None:
        EXPORTS.labels(wanted.what, outcome).inc()
        EXPORTED_ROWS.labels(wanted.what).inc(plan.progress.rows)

    return ExportResponse(
        service.chunks(connection, plan),
        media_type=_MEDIA_TYPES[wanted.format],
        headers={"Content-Disposition": f'attachment; filename="{file_name(plan)}"', "Cache-Control": "no-store"},
        limit_seconds=settings.export_limit_seconds,
        stall_seconds=settings.export_stall_seconds,
        ended=ended,
    )


def file_name(plan: Plan) -> str:
    """`servicelane-signals-fleet-20260301-20260401.parquet`."""
    request = plan.request
    vins = request.vins if not request.is_pseudonymous else None
    of = vins[0] if vins else "fleet" if request.vins is None else "vehicle"
    days = (f"{at.astimezone(UTC):%Y%m%d}" for at in (request.from_at, request.to_at))
    return f"servicelane-{'-'.join((request.what, of, *days))}.{request.format}"
