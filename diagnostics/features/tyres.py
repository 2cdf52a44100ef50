"""What a trip says about tyres."""

from __future__ import annotations

from diagnostics.history import Car
from diagnostics.parked import p20_kpa
from diagnostics.samples import WHEELS, Samples


def features(trip: Samples, _car: Car) -> dict[str, float]:
    """Pressures at 20 °C as the trip begins: cold readings where the car stood for long before."""
    start = trip.part(0, 1)
    return {f"p20_{wheel}": float(p20_kpa(start, wheel)[0]) for wheel in WHEELS}
