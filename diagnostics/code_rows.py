"""Lives, episodes and events of codes as rows of the schema `diagnostics`, without the vehicle. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from diagnostics.alarms import ADVISORY
from diagnostics.code_episodes import CodeEpisode, CodeLife, in_order
from diagnostics.code_groups import CodeGroup, over_of, rule_settings
from diagnostics.code_meaning import describe, severity_of
from diagnostics.code_suppression import Explanations, key_of
from diagnostics.findings import instant, milliseconds
from diagnostics.freeze_frames import FrozenAt

Row = dict[str, Any]
CodeRows = Mapping[str, Sequence[Row]]
"""Rows by table."""

_NAMESPACE: Final = UUID("c0f5e7d2-51f3-5b0e-8d3c-0a7f4f0c9b52")  # of events of codes; drawn once, never changed


def transition_rows(lives: Iterable[CodeLife], after_s: float = float("-inf")) -> list[Row]:
    """Rows of `code_transitions`, by ECU, code, instant and bit."""
    rows = [
        {"ecu": life.ecu, "code": life.text, "at": instant(one.at_s), "bit": one.bit, "is_set": one.is_set}
        for life in lives
        for one in life.transitions_after(after_s)
    ]
    return sorted(rows, key=lambda row: (row["ecu"], row["code"], row["at"], row["bit"]))


def rows_of(vin: str, lives: Sequence[CodeLife], explained: Explanations, after_s: float = float("-inf")) -> CodeRows:
    """What is stored of a car's codes, each table in the order of its query; of transitions those after an instant."""
    events = {key_of(member): event_id_of(vin, event) for event in explained.groups for member in event.members}
    return {
        "code_transitions": transition_rows(lives, after_s),
        "code_events": event_rows(vin, explained.groups),
        "code_episodes": [episode_row(one, explained, events.get(key_of(one))) for one in in_order(lives)],
    }


def episode_row(episode: CodeEpisode, explained: Explanations, event_id: UUID | None) -> Row:
    """A row of `code_episodes`."""
    suppression = explained.suppressed.get(key_of(episode))
    return _instants(episode) | {
        "ecu": episode.ecu,
        "code": episode.text,
        "system": episode.system,
        "code_number": episode.code,
        "status": episode.status,
        "ended_by": episode.ended_by,
        "event_id": event_id,
        "suppressed_by": suppression.rule if suppression else None,
        "suppression_reasons": dict(suppression.reasons) if suppression else None,
        "occurrences": episode.occurrences,
        "recurred": episode.recurred,
        "relapses": episode.relapses,
        "mil": episode.lamp,
        "lamps": dict(episode.lamps),
        "fault_detection_counter": episode.fault_detection_counter,
        "severity": severity_of(episode.text),
        "titles": describe(episode.text).languages(),
        "freeze_frame": dict(episode.freeze_frame) if episode.freeze_frame else None,
        "first_freeze_frame": _frozen(episode.frozen.first),
        "last_freeze_frame": _frozen(episode.frozen.last),
        "transitions": [[instant(at_s).isoformat(), status] for at_s, status in episode.transitions],
    }


def event_rows(vin: str, events: Iterable[CodeGroup]) -> list[Row]:
    """Rows of `code_events`, by beginning and id."""
    rows = [event_row(vin, event) for event in events]
    return sorted(rows, key=lambda row: (row["started_at"], row["event_id"].bytes))


def event_row(vin: str, event: CodeGroup) -> Row:
    """A row of `code_events`."""
    over_s = max(map(over_of, event.members))
    return {
        "event_id": event_id_of(vin, event),
        "rule": event.rule,
        "started_at": instant(event.started_s),
        "ended_at": None if over_s == float("inf") else instant(over_s),
        "lead_ecu": event.lead.ecu if event.lead else None,
        "lead_code": event.lead.text if event.lead else None,
        "voltage_v": event.voltage_v,
        "severity": ADVISORY if event.lead is None else max(severity_of(one.text) for one in event.members),
        "titles": describe(event.lead.text).languages() if event.lead else dict(rule_settings()[event.rule]["title"]),
        "members": [[one.ecu, one.text, instant(one.first_seen_s).isoformat()] for one in event.members],
    }


def event_id_of(vin: str, event: CodeGroup) -> UUID:
    """The same event of the same car has the same id, whenever and however often it is derived."""
    ecu = event.lead.ecu if event.lead else ""
    return uuid5(_NAMESPACE, f"{vin}|{event.rule}|{ecu}|{event.component}|{milliseconds(event.started_s)}")


def _instants(episode: CodeEpisode) -> Row:
    return {
        "first_seen_at": instant(episode.first_seen_s),
        "last_seen_at": instant(episode.last_seen_s),
        "raised_at": instant(episode.raised_s),
        "last_failed_at": _possible(episode.last_failed_s),
        "confirmed_at": _possible(episode.confirmed_s),
        "healed_at": _possible(episode.healed_s),
        "ended_at": _possible(episode.ended_s),
        "permanent_at": _possible(episode.permanent_s),
        "permanent_ended_at": _possible(episode.permanent_ended_s),
        "verified_at": _possible(episode.verified_s),
    }


def _frozen(frame: FrozenAt | None) -> Row | None:
    if frame is None:
        return None
    at = _possible(frame.at_s)
    return {"recorded_at": at and at.isoformat(), "record_number": frame.record, "values": frame.values}


def _possible(unix_s: float | None) -> datetime | None:
    return None if unix_s is None else instant(unix_s)
