"""Events, code reports and command results as rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from telemetry_schema.batches import read_clock_quality, read_drop
from telemetry_schema.code_reports import report_words
from telemetry_schema.events import event_details, event_kind
from telemetry_schema.frames import DropReport
from telemetry_schema.generated import servicelane_v1_pb2 as wire

Row = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_INSTANT_MS = 253_402_300_799_000  # 9999-12-31, the last that Python and the client libraries can say


def event_row(vehicle_id: int, event: wire.Event, received_at: datetime) -> Row:
    """A row of `telemetry.events`."""
    row = _common(vehicle_id, event, received_at)
    return row | {"kind": event_kind(event), "details": Jsonb(event_details(event))}


def dtc_report_row(vehicle_id: int, event: wire.Event, received_at: datetime) -> Row:
    """A row of `telemetry.dtc_reports`."""
    details = event_details(event)
    row = _common(vehicle_id, event, received_at)
    row |= {name: details[name] for name in ("ecu", "complete", "cleared")}
    told = report_words(event.dtc_report)
    return row | told | {"codes": Jsonb(details.get("codes", [])), "lamps": Jsonb(told["lamps"])}


def command_result_row(vehicle_id: int, result: wire.CommandResult, received_at: datetime) -> Row:
    """A row of `telemetry.command_results`."""
    return {
        "vehicle_id": vehicle_id,
        "boot_id": UUID(bytes=result.boot_id),
        "sequence": result.sequence,
        "recorded_at": instant(result.recorded_at_ms),
        "received_at": received_at,
        "command_id": result.command_id,
        "status": _status_name(result.status),
        "reason": result.reason,
    }


def _status_name(number: int) -> str:
    """`unknown` where a newer car sent a status that is not known here."""
    known = wire.CommandResult.Status.values()
    status = wire.CommandResult.Status.ValueType(number) if number in known else wire.CommandResult.STATUS_UNKNOWN
    return wire.CommandResult.Status.Name(status).removeprefix("STATUS_").lower()


def drop_rows(vehicle_id: int, boot_id: UUID, sequence: int, drops: Iterable[DropReport]) -> list[Row]:
    """Rows of `telemetry.drops`: what a car reports to have given up."""
    return [
        {
            "vehicle_id": vehicle_id,
            "boot_id": boot_id,
            "sequence": sequence,
            "position": position,
            "reason": drop.reason,
            "priority": drop.priority,
            "frames": min(drop.frames, 2**63 - 1),
            "from_recorded_at": _possible_instant(drop.from_recorded_at_ms),
            "to_recorded_at": _possible_instant(drop.to_recorded_at_ms),
        }
        for position, drop in enumerate(drops)
    ]


def reported_drops(event: wire.Event) -> list[DropReport]:
    return [read_drop(drop) for drop in event.buffer_drops.drops]


def instant(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)


def unix_ms(instant: datetime) -> int:
    """Rounded down; the inverse of `instant`."""
    return (instant - _EPOCH) // _MILLISECOND


def _possible_instant(unix_ms: int) -> datetime | None:
    return instant(unix_ms) if 0 < unix_ms < _LAST_INSTANT_MS else None


def _common(vehicle_id: int, event: wire.Event, received_at: datetime) -> Row:
    return {
        "vehicle_id": vehicle_id,
        "boot_id": UUID(bytes=event.boot_id),
        "sequence": event.sequence,
        "boot_number": event.boot_number,
        "recorded_at": instant(event.recorded_at_ms),
        "received_at": received_at,
        "clock_quality": read_clock_quality(event.clock_quality).value,
        "odometer_km": event.odometer_km if event.HasField("odometer_km") else None,
    }
