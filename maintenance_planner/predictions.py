"""Where a model of wear tells when a part will be due: the one contract between models and recommendations. Pure.

A model gives, for a car and an item of work, the instants by which the need has come with 10, 50 and 90 % probability,
and the same of its failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from maintenance_planner.models import Operation, Texts


@dataclass(frozen=True, slots=True)
class Prediction:
    """`component` and `model` name what was predicted, and by which version of which model.

    `fails_…`: the same of its failure, where the model knows. `item`, `titles`, `operations`: the work, for items that
    no plan has. `worn_percent`: by its gauge, or else by what the car has done since it was new. `judged_from_at`: when
    the car had been known for long enough to say anything; no date lies before it, for nobody was told of one.
    """

    component: str
    p10_at: datetime
    p50_at: datetime
    p90_at: datetime
    model: str
    fails_p10_at: datetime | None = None
    fails_p50_at: datetime | None = None
    fails_p90_at: datetime | None = None
    worn_percent: int | None = None
    item: str = ""
    titles: Texts | None = None
    operations: tuple[Operation, ...] = ()
    judged_from_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.p10_at <= self.p50_at <= self.p90_at:
            raise ValueError(f"{self.component}: P10, P50 and P90 have to be in this order")

    @property
    def latest_safe_at(self) -> datetime:
        """Midway from P50 to P90 of due, or until when nine of ten such parts hold, whichever comes first.

        What is done at its P10 is thrown away with a good part of its life; being due is no failure yet.
        """
        midway = self.p50_at + timedelta(days=(self.p90_at - self.p50_at).days // 2)
        return min(midway, self.fails_p10_at or self.p10_at)

    @property
    def was_due_before(self) -> bool:
        """It was due when this car was first judged."""
        return self.judged_from_at is not None and self.p50_at <= self.judged_from_at

    @property
    def fails_at(self) -> tuple[datetime, datetime, datetime] | None:
        """P10, P50 and P90 of its failure."""
        if self.fails_p10_at and self.fails_p50_at and self.fails_p90_at:
            return self.fails_p10_at, self.fails_p50_at, self.fails_p90_at
        return None

    def reason(self) -> Texts:
        worn, worn_zh = "", ""
        if self.worn_percent is not None:
            worn, worn_zh = f" ({self.worn_percent} % used)", f"（已使用 {self.worn_percent}%）"
        if self.was_due_before:
            return Texts(
                en=f"Measured wear{worn}: due now. It was worn so far when this car was first judged, "
                f"on {self.p50_at.date()}.",
                zh=f"根据实测磨损{worn_zh}：现已到期。该车于 {self.p50_at.date()} 首次评估时已磨损至此。",
            )
        return Texts(
            en=f"Measured wear{worn}: due about {self.p50_at.date()}, with 80 % probability between "
            f"{self.p10_at.date()} and {self.p90_at.date()}.",
            zh=f"根据实测磨损{worn_zh}：约 {self.p50_at.date()} 到期，"
            f"80% 概率介于 {self.p10_at.date()} 与 {self.p90_at.date()} 之间。",
        )
