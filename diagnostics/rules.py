"""The shape of a detector: what it needs, what it judges, when it is content again. Pure.

A rule sees a car's items one by one and keeps what it needs of earlier ones in its memory, which is plain JSON:
numbers, texts, lists and dicts of them. So one more item costs one step, however long the car is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnostics.alarms import Alarm, Verdict, Watch
from diagnostics.history import Car, History, Item, Trip

Memory = dict[str, Any]
Said = Iterable[tuple[str, Verdict]]
"""Verdicts by component, each at the instant of the item; nothing where the item cannot tell."""

Judge = Callable[[Memory, Any, Car], Said]
Trace = Callable[[Item, str], float | None]
"""What a quantity of the evidence reads at one item, for a component; None where the item does not tell."""


@dataclass(frozen=True)
class Rule:
    """`needs` are signals of the catalogue or `event.field` without which the rule is silent, `uses` help it.

    `judges` by kind of item. `healthy_to_end` healthy verdicts in a row end an alarm. `traces` by quantity: what a
    picture of the evidence shows over time. `made_of` by quantity: the signals to show beside it, where not all are.
    """

    kind: str
    needs: tuple[str, ...]
    judges: Mapping[type[Item], Judge]
    healthy_to_end: int
    uses: tuple[str, ...] = ()
    traces: Mapping[str, Trace] = field(default_factory=dict)
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, history: History) -> list[Alarm]:
        """Every alarm of a whole history, in the order in which they ended; those that last at the end."""
        memory: Memory = {}
        watches: dict[str, Watch] = {}
        over = [alarm for item in history.items() for alarm in self.take(memory, watches, item, history.car)]
        return [*over, *(watch.alarm(self.kind, name) for name, watch in watches.items() if watch.worst)]

    def take(self, memory: Memory, watches: dict[str, Watch], item: Item, car: Car) -> Iterable[Alarm]:
        """One item more; the alarms that it ended."""
        judge = self.judges.get(type(item))
        if judge is None:
            return
        for component, verdict in judge(memory, item, car):
            watch = watches.get(component)
            if watch is None:
                if not verdict.severity:
                    continue
                watch = watches[component] = Watch()
            if watch.take(verdict, self.healthy_to_end):
                yield watch.alarm(self.kind, component, verdict.at_s)
                del watches[component]


def keep(memory: Memory, name: str, value: Any, most: int) -> list[Any]:
    """Appends to the list `name` of the memory and returns its last `most`."""
    kept: list[Any] = memory.setdefault(name, [])
    kept.append(value)
    del kept[:-most]
    return kept


def of_trip(feature: str) -> Trace:
    """The trace of a quantity that is a feature of trips."""
    return lambda item, _component: item.features.get(feature) if isinstance(item, Trip) else None
