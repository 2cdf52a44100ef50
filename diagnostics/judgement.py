"""Where all rules stand with one car: memories and open alarms, as one JSON text. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from diagnostics import detectors, models
from diagnostics.alarms import Alarm, Watch
from diagnostics.detectors import RULES
from diagnostics.history import Car, ChargeSession, EngineStart, Item, ParkedReading, Regeneration, Trip
from diagnostics.rules import Memory, Rule


@dataclass
class Judgement:
    """`over` holds the alarms that ended since this was read."""

    memories: dict[str, Memory] = field(default_factory=dict)
    watches: dict[str, dict[str, Watch]] = field(default_factory=dict)
    over: list[Alarm] = field(default_factory=list)

    def take(self, item: Item, car: Car) -> None:
        for rule in _RULES[type(item)]:
            memory = self.memories.setdefault(rule.kind, {})
            watches = self.watches.setdefault(rule.kind, {})
            self.over.extend(rule.take(memory, watches, item, car))

    def alarms(self) -> list[Alarm]:
        """Those that ended, and those that last."""
        lasting = [
            watch.alarm(kind, component)
            for kind, watches in self.watches.items()
            for component, watch in watches.items()
            if watch.worst
        ]
        return [*self.over, *lasting]

    def dump(self) -> str:
        memories = {kind: memory for kind, memory in self.memories.items() if memory}
        watches = {
            kind: {component: watch.plain() for component, watch in of_kind.items()}
            for kind, of_kind in self.watches.items()
            if of_kind
        }
        return json.dumps([memories, watches], separators=(",", ":"))

    @classmethod
    def load(cls, text: str | None) -> Self:
        if text is None:
            return cls()
        memories, watches = json.loads(text)
        return cls(memories, {kind: _watches(of_kind) for kind, of_kind in watches.items()})


def _watches(of_kind: dict[str, Any]) -> dict[str, Watch]:
    return {component: Watch.from_plain(told) for component, told in of_kind.items()}


_RULES: Final[dict[type[Item], tuple[Rule, ...]]] = {
    kind: tuple(rule for rule in RULES.values() if kind in rule.judges)
    for kind in (Trip, ParkedReading, EngineStart, ChargeSession, Regeneration)
}


@cache
def rules_version() -> str:
    """Changes with every rule: what an older version remembers of a car is not read, the car is judged anew."""
    digest = hashlib.sha256()
    for folder in (Path(detectors.__file__).parent, Path(models.__file__).parent, Path(__file__).parent):
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
