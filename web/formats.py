"""Days, times, numbers and distances as people of a language write them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers, units

from booking_api.languages import Language

_LOCALES: Final[Mapping[Language, Locale]] = {
    "en": Locale.parse("en_GB"),
    "zh": Locale.parse("zh_Hans_CN"),
}
_MINUTE: Final = timedelta(minutes=1)


def locale_of(language: Language) -> Locale:
    return _LOCALES[language]


def day(on: date | datetime, locale: Locale, zone: tzinfo = UTC) -> str:
    """With the weekday: `Thu 26 Mar 2026`."""
    local = on.astimezone(zone) if isinstance(on, datetime) else on
    return dates.format_skeleton("yMMMEd", local, locale=locale).replace(",", "")


def short_day(on: date | datetime, locale: Locale, zone: tzinfo = UTC) -> str:
    """Without the year: `Thu 26 Mar`."""
    local = on.astimezone(zone) if isinstance(on, datetime) else on
    return dates.format_skeleton("MMMEd", local, locale=locale).replace(",", "")


def month(on: date, locale: Locale, *, with_year: bool = False) -> str:
    return dates.format_skeleton("yMMM" if with_year else "MMM", on, locale=locale)


def clock(at: datetime, locale: Locale, zone: tzinfo = UTC) -> str:
    return dates.format_skeleton("Hm", at.astimezone(zone), locale=locale)


def moment(at: datetime, locale: Locale, zone: tzinfo = UTC) -> str:
    return f"{day(at, locale, zone)} {clock(at, locale, zone)}"


def place(zone: str | ZoneInfo, locale: Locale) -> str:
    """The city that a zone is named after."""
    name = str(zone)
    if name == "UTC":
        return name
    return dates.get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)


def ago(at: datetime, locale: Locale, now: datetime) -> str:
    """`3 minutes ago`, `in 5 days`; nothing shorter than a minute."""
    apart = at - now
    told = min(apart, -_MINUTE) if apart <= timedelta() else max(apart, _MINUTE)
    return dates.format_timedelta(told, add_direction=True, locale=locale, threshold=1.2, granularity="minute")


def number(value: float, locale: Locale) -> str:
    return numbers.format_decimal(round(value), locale=locale)


def distance(value_km: float, locale: Locale) -> str:
    return units.format_unit(round(value_km), "length-kilometer", "short", locale=locale)


def duration(minutes: float, locale: Locale) -> str:
    """`45 min`, `1 hr 30 min`."""
    hours, rest = divmod(round(minutes), 60)
    parts = [(hours, "duration-hour"), (rest, "duration-minute")]
    told = [units.format_unit(value, unit, "short", locale=locale) for value, unit in parts if value]
    return " ".join(told) or units.format_unit(0, "duration-minute", "short", locale=locale)


def money(from_to: Sequence[float], locale: Locale) -> str:
    """Whole euros, a range where the ends differ."""
    told = [
        numbers.format_currency(round(value), "EUR", "¤#,##0", locale=locale, currency_digits=False)
        for value in from_to
    ]
    return "–".join(dict.fromkeys(told))


def percent(share: float, locale: Locale) -> str:
    return numbers.format_percent(share, locale=locale)


def filters_for(language: Language) -> dict[str, Callable[..., Any]]:
    """By the names under which templates know them."""
    named = (day, short_day, month, clock, moment, place, ago, number, distance, duration, money, percent)
    return {one.__name__: partial(one, locale=locale_of(language)) for one in named}
