"""Everything that detectors may look at of one car, oldest first. Pure.

An item is what a detector judges at once: a trip, a start, an hour of standing, a charge session, a regeneration.
`at_s` is the instant at which it is complete; items of one car are judged in that order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from diagnostics.code_episodes import CodeEpisode

if TYPE_CHECKING:
    from diagnostics.models.in_service import FleetModels


@dataclass(frozen=True, slots=True)
class Car:
    """`fleet`: the artefacts that say what is normal for its model, None where there are none."""

    vin: str
    drivetrain: str
    specification: Mapping[str, Any]
    fleet: FleetModels | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip as detectors see it. Instants are Unix seconds; a feature that the car cannot give is missing."""

    started_s: float
    ended_s: float
    features: Mapping[str, float]

    @property
    def at_s(self) -> float:
        return self.ended_s


@dataclass(frozen=True, slots=True)
class ParkedReading:
    """What a car told within an hour of standing: tyres at 20 °C, rest voltage, cells."""

    at_s: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EngineStart:
    """A start as the car reported it; volts, °C and hours, None where it does not say."""

    at_s: float
    minimum_v: float | None
    rest_v: float | None
    temperature_c: float | None
    parked_hours: float | None = None


@dataclass(frozen=True, slots=True)
class ChargeSession:
    """One charge of the traction battery."""

    at_s: float
    start_percent: float
    end_percent: float
    charge_ah: float
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class Regeneration:
    """One regeneration of the particulate filter, completed or broken off; `at_s` is its end."""

    at_s: float
    completed: bool
    soot_before_g: float
    soot_after_g: float
    distance_km: float | None = None
    started_at_ms: int | None = None


Moment = EngineStart | ChargeSession | Regeneration
Item = Trip | ParkedReading | Moment
MOMENTS: Final[Mapping[str, type[Moment]]] = {
    "engine_start": EngineStart,
    "charge_session": ChargeSession,
    "regeneration": Regeneration,
}
"""By kind of event."""

_TOLD: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "engine_start": {
        "minimum_v": ("crank_minimum_voltage_v",),
        "rest_v": ("rest_voltage_v",),
        "temperature_c": ("battery_temperature_c", "ambient_temperature_c"),
        "parked_hours": ("parked_hours",),
    },
    "charge_session": {
        "start_percent": ("state_of_charge_start_percent",),
        "end_percent": ("state_of_charge_end_percent",),
        "charge_ah": ("charge_ah",),
        "temperature_c": ("battery_temperature_c",),
    },
    "regeneration": {
        "completed": ("completed",),
        "soot_before_g": ("soot_before_g",),
        "soot_after_g": ("soot_after_g",),
        "distance_km": ("distance_since_last_km",),
        "started_at_ms": ("started_at_ms",),
    },
}
"""By kind of event and field of ours, the fields on the wire of which the first that is told counts."""


def moment_of(kind: str, at_s: float, details: Mapping[str, Any]) -> Moment:
    """`details` are the kind's fields as on the wire."""
    told = {name: next((details[one] for one in wire if one in details), None) for name, wire in _TOLD[kind].items()}
    return MOMENTS[kind](at_s=at_s, **told)  # type: ignore[arg-type]


def moment_features(moment: Moment) -> dict[str, Any]:
    """What is stored of it: its fields but the instant."""
    return {one.name: getattr(moment, one.name) for one in fields(moment) if one.name != "at_s"}


def kind_of(moment: Moment) -> str:
    return next(kind for kind, of_type in MOMENTS.items() if isinstance(moment, of_type))


_ORDER: Final = {EngineStart: 0, Trip: 1, Regeneration: 2, ChargeSession: 3, ParkedReading: 4}


def in_order(items: Sequence[Item]) -> list[Item]:
    """By instant; of one instant in a fixed order of kinds."""
    return sorted(items, key=lambda item: (item.at_s, _ORDER[type(item)]))


@dataclass(frozen=True, slots=True)
class History:
    vin: str
    drivetrain: str
    specification: Mapping[str, Any]
    trips: Sequence[Trip] = ()
    starts: Sequence[EngineStart] = ()
    parked: Sequence[ParkedReading] = ()
    episodes: Sequence[CodeEpisode] = field(default=())
    charges: Sequence[ChargeSession] = ()
    regenerations: Sequence[Regeneration] = ()
    fleet: FleetModels | None = None

    @property
    def car(self) -> Car:
        return Car(self.vin, self.drivetrain, self.specification, self.fleet)

    def items(self) -> Iterator[Item]:
        yield from in_order([*self.trips, *self.starts, *self.parked, *self.charges, *self.regenerations])
