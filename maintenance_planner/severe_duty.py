"""Whether a car is used so hard that its intervals are shortened, from what its trips were like. Pure.

The rules and their thresholds are handbook 7.2's defaults; any one is enough. Which of them shortens an item is said by
its plan (`severe_when`).
"""

from __future__ import annotations

from typing import Final

from maintenance_planner.models import Texts
from maintenance_planner.usage import Usage

CONDITIONS: Final = frozenset({"cold_short", "idling", "slow", "towing"})

FEWEST_TRIPS: Final = 20
"""About a week of use; fewer say nothing of a habit."""

COLD_SHORT_SHARE: Final = 0.5
IDLE_SHARE: Final = 0.3
SLOW_KMH: Final = 25.0
TOWING_SHARE: Final = 0.1


def severe_duty(usage: Usage) -> dict[str, Texts]:
    """What makes the duty severe, in words, by condition; empty where nothing does."""
    if usage.trips < FEWEST_TRIPS or usage.running_s <= 0:
        return {}
    found: dict[str, Texts] = {}
    if usage.cold_short_share > COLD_SHORT_SHARE:
        found["cold_short"] = _share(
            usage.cold_short_share, "of the trips were shorter than 8 km below 0 °C", "的行程在 0 °C 以下且短于 8 公里"
        )
    if usage.idle_share > IDLE_SHARE:
        found["idling"] = _share(usage.idle_share, "of the running time was idling", "的运行时间为怠速")
    if usage.mean_kmh < SLOW_KMH:
        found["slow"] = Texts(
            en=f"the mean speed was {usage.mean_kmh:.0f} km/h", zh=f"平均车速为 {usage.mean_kmh:.0f} 公里/小时"
        )
    if usage.towing_share > TOWING_SHARE:
        found["towing"] = _share(usage.towing_share, "of the days a trailer was drawn", "的用车日牵引挂车")
    return found


def _share(share: float, words_en: str, words_zh: str) -> Texts:
    return Texts(en=f"{share:.0%} {words_en}", zh=f"{share:.0%} {words_zh}")
