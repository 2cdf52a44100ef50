"""Where a model of wear tells when a part will be due: the one contract between models and recommendations. Pure.

A model gives, for a car and an item of work, the instants by which the need has come with 10, 50 and 90 % probability.
The earliest is what a careful owner goes by: it is the latest safe date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from maintenance_planner.models import Texts


@dataclass(frozen=True, slots=True)
class Prediction:
    """`component` and `model` name what was predicted, and by which version of which model."""

    component: str
    p10_at: datetime
    p50_at: datetime
    p90_at: datetime
    model: str

    def __post_init__(self) -> None:
        if not self.p10_at <= self.p50_at <= self.p90_at:
            raise ValueError(f"{self.component}: P10, P50 and P90 have to be in this order")

    def reason(self) -> Texts:
        return Texts(
            en=f"Measured wear: due about {self.p50_at.date()}, with 80 % probability between {self.p10_at.date()} and "
            f"{self.p90_at.date()}.",
            zh=f"根据实测磨损：约 {self.p50_at.date()} 到期，"
            f"80% 概率介于 {self.p10_at.date()} 与 {self.p90_at.date()} 之间。",
        )


class Predictor(Protocol):
    """For example a fitted model of brake pads. It is given what is stored and knows no simulator."""

    def predict(self, vehicle_id: int, now: datetime) -> Mapping[str, Prediction]:
        """By item of work, as in the service plans; items about which nothing can be said are left out."""


NO_PREDICTIONS: Final[Mapping[str, Prediction]] = {}
