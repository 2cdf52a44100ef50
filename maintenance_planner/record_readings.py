"""What a workshop or an owner wrote down of an odometer, held against what the car told itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from maintenance_planner.models import OdometerReading, ServiceRecord
from maintenance_planner.odometer_series import (
    KM_PER_MILE,
    OdometerBreak,
    OdometerSeries,
    most_km,
    settle,
    slip,
)

SLACK_KM: Final = 300.0
"""Somebody reads a dashboard hours before or after the work and rounds (trust handbook 4.9)."""


def series_of(readings: Sequence[OdometerReading], records: Iterable[ServiceRecord]) -> OdometerSeries | None:
    """The car's own readings settle; records are judged by them, and stand in where the car told nothing."""
    written = [reading_of(record) for record in records if record.odometer_km is not None]
    if not readings:
        return settle(sorted(written, key=lambda one: one.recorded_at))
    series = settle(readings)
    if series is None:
        return None
    breaks = [found for found in (judge(series, one) for one in written) if found]
    return replace(series, breaks=tuple(sorted((*series.breaks, *breaks), key=lambda one: one.at)))


def reading_of(record: ServiceRecord) -> OdometerReading:
    return OdometerReading(noon_of(record), record.odometer_km or 0.0, "record")


def noon_of(record: ServiceRecord) -> datetime:
    """A record says its day only."""
    return datetime.combine(record.performed_on, time(12), UTC)


def judge(series: OdometerSeries, written: OdometerReading) -> OdometerBreak | None:
    """None where the record fits: within 300 km of the car's own reading, or possible before its first or after its
    last."""
    distance_km = series.distance_of(written.odometer_km, written.recorded_at)
    low_km, high_km = _possible(series, written.recorded_at)
    if low_km - SLACK_KM <= distance_km <= high_km + SLACK_KM:
        return None
    expected_km = series.distance_at(written.recorded_at)
    detail = slip(written.odometer_km, expected_km)
    return OdometerBreak("wrong_reading", written.recorded_at, written.odometer_km, expected_km, detail)


def distance_of_record(series: OdometerSeries, record: ServiceRecord) -> float:
    """The distance at which the work was done. A record that cannot be right counts as what the car had then.

    Miles are recognised and turned into kilometres.
    """
    if record.odometer_km is None:
        return series.distance_at(noon_of(record))
    written = reading_of(record)
    found = judge(series, written)
    if found is None:
        return series.distance_of(written.odometer_km, written.recorded_at)
    in_km = replace(written, odometer_km=written.odometer_km * KM_PER_MILE)
    if found.detail == "miles" and judge(series, in_km) is None:
        return series.distance_of(in_km.odometer_km, in_km.recorded_at)
    return found.expected_km


def _possible(series: OdometerSeries, at: datetime) -> tuple[float, float]:
    first, last = series.readings[0], series.readings[-1]
    if at < first.recorded_at:
        return 0.0, first.odometer_km
    if at > last.recorded_at:
        return last.odometer_km, last.odometer_km + most_km((at - last.recorded_at).total_seconds() / 86_400.0)
    return series.distance_at(at), series.distance_at(at)
