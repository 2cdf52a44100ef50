"""What a car knew at the moment a code was set, by signal name. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from telemetry_schema.catalogue import signals_by_id, signals_by_name


def plain_freeze_frame(text: str | None) -> str | None:
    """`{"recorded_at_ms": …, "values": [{"signal": 61, "value": 90.0}]}` as `{"coolant_temperature_c": 90.0, …}`.

    Positions are left out, and so is what the catalogue does not know, which may be one.
    """
    if text is None:
        return None
    frame: dict[str, Any] = json.loads(text)
    values = frame.pop("values", [])
    named = {**frame, **dict(_named(value) for value in values)}
    return json.dumps({name: value for name, value in named.items() if _may_leave(name)}, ensure_ascii=False)


def _named(value: Mapping[str, Any]) -> tuple[str, Any]:
    signal = signals_by_id().get(value.get("signal", 0))
    return (signal.name if signal else "", value.get("value"))


def _may_leave(name: str) -> bool:
    signal = signals_by_name().get(name)
    return name == "recorded_at_ms" or (signal is not None and not signal.is_personal)
