"""Why an item of the service plan is due, in words and numbers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from maintenance_planner.models import IntervalStatus, Texts

_UNITS: Final = {"hours": ("engine hours", "发动机小时"), "regenerations": ("regenerations", "次再生")}


def interval_reason(status: IntervalStatus) -> Texts:
    """What is due when and how much is left; what was assumed; what shortens the interval."""
    sentences = [_due(status)]
    if status.assumed:
        sentences.append(_assumed(status))
    if status.shortened_by:
        sentences.append(_shortened(status.shortened_by))
    return Texts(
        en=f"{status.titles['en']}: " + " ".join(text["en"] for text in sentences),
        zh=f"{status.titles['zh']}：" + "".join(text["zh"] for text in sentences),
    )


def _due(status: IntervalStatus) -> Texts:
    limits_en, limits_zh, left_en, left_zh = [], [], [], []
    if status.due_odometer_km is not None:
        limits_en.append(f"at {status.due_odometer_km:,.0f} km")
        limits_zh.append(f"{status.due_odometer_km:,.0f} 公里")
    if status.due_on is not None:
        limits_en.append(f"on {status.due_on}")
        limits_zh.append(f"{status.due_on}")
    for counted in status.counted:
        unit_en, unit_zh = _UNITS[counted.what]
        limits_en.append(f"after {counted.limit:,.0f} {unit_en}")
        limits_zh.append(f"{counted.limit:,.0f} {unit_zh}")
        left_en.append(_left(counted.limit - counted.done, f"{unit_en} left", f"{unit_en} over"))
        left_zh.append(_left_zh(counted.limit - counted.done, unit_zh))
    if status.remaining_km is not None:
        left_en.append(_left(status.remaining_km, "km left", "km over"))
        left_zh.append(_left_zh(status.remaining_km, "公里"))
    if status.remaining_days is not None:
        left_en.append(_left(status.remaining_days, "days left", "days over"))
        left_zh.append(_left_zh(status.remaining_days, "天"))
    first_en, first_zh = (", whichever comes first", "（以先到者为准）") if len(limits_en) > 1 else ("", "")
    return Texts(
        en=f"due {' or '.join(limits_en)}{first_en}; {', '.join(left_en)}.",
        zh=f"应在 {' 或 '.join(limits_zh)} 时进行{first_zh}；{'，'.join(left_zh)}。",
    )


def _left(amount: float, left: str, over: str) -> str:
    return f"{abs(amount):,.0f} {over if amount < 0 else left}"


def _left_zh(amount: float, unit: str) -> str:
    return f"{'已超出' if amount < 0 else '还剩'} {abs(amount):,.0f} {unit}"


def _assumed(status: IntervalStatus) -> Texts:
    points_en, points_zh = [], []
    if status.last_odometer_km:
        points_en.append(f"at {status.last_odometer_km:,.0f} km")
        points_zh.append(f"{status.last_odometer_km:,.0f} 公里")
    if status.last_on is not None:
        points_en.append(f"by {status.last_on}")
        points_zh.append(f"{status.last_on}")
    return Texts(
        en=f"No service record is known: the last service is assumed to have been done on schedule, "
        f"{' and '.join(points_en)}.",
        zh=f"没有保养记录：假设上一次保养已按计划完成（{'、'.join(points_zh)}）。",
    )


def _shortened(reasons: Sequence[Texts]) -> Texts:
    return Texts(
        en=f"The interval is shortened by severe duty: {', '.join(text['en'] for text in reasons)}.",
        zh=f"因使用条件恶劣，保养间隔已缩短：{'，'.join(text['zh'] for text in reasons)}。",
    )
