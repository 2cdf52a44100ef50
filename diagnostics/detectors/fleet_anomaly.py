"""A car that is unlike others of its model, in one regime: an advisory, never more.

Judged by a trained artefact (docs/models.md): the median of the last readings of a regime (idle, warming up, in town,
on the open road, a start, parked, at the charger), brought to the same conditions, is farther from the fleet than sound
cars get, on three windows in a row. The finding names up to three quantities that lie farthest off, each with its value
and the band of a sound car. Twelve readings within the fleet end it. After that nothing is said of the same regime for
half a year: a sound car at the edge of its fleet comes and goes.

Silent without an artefact in service for the car's model, under conditions that training never saw, about what the car
does not tell and about what reads exactly the same time after time. Does not work for a fault that most of the fleet
has, nor for one that was there in every car of the training; and it does not know what is broken: rules and codes do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from diagnostics.alarms import ADVISORY, Evidence, Verdict
from diagnostics.history import Car, ChargeSession, EngineStart, Item, ParkedReading, Trip
from diagnostics.models.artefact import SHORT, Artefact
from diagnostics.models.following import Standing, follow
from diagnostics.models.normal import BAND_SPREADS
from diagnostics.models.regimes import REGIMES, Observation, Quantity, observations, quantities
from diagnostics.rules import Memory, Rule, Said, Trace

KIND: Final = "fleet_anomaly"
_NAMED: Final = 3
_HEALTHY_TO_END: Final = 12
_QUIET_S: Final = 182 * 86_400.0


def _judge(memory: Memory, item: Item, car: Car) -> Said:
    artefact = car.fleet.at(item.at_s) if car.fleet is not None else None
    yield from _relieved(memory, artefact, item.at_s)
    if artefact is None:
        return
    for observation in observations(item, car):
        if observation.regime not in artefact.judges:
            continue
        normal = artefact.normals[observation.regime]
        kept = memory.setdefault(observation.regime, {})
        standing = follow(kept, REGIMES[observation.regime], normal, observation)
        if standing is not None:
            yield from _said(kept, artefact, observation, standing)


def _relieved(memory: Memory, artefact: Artefact | None, at_s: float) -> Said:
    """Another artefact begins anew; what the one before it had found is over."""
    before: str = memory.get("artefact", "")
    now = artefact.artefact_id if artefact else ""
    if before == now:
        return
    regimes = [name for name in REGIMES if name in memory]
    memory.clear()
    if now:
        memory["artefact"] = now
    for name in regimes:
        yield from [(component(name, before), Verdict(at_s))] * _HEALTHY_TO_END


def _said(kept: Memory, artefact: Artefact, observation: Observation, standing: Standing) -> Said:
    threshold = artefact.normals[observation.regime].threshold
    named = component(observation.regime, artefact.artefact_id)
    if standing.distance <= threshold:
        kept.pop("since", None)
        _end(kept, observation.at_s)
        yield named, Verdict(observation.at_s)
        return
    since_s = kept.setdefault("since", observation.at_s)
    if standing.lasting > threshold and observation.at_s >= kept.get("quiet_until", 0.0):
        kept["healthy"] = 0
        evidence = tuple(_evidence(artefact, observation, standing))
        yield named, Verdict(observation.at_s, ADVISORY, evidence, since_s)


def _end(kept: Memory, at_s: float) -> None:
    """Counts what is within the fleet since it was last told of; `healthy` is there while that has not ended."""
    if "healthy" not in kept:
        return
    kept["healthy"] += 1
    if kept["healthy"] >= _HEALTHY_TO_END:
        del kept["healthy"]
        kept["quiet_until"] = at_s + _QUIET_S


def _evidence(artefact: Artefact, observation: Observation, standing: Standing) -> Iterator[Evidence]:
    """What lies farthest off first; always one, others only where they are outside of their bands."""
    normal, of_regime = artefact.normals[observation.regime], REGIMES[observation.regime].quantities
    for place, sign in enumerate(normal.signs(standing.window, np.array(observation.conditions))[:_NAMED]):
        if place and sign.spreads <= BAND_SPREADS:
            return
        limit = sign.low if sign.value < (sign.low + sign.high) / 2 else sign.high
        quantity = of_regime[sign.place].name
        yield Evidence(observation.at_s, quantity, sign.value, limit, sign.low, sign.high)


def component(regime: str, artefact_id: str) -> str:
    """The regime and the artefact that judged it: both are part of what a finding says, and so of its id."""
    return f"{regime}@{artefact_id[:SHORT]}"


def _trace(quantity: Quantity) -> Trace:
    """In the regime that the finding is of, as the car told it, not brought to one condition."""

    def read(item: Item, named: str) -> float | None:
        regime = REGIMES.get(named.partition("@")[0])
        if regime is None or not isinstance(item, regime.item) or not regime.holds(item):
            return None
        value = quantity.reads(item)
        return value if value is not None and quantity.low <= value <= quantity.high else None

    return read


RULE: Final = Rule(
    KIND,
    needs=tuple(dict.fromkeys(name for one in quantities().values() for name in one.signals)),  # one of them at least
    judges=dict.fromkeys((Trip, EngineStart, ParkedReading, ChargeSession), _judge),
    healthy_to_end=_HEALTHY_TO_END,
    traces={name: _trace(one) for name, one in quantities().items()},
    made_of={name: one.signals for name, one in quantities().items()},
)
