"""Where the marks of axes stand and what they say: round numbers, and round instants of a time zone."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOUR_S: Final = 3600.0
_DAY_S: Final = 86_400.0
_TIME_STEPS: Final = (60.0, 300.0, 900.0, _HOUR_S, 3 * _HOUR_S, 6 * _HOUR_S, 12 * _HOUR_S)
_DAY_STEPS: Final = (1, 2, 5, 7, 14, 30, 60, 120, 365)


def value_ticks(low: float, high: float, most: int = 5) -> list[tuple[float, str]]:
    """At most `most` + 1 multiples of 1, 2 or 5 times a power of ten in [low, high], with the digits that they need."""
    if not high > low:
        return [(low, value_text(low, 1.0))]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    values = [round(step * (first + n), 10) + 0.0 for n in range(math.floor(high / step + 1e-9) - first + 1)]
    return [(value, f"{value:,.{digits}f}") for value in values]


def value_text(value: float, span: float) -> str:
    """With as many digits as a span of this size needs."""
    digits = 0 if span >= 20 else 1 if span >= 2 else 2 if span >= 0.2 else 3
    text = f"{value:.{digits}f}"
    return text if float(text) else text.lstrip("-")


def time_ticks(from_s: float, to_s: float, zone: ZoneInfo, language: str, most: int = 8) -> list[tuple[float, str]]:
    """Instants and labels: local midnights, or hours of a span of less than three days."""
    span = to_s - from_s
    hours = next((step for step in _TIME_STEPS if span / step <= most), None)
    if hours is not None:
        first = math.ceil(from_s / hours)
        instants = [hours * (first + n) for n in range(int(to_s / hours) - first + 1)]
        return [(at_s, _clock_label(at_s, zone, language)) for at_s in instants]
    days = next((step for step in _DAY_STEPS if span / _DAY_S / step <= most), _DAY_STEPS[-1])
    day = datetime.fromtimestamp(from_s, zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ticks = []
    while day.timestamp() <= to_s:
        ticks.append((day.timestamp(), date_label(day.timestamp(), zone, language)))
        day += timedelta(days=days)
    return ticks


def date_label(at_s: float, zone: ZoneInfo, language: str) -> str:
    local = datetime.fromtimestamp(at_s, zone)
    return f"{local.month}月{local.day}日" if language == "zh" else f"{local.day} {_MONTHS[local.month - 1]}"


def instant_label(at_s: float, zone: ZoneInfo, language: str) -> str:
    """Day and time of the day."""
    return f"{date_label(at_s, zone, language)} {datetime.fromtimestamp(at_s, zone):%H:%M}"


def zone_label(at_s: float, zone: ZoneInfo) -> str:
    """Name of the zone and its distance from UTC at that instant."""
    offset = datetime.fromtimestamp(at_s, zone).strftime("%z")
    return zone.key if zone.key == "UTC" else f"{zone.key}, UTC{offset[:3]}:{offset[3:]}"


def _clock_label(at_s: float, zone: ZoneInfo, language: str) -> str:
    local = datetime.fromtimestamp(at_s, zone)
    return date_label(at_s, zone, language) if local.hour == local.minute == 0 else f"{local:%H:%M}"
