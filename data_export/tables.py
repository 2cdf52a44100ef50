"""The tables that leave, and what each of their columns is. Pure.

Which way a message came (boot, sequence, frame) stays inside: it says nothing of the car, and would join exports under
pseudonyms with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from data_export.choices import EXTRA
from data_export.freeze_frames import plain_freeze_frame
from data_export.layout import ExportColumn, What
from data_export.models import Row, Table
from telemetry_schema.catalogue import Signal

_FINDING_ID: Final = "finding_id"
_RECORDED_AT: Final = ExportColumn("recorded_at", "instant", description="By the car's clock")
_RECEIVED_AT: Final = ExportColumn("received_at", "instant", description="By Servicelane's clock, on arrival")
_ODOMETER: Final = ExportColumn("odometer_km", "double precision", "km", "Total distance at that moment")
_ECU: Final = ExportColumn("ecu", "text", description="Control unit, by name or address")
_CODE: Final = ExportColumn("code", "text", description="SAE J2012 code and failure type byte, or J1939 SPN and FMI")
_SYSTEM: Final = ExportColumn("system", "text", description="uds, obd or j1939")
_FREEZE_FRAME: Final = ExportColumn("freeze_frame", "json", description="Values by signal when the code was set")
_SEVERITY: Final = ExportColumn("severity", "smallint", description="1 advisory, 2 plan a visit, 3 soon, 4 stop")
_EXTRA: Final = ExportColumn(EXTRA, "json", description="Signals beyond the catalogue, by their number")

_SAMPLES: Final = Table(
    "signals",
    "fetch_samples",
    (
        _RECORDED_AT,
        _RECEIVED_AT,
        ExportColumn("clock_quality", "smallint", description="0 unknown, 1 synchronised, 2 free running, 3 never set"),
        ExportColumn("late", "boolean", description="Arrived long after it was recorded"),
    ),
)
_EVENTS: Final = Table(
    "events",
    "fetch_events",
    (
        _RECORDED_AT,
        _RECEIVED_AT,
        ExportColumn("kind", "text", description="engine_start, trip_summary, regeneration, charge_session, …"),
        _ODOMETER,
        ExportColumn("details", "json", description="The fields of the kind; their names carry the units"),
    ),
)
_CODE_REPORTS: Final = Table(
    "code_reports",
    "fetch_code_reports",
    (
        _RECORDED_AT,
        _RECEIVED_AT,
        _ECU,
        _SYSTEM,
        ExportColumn("scope", "text", description="Which list: memory, pending, confirmed, permanent, active, …"),
        ExportColumn("complete", "boolean", description="The whole list: a code that is missing is no longer on it"),
        ExportColumn("cleared", "boolean", description="A tester cleared the memory just before"),
        _ODOMETER,
        replace(_CODE, description="As in codes; none: the list was empty"),
        ExportColumn("status", "integer", description="ISO 14229-1 status byte"),
        ExportColumn("occurrences", "bigint", description="As the control unit counts"),
        _FREEZE_FRAME,
    ),
)
_CODES: Final = Table(
    "codes",
    "fetch_code_episodes",
    (
        _ECU,
        _CODE,
        ExportColumn("status", "text", description="pending, confirmed, healed, cleared or gone"),
        ExportColumn("first_seen_at", "instant"),
        ExportColumn("last_seen_at", "instant"),
        ExportColumn("confirmed_at", "instant"),
        ExportColumn("healed_at", "instant"),
        ExportColumn("ended_at", "instant", description="None: still there"),
        ExportColumn("occurrences", "integer"),
        ExportColumn("recurred", "boolean", description="It had been there before"),
        ExportColumn("mil", "boolean", description="It asked for the malfunction lamp"),
        _SEVERITY,
        ExportColumn("title_en", "text"),
        ExportColumn("title_zh", "text"),
        _FREEZE_FRAME,
        ExportColumn("transitions", "json", description="Instant and status at each change"),
        _SYSTEM,
        ExportColumn("ended_by", "text", description="tester, ageing, passed, recurrence, memory or unseen"),
        ExportColumn("permanent_at", "instant", description="The ECU keeps it beyond any clearing (OBD mode $0A)"),
        ExportColumn("permanent_ended_at", "instant"),
        ExportColumn("verified_at", "instant", description="Its test passed after it had been cleared"),
    ),
)
_FINDINGS: Final = Table(
    "findings",
    "fetch_findings",
    (
        ExportColumn(_FINDING_ID, "text"),
        ExportColumn("kind", "text"),
        ExportColumn("component", "text"),
        _SEVERITY,
        ExportColumn("found_at", "instant", description="When the evidence was complete"),
        ExportColumn("onset_at", "instant", description="When it began, as far as is known"),
        ExportColumn("ended_at", "instant", description="None: still so"),
        ExportColumn("text_en", "text"),
        ExportColumn("text_zh", "text"),
        ExportColumn("evidence", "json"),
    ),
)
_TABLES: Final[Mapping[What, Table]] = {
    table.what: table for table in (_SAMPLES, _EVENTS, _CODE_REPORTS, _CODES, _FINDINGS)
}


def signal_table(chosen: Sequence[Signal], *, with_extra: bool) -> Table:
    """Samples with these signals. The query that reads positions is used where one of them is a position."""
    query = "fetch_samples_with_positions" if any(signal.is_personal for signal in chosen) else _SAMPLES.query
    extra = (_EXTRA,) if with_extra else ()
    return replace(_SAMPLES, query=query, columns=(*_SAMPLES.columns, *map(_signal_column, chosen), *extra))


def _signal_column(signal: Signal) -> ExportColumn:
    return ExportColumn(
        signal.name,
        signal.storage.value,
        signal.unit,
        signal.description,
        signal.id,
        signal.vss_path,
        signal.vss_scale,
    )


def table_of(what: What, *, pseudonymous: bool) -> Table:
    """Any table but that of the signals. A finding's id follows from its car, so it goes under no pseudonym."""
    table = _TABLES[what]
    columns = tuple(column for column in table.columns if not (pseudonymous and column.name == _FINDING_ID))
    return replace(table, columns=columns, revise=_revising_freeze_frames(columns))


def _revising_freeze_frames(columns: Sequence[ExportColumn]) -> Callable[[Row], Row] | None:
    if _FREEZE_FRAME not in columns:
        return None
    place = columns.index(_FREEZE_FRAME) + 1
    return lambda row: (*row[:place], plain_freeze_frame(row[place]), *row[place + 1 :])
