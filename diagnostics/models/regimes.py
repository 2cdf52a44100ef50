"""In which regimes a car is compared with its fleet, by which quantities, and what they depend on. Pure.

A regime is a kind of use in which a quantity of a sound car follows from a few conditions: standing at idle, warming
up, in town, on the open road, at a start, parked, at the charger. An item (a trip, a start, …) may tell of several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

from diagnostics.history import Car, ChargeSession, EngineStart, Item, ParkedReading, Trip

VERSION: Final = 1
"""Goes up when a quantity or a condition changes its meaning without changing its name."""

_WARM_AFTER_S: Final = 1500.0
OPEN_ROAD_KMH: Final = 60.0
_LEAST_CHARGED_PERCENT: Final = 30.0  # as the rule for the traction battery

Reads = Callable[[Item], float | None]
Knows = Callable[[Item, Car], float | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`name` has its words in `catalogue/words.yaml`, in `unit`; `signals` are what it is made of.

    Values outside of [`low`, `high`] are no reading. `least` is the smallest spread that means something: resolution
    and noise of the sensor [default, calibrate]. `may_rest`: the same value trip after trip is no stuck sensor.
    """

    name: str
    unit: str
    signals: tuple[str, ...]
    reads: Reads
    low: float
    high: float
    least: float
    may_rest: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a quantity depends on; where a car cannot tell it, the regime says nothing of that item."""

    name: str
    unit: str
    knows: Knows


@dataclass(frozen=True, slots=True)
class Regime:
    """`window` observations are looked at together, as their median."""

    name: str
    item: type[Item]
    holds: Callable[[Item], bool]
    quantities: tuple[Quantity, ...]
    conditions: tuple[Condition, ...]
    window: int

    def observe(self, item: Item, car: Car) -> Observation | None:
        """What the item says in this regime; None where it is of another one or tells too little."""
        if not isinstance(item, self.item) or not self.holds(item):
            return None
        conditions = tuple(one.knows(item, car) for one in self.conditions)
        values = tuple(_plausible(one, one.reads(item)) for one in self.quantities)
        if any(one is None or not isfinite(one) for one in conditions) or all(one is None for one in values):
            return None
        return Observation(self.name, item.at_s, values, tuple(float(one or 0.0) for one in conditions))


@dataclass(frozen=True, slots=True)
class Observation:
    """`values` in the order of the regime's quantities, None where the car does not tell; `conditions` all known."""

    regime: str
    at_s: float
    values: tuple[float | None, ...]
    conditions: tuple[float, ...]


def observations(item: Item, car: Car) -> Iterator[Observation]:
    for regime in _BY_ITEM.get(type(item), ()):
        observed = regime.observe(item, car)
        if observed is not None:
            yield observed


def _plausible(quantity: Quantity, value: float | None) -> float | None:
    return value if value is not None and quantity.low <= value <= quantity.high else None


def _of_trip(feature: str) -> Reads:
    return lambda item: item.features.get(feature) if isinstance(item, Trip) else None


def _of_stand(feature: str) -> Reads:
    return lambda item: item.features.get(feature) if isinstance(item, ParkedReading) else None


def _sag_v(item: Item) -> float | None:
    known = isinstance(item, EngineStart) and item.minimum_v is not None and item.rest_v is not None
    return item.rest_v - item.minimum_v if known else None  # type: ignore[union-attr,operator]


def _rest_v(item: Item) -> float | None:
    return item.rest_v if isinstance(item, EngineStart) else None


def _charge_ah_per_percent(item: Item) -> float | None:
    if not isinstance(item, ChargeSession):
        return None
    charged = (item.end_percent or 0.0) - (item.start_percent or 0.0)
    return (item.charge_ah or 0.0) / charged if charged >= _LEAST_CHARGED_PERCENT else None


def _hot_c(item: Item) -> float | None:
    """Of a trip that was long enough for any engine to get as warm as its thermostat lets it."""
    told = item.features if isinstance(item, Trip) else {}
    return told.get("coolant_hot_c") if told.get("seconds", 0.0) >= _WARM_AFTER_S else None


def _misfires(item: Item) -> list[float]:
    told = item.features.items() if isinstance(item, Trip) else ()
    return [100.0 * share for name, share in told if name.startswith("misfire_")]


def _misfire_percent(item: Item) -> float | None:
    shares = _misfires(item)
    return sum(shares) / len(shares) if shares else None


def _worst_misfire_percent(item: Item) -> float | None:
    shares = _misfires(item)
    return max(shares) - sum(shares) / len(shares) if shares else None


def _filling(item: Item) -> float | None:
    """Air by its meter, for the revolutions and the pressure in the manifold: g per 1,000 rev·kPa."""
    told = item.features if isinstance(item, Trip) else {}
    turned, pressure = told.get("revolutions", 0.0), told.get("manifold_level", 0.0)
    if "air_mass_level" not in told or turned < 100.0 or pressure < 5.0:
        return None
    return 1000.0 * told["air_mass_level"] * told.get("seconds", 0.0) / (turned * pressure)


def _soot_g_per_l(item: Item) -> float | None:
    told = item.features if isinstance(item, Trip) else {}
    litres = told.get("fuel_slow_l", 0.0) + told.get("fuel_fast_l", 0.0)
    return told["dpf_soot_gain_g"] / litres if "dpf_soot_gain_g" in told and litres > 0.3 else None


def _condition(name: str, unit: str, feature: str) -> Condition:
    return Condition(name, unit, lambda item, _car: item.features.get(feature))  # type: ignore[union-attr]


def _of_car(name: str, unit: str, key: str, otherwise: float) -> Condition:
    return Condition(name, unit, lambda _item, car: _number(car.specification.get(key), otherwise))


def _number(told: object, otherwise: float) -> float:
    return float(told) if isinstance(told, int | float) and isfinite(told) else otherwise


def _temperature(name: str) -> Condition:
    return Condition(name, "°C", lambda item, _car: getattr(item, "temperature_c", None))


_AIR = _condition("outside_air_c", "°C", "ambient_level")
_SPEED = _condition("speed_kmh", "km/h", "speed_kmh")
_SECONDS = _condition("duration_s", "s", "seconds")
_START = _condition("coolant_start_c", "°C", "coolant_start_c")
_ENGINE = _of_car("displacement_l", "l", "displacement_l", 0.0)

_VOLTAGE = ("system_voltage_v",)
_TRIMS = ("short_term_fuel_trim_1_percent", "long_term_fuel_trim_1_percent")
_COOLANT = ("coolant_temperature_c",)
_CELLS = ("traction_cell_voltage_min_v", "traction_cell_voltage_max_v")
_AIR_MASS = ("mass_air_flow_gps",)
_MISFIRES = ("misfire_count_cylinder_1",)


def _driven() -> tuple[Quantity, ...]:
    """What a trip tells wherever it leads."""
    return (
        Quantity("fleet_charging_v", "V", _VOLTAGE, _of_trip("charging_v"), 8.0, 18.0, 0.03),
        Quantity("fleet_ripple_v", "V", ("voltage_ripple_v",), _of_trip("ripple_v"), 0.0, 5.0, 0.02),
        Quantity("fleet_trim_percent", "%", _TRIMS, _of_trip("trim_percent"), -60.0, 60.0, 0.4),
        Quantity("fleet_trim_cruise_percent", "%", _TRIMS, _of_trip("trim_cruise_percent"), -60.0, 60.0, 0.4),
        Quantity("fleet_trim_load_percent", "%", _TRIMS, _of_trip("trim_load_percent"), -60.0, 60.0, 0.4),
        Quantity("fleet_coolant_hot_c", "°C", _COOLANT, _hot_c, 30.0, 140.0, 0.5),
        Quantity("fleet_misfire_percent", "%", _MISFIRES, _misfire_percent, 0.0, 100.0, 0.01, may_rest=True),
        Quantity(
            "fleet_misfire_worst_percent", "%", _MISFIRES, _worst_misfire_percent, 0.0, 100.0, 0.02, may_rest=True
        ),
        Quantity(
            "fleet_filling",
            "g/(krev kPa)",
            (*_AIR_MASS, "intake_manifold_pressure_kpa", "engine_speed_rpm"),
            _filling,
            0.05,
            60.0,
            0.02,
        ),
        Quantity(
            "fleet_filter_resistance_kpa",
            "kPa",
            ("dpf_differential_pressure_kpa", "exhaust_flow_kgph"),
            _of_trip("dpf_resistance"),
            0.0,
            100.0,
            0.03,
        ),
        Quantity("fleet_soot_g_per_l", "g/l", ("dpf_soot_mass_g", "fuel_rate_lph"), _soot_g_per_l, -5.0, 50.0, 0.05),
        Quantity("fleet_cell_spread_mv", "mV", _CELLS, _of_trip("cell_spread_mv"), 0.0, 2000.0, 1.0, may_rest=True),
    )


REGIMES: Final[Mapping[str, Regime]] = {
    one.name: one
    for one in (
        Regime(
            "start",
            EngineStart,
            lambda _item: True,
            (
                Quantity("fleet_crank_sag_v", "V", ("engine_start.crank_minimum_voltage_v",), _sag_v, 0.05, 12.0, 0.05),
                Quantity("fleet_rest_v", "V", ("engine_start.rest_voltage_v",), _rest_v, 6.0, 16.0, 0.02),
            ),
            (_temperature("battery_temperature_c"), _ENGINE),
            window=5,
        ),
        Regime(
            "warm_up",
            Trip,
            lambda item: "coolant_residual_c" in item.features,  # type: ignore[union-attr]
            (Quantity("fleet_coolant_residual_c", "°C", _COOLANT, _of_trip("coolant_residual_c"), -80.0, 80.0, 0.5),),
            (_START, _AIR, _SPEED, _ENGINE),
            window=5,
        ),
        Regime(
            "idle",
            Trip,
            lambda item: "idle_speed_rpm" in item.features,  # type: ignore[union-attr]
            (
                Quantity("fleet_charging_idle_v", "V", _VOLTAGE, _of_trip("charging_idle_v"), 8.0, 18.0, 0.03),
                Quantity("fleet_trim_idle_percent", "%", _TRIMS, _of_trip("trim_idle_percent"), -60.0, 60.0, 0.4),
                Quantity(
                    "fleet_idle_rpm", "1/min", ("engine_speed_rpm",), _of_trip("idle_speed_rpm"), 300.0, 3000.0, 5.0
                ),
                Quantity("fleet_idle_air_gps", "g/s", _AIR_MASS, _of_trip("idle_air_gps"), 0.2, 60.0, 0.05),
                Quantity(
                    "fleet_idle_manifold_kpa",
                    "kPa",
                    ("intake_manifold_pressure_kpa",),
                    _of_trip("idle_manifold_kpa"),
                    5.0,
                    150.0,
                    0.5,
                ),
            ),
            (_AIR, _ENGINE),
            window=5,
        ),
        Regime(
            "city",
            Trip,
            lambda item: item.features.get("speed_kmh", OPEN_ROAD_KMH) < OPEN_ROAD_KMH,  # type: ignore[union-attr]
            _driven(),
            (_AIR, _SPEED, _SECONDS, _ENGINE),
            window=5,
        ),
        Regime(
            "open_road",
            Trip,
            lambda item: item.features.get("speed_kmh", 0.0) >= OPEN_ROAD_KMH,  # type: ignore[union-attr]
            _driven(),
            (_AIR, _SPEED, _SECONDS, _ENGINE),
            window=5,
        ),
        Regime(
            "parked",
            ParkedReading,
            lambda _item: True,
            (
                Quantity("fleet_parked_v", "V", ("rest_voltage_v",), _of_stand("rest_v"), 6.0, 16.0, 0.02),
                Quantity(
                    "fleet_quiescent_ma", "mA", ("quiescent_current_ma",), _of_stand("quiescent_ma"), 0.0, 5000.0, 3.0
                ),
                Quantity("fleet_parked_spread_mv", "mV", _CELLS, _of_stand("cell_spread_mv"), 0.0, 2000.0, 1.0, True),
            ),
            (_condition("outside_air_c", "°C", "ambient_c"),),
            window=8,
        ),
        Regime(
            "charging",
            ChargeSession,
            lambda _item: True,
            (
                Quantity(
                    "fleet_charge_ah_per_percent",
                    "Ah/%",
                    ("charge_session.charge_ah", "charge_session.state_of_charge_end_percent"),
                    _charge_ah_per_percent,
                    0.01,
                    20.0,
                    0.005,
                ),
            ),
            (_temperature("battery_temperature_c"), _of_car("capacity_kwh", "kWh", "battery_capacity_kwh", 0.0)),
            window=3,
        ),
    )
}
"""By name, in the order in which an item is asked."""

JUDGED: Final = frozenset({"idle", "city", "open_road"})
"""Where a model tells of faults before the rules do (docs/models.md). The others are learnt to measure drift and to be
evaluated: warming up and on a parked car the rules are sooner, at a start sound cars hear too much, the charger has not
been compared yet."""

_BY_ITEM: Final[Mapping[type[Item], tuple[Regime, ...]]] = {
    kind: tuple(one for one in REGIMES.values() if one.item is kind)
    for kind in (Trip, EngineStart, ParkedReading, ChargeSession)
}


def quantities() -> dict[str, Quantity]:
    """Every quantity by its name; what two regimes share is the same in both."""
    return {one.name: one for regime in REGIMES.values() for one in regime.quantities}
