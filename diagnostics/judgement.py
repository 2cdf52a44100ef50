"""Where all rules stand with one car: memories and open alarms, as one JSON text. Pure."""

from __future__ import annotations

import hashlib
import json
import marshal
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

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
        return cls() if text is None else cls.from_plain(json.loads(text))

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """From what JSON made of it, which becomes its own."""
        memories, watches = plain
        return cls(memories, {kind: _watches(of_kind) for kind, of_kind in watches.items()})


class _Kept(NamedTuple):
    """`copied` is a judgement as `marshal` copies plain values: a quarter of the time that JSON takes."""

    since: str | None
    items: Sequence[Item]
    car: Car
    copied: bytes
    over: tuple[Alarm, ...]

    def holds_for(self, since: str | None, items: Sequence[Item], car: Car) -> bool:
        same_car = _services(self.car) == _services(car) and self.car.specification == car.specification
        return same_car and self.since == since and self.items == items


class Judgements:
    """How far cars were judged without their newest item, which mostly is a trip that goes on and is judged anew.

    Only a shortcut: what is kept follows from what it is kept with, and counts where that is the same again.
    """

    def __init__(self, most_cars: int = 10_000) -> None:
        self._most_cars = most_cars
        self._by_vin: OrderedDict[str, _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_vin)

    def judge(self, since: str | None, items: Sequence[Item], car: Car) -> Judgement:
        """From a stored judgement on, by all of these items."""
        *earlier, newest = items
        judgement = self._judge(since, earlier, car) if earlier else Judgement.load(since)
        judgement.take(newest, car)
        return judgement

    def _judge(self, since: str | None, items: Sequence[Item], car: Car) -> Judgement:
        kept = self._by_vin.pop(car.vin, None)
        if kept is not None and kept.holds_for(since, items, car):
            judgement = Judgement.from_plain(marshal.loads(kept.copied))  # noqa: S302 - bytes of its own
            judgement.over = [*kept.over]
        else:
            judgement = Judgement.load(since)
            for item in items:
                judgement.take(item, car)
            copied = marshal.dumps(json.loads(judgement.dump()))
            kept = _Kept(since, items, car, copied, tuple(judgement.over))
        self._by_vin[car.vin] = kept
        if len(self._by_vin) > self._most_cars:
            self._by_vin.popitem(last=False)
        return judgement


def _services(car: Car) -> list[tuple[float, int]]:
    """What is normal for its model, without looking into the artefacts."""
    return [(one.from_s, id(one.artefact)) for one in car.fleet.services] if car.fleet else []


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
