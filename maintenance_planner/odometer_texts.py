"""What became of a car's odometer, in words. Pure.

A series of readings shows that something is wrong, never who did it: the words name what may explain it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from maintenance_planner.models import Texts
from maintenance_planner.odometer_series import OdometerBreak

_WORDS: Final[Mapping[tuple[str, str], Texts]] = {
    ("unit", "to_miles"): Texts(
        en="since then it counts in miles; its readings are taken times 1.609", zh="此后以英里计数；读数按 1.609 换算"
    ),
    ("unit", "to_km"): Texts(
        en="since then it counts in kilometres; before, it counted in miles", zh="此后以公里计数；此前为英里"
    ),
    ("replaced", "starts_anew"): Texts(
        en="it starts anew, as a replaced instrument does; the distance goes on counting",
        zh="读数从头开始，符合更换仪表的情况；行驶里程继续累计",
    ),
    ("replaced", "shows_more"): Texts(
        en="it shows more than the car can have driven, as an instrument out of another car does; the distance goes on "
        "counting",
        zh="读数超过车辆可能行驶的里程，符合换装其他车辆仪表的情况；行驶里程继续累计",
    ),
    ("set_back", "shows_less"): Texts(
        en="it is inconsistent since then: the instrument was set back, or replaced by a used one; the distance goes "
        "on counting",
        zh="此后读数前后不一致：仪表可能被回调，或更换为旧仪表；行驶里程继续累计",
    ),
    ("wrong_reading", "digit_more"): Texts(en="a digit too many; not counted", zh="多了一位数字；不计入"),
    ("wrong_reading", "digit_less"): Texts(en="a digit is missing; not counted", zh="少了一位数字；不计入"),
    ("wrong_reading", "miles"): Texts(en="these are miles; not counted", zh="该数值为英里；不计入"),
    ("wrong_reading", "as_km"): Texts(
        en="kilometres were taken for miles; not counted", zh="公里被当作英里换算；不计入"
    ),
    ("wrong_reading", "digits_swapped"): Texts(en="two digits are swapped; not counted", zh="数字顺序颠倒；不计入"),
    ("wrong_reading", "digit_wrong"): Texts(en="one digit is wrong; not counted", zh="有一位数字错误；不计入"),
    ("wrong_reading", "blank"): Texts(en="nothing was read; not counted", zh="未读到数值；不计入"),
    ("wrong_reading", "unknown"): Texts(
        en="it does not fit the readings before and after; not counted", zh="与前后读数不符；不计入"
    ),
}
_WAITING: Final = Texts(
    en="it does not fit the readings before; it counts once a second reading confirms it",
    zh="与之前的读数不符；待下一次读数确认后再计入",
)


def break_text(one: OdometerBreak) -> Texts:
    """For example: 2026-03-01: the odometer shows 120 km where about 60,120 km was expected: it starts anew, …"""
    words = _WAITING if one.kind == "unconfirmed" else _WORDS[one.kind, one.detail]
    shown, expected = f"{one.shown_km:,.0f}", f"{max(one.expected_km, 0.0):,.0f}"
    return Texts(
        en=f"{one.at.date()}: the odometer shows {shown} where about {expected} km was expected: {words['en']}.",
        zh=f"{one.at.date()}：里程表显示 {shown}，预期约 {expected} 公里：{words['zh']}。",
    )
