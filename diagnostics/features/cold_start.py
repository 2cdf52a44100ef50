"""What a trip says at its first instant: after a long stand everything under the bonnet is as warm as the air."""

from __future__ import annotations

import numpy as np

from diagnostics.samples import Floats
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told


def observe(parts: Parts) -> Seen:
    air = np.minimum(parts.get("intake_air_temperature_c"), parts.get("ambient_temperature_c"))
    over = parts.get("coolant_temperature_c") - air
    return Seen(first={"coolant_first_over_air_c": np.where((parts.place == 0) & ~parts.electric, over, np.nan)})


def features(told: Told) -> dict[str, Floats]:
    """`coolant_over_air_c`: the first reading of the coolant above the colder one of intake and outside air.

    The intake is told too because a garage may be colder than the street that the outside sensor soon speaks of.
    """
    return {"coolant_over_air_c": told.number("coolant_first_over_air_c")}
