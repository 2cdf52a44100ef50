"""From the unit a logger writes to the unit of a signal: value × factor + offset."""

from __future__ import annotations

from typing import Final

_SPELLINGS: Final = {
    "c": "°C", "degc": "°C", "celsius": "°C", "f": "°F", "degf": "°F", "fahrenheit": "°F", "k": "K", "kelvin": "K",
    "kph": "km/h", "kmh": "km/h", "mi/h": "mph", "mps": "m/s", "rpm": "1/min", "r/min": "1/min",
    "deg": "degrees", "°": "degrees", "percent": "%", "ratio": "fraction", "mile": "mi", "miles": "mi", "ft": "feet",
    "gps": "g/s", "lph": "l/h", "sec": "s", "minutes": "min", "hours": "h", "litre": "l", "liter": "l",
}  # fmt: skip

_CONVERSIONS: Final[dict[tuple[str, str], tuple[float, float]]] = {
    ("°F", "°C"): (5 / 9, -160 / 9),
    ("K", "°C"): (1, -273.15),
    ("mph", "km/h"): (1.609344, 0),
    ("m/s", "km/h"): (3.6, 0),
    ("m", "km"): (0.001, 0),
    ("mi", "km"): (1.609344, 0),
    ("feet", "m"): (0.3048, 0),
    ("psi", "kPa"): (6.894757293168, 0),
    ("bar", "kPa"): (100, 0),
    ("mbar", "kPa"): (0.1, 0),
    ("hPa", "kPa"): (0.1, 0),
    ("Pa", "kPa"): (0.001, 0),
    ("MPa", "kPa"): (1000, 0),
    ("inHg", "kPa"): (3.386389, 0),
    ("mV", "V"): (0.001, 0),
    ("mA", "A"): (0.001, 0),
    ("A", "mA"): (1000, 0),
    ("W", "kW"): (0.001, 0),
    ("hp", "kW"): (0.745699872, 0),
    ("PS", "kW"): (0.73549875, 0),
    ("Wh", "kWh"): (0.001, 0),
    ("g", "m/s^2"): (9.80665, 0),
    ("kg/h", "g/s"): (1 / 3.6, 0),
    ("lb/min", "g/s"): (7.55987283, 0),
    ("fraction", "%"): (100, 0),
    ("gal", "l"): (3.785411784, 0),
    ("ml", "l"): (0.001, 0),
    ("min", "s"): (60, 0),
    ("h", "s"): (3600, 0),
    ("s", "h"): (1 / 3600, 0),
    ("s", "min"): (1 / 60, 0),
    ("rad", "degrees"): (57.29577951308232, 0),
}


def conversion(column_unit: str, signal_unit: str) -> tuple[float, float] | None:
    """Factor and offset between two units; None where we know no conversion."""
    source, target = _plain(column_unit), _plain(signal_unit)
    return (1.0, 0.0) if source == target else _CONVERSIONS.get((source, target))


def known_units(signal_unit: str) -> tuple[str, ...]:
    """The units that convert into the unit of a signal, that unit first."""
    target = _plain(signal_unit)
    return (signal_unit, *(source for source, into in _CONVERSIONS if into == target))


def _plain(unit: str) -> str:
    unit = unit.strip().strip("[]()")
    return _SPELLINGS.get(unit.lower(), unit)
