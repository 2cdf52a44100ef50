"""What a car knew at the moment a code was set: the first and the last of an episode, by name with unit. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from telemetry_schema.catalogue import signals_by_id

_FURTHER: Final = "further_freeze_frames"
_FIRST_MS: Final = 946_684_800_000  # 2000-01-01: earlier is an ECU without a clock
_LAST_MS: Final = 253_402_300_799_000  # 9999-12-31, the last that Python can say


@dataclass(frozen=True, slots=True)
class FrozenAt:
    """One freeze frame as it was sent. `at_s` is None where the ECU gives no instant; `record` orders those."""

    at_s: float | None
    record: int
    sent: Mapping[str, Any]

    @property
    def order(self) -> tuple[float, int, str]:
        """Frames without an instant come first: mode $02 keeps the one that lit the lamp."""
        return self.at_s or 0.0, self.record, json.dumps(self.sent, sort_keys=True)

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """Value and unit by signal name. Positions are personal data and stay out, as does what has no name here."""
        named: dict[str, dict[str, Any]] = {}
        for told in self.sent.get("values", ()):
            signal = signals_by_id().get(int(told.get("signal", 0)))
            if signal is not None and not signal.is_personal:
                named[signal.name] = {"value": told.get("value"), "unit": signal.unit}
        return named

    def value(self, name: str) -> float | None:
        told = self.values.get(name)
        return None if told is None or told["value"] is None else float(told["value"])


@dataclass(frozen=True, slots=True)
class FrozenValues:
    """The freeze frames of an episode that are kept: the first and the last of all that were sent."""

    first: FrozenAt | None = None
    last: FrozenAt | None = None

    def with_those_of(self, told: Mapping[str, Any]) -> FrozenValues:
        """Together with the frames that a report sends of a code; in whichever order, the same two remain."""
        frames = [*(one for one in (self.first, self.last) if one), *_sent(told)]
        if not frames:
            return self
        return FrozenValues(min(frames, key=lambda one: one.order), max(frames, key=lambda one: one.order))


NOTHING_FROZEN: Final = FrozenValues()


def _sent(told: Mapping[str, Any]) -> Iterator[FrozenAt]:
    for sent in (told.get("freeze_frame"), *told.get(_FURTHER, ())):
        if sent:
            at_ms = int(sent.get("recorded_at_ms", 0))
            at_s = at_ms / 1000 if _FIRST_MS <= at_ms <= _LAST_MS else None
            yield FrozenAt(at_s, int(sent.get("record_number", 0)), sent)
