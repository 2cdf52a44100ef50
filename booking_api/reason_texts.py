"""The words for why a visit suits and why none was found. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from booking_api.languages import Text

Reason = Literal[
    "soonest",
    "closest",
    "before_due",
    "when_due",
    "after_due",
    "after_safe_date",
    "distance",
    "preferred_day",
    "preferred_part",
    "quiet_day",
    "skill",
    "risk",
    "parts_come",
    "usual_workshop",
    "known_adviser",
]

SKILLS: Final[Mapping[str, Text]] = {
    "electrical": {"en": "car electrics", "zh": "汽车电气"},
    "cooling": {"en": "cooling systems", "zh": "冷却系统"},
    "tyres": {"en": "tyres", "zh": "轮胎"},
    "engine": {"en": "engines", "zh": "发动机"},
    "brakes": {"en": "brakes", "zh": "制动系统"},
    "high_voltage": {"en": "high-voltage systems", "zh": "高压系统"},
    "general": {"en": "general service", "zh": "常规保养"},
    "diagnostics": {"en": "fault diagnosis", "zh": "故障诊断"},
    "body": {"en": "body work", "zh": "车身维修"},
}

_REASONS: Final[Mapping[str, Text]] = {
    "soonest": {"en": "the soonest free time", "zh": "最早的空闲时间"},
    "closest": {"en": "the closest workshop", "zh": "距离最近的维修站"},
    "before_due": {"en": "{days} before it is due", "zh": "到期前 {days}"},
    "when_due": {"en": "at the time it is due", "zh": "正好在到期时"},
    "after_due": {"en": "{days} after it was due", "zh": "到期后 {days}"},
    "after_safe_date": {"en": "later than it is safe to wait", "zh": "晚于安全期限"},
    "distance": {"en": "{km} km away", "zh": "距离 {km} 公里"},
    "preferred_day": {"en": "on a day you prefer", "zh": "在您偏好的日期"},
    "preferred_part": {"en": "at the time of day you prefer", "zh": "在您偏好的时段"},
    "quiet_day": {"en": "a quiet day at this workshop", "zh": "维修站当天不忙"},
    "risk": {"en": "about {percent} % risk that it fails before then", "zh": "在此之前发生故障的风险约 {percent}%"},
    "parts_come": {"en": "the parts are ordered and come in time", "zh": "所需配件已订购，届时到货"},
    "usual_workshop": {"en": "the workshop that knows the car", "zh": "熟悉该车的维修站"},
    "known_adviser": {
        "en": "the service adviser who received the car the last time is there",
        "zh": "上次接待该车的服务顾问届时在岗",
    },
    "skill": {"en": "a technician trained for {skill}", "zh": "有具备{skill}技能的技师"},
}

OBSTACLES: Final[Mapping[str, Text]] = {
    "no_workshop": {"en": "no workshop is registered", "zh": "没有已登记的维修站"},
    "none_within": {"en": "no workshop lies within that distance", "zh": "该距离内没有维修站"},
    "brand_not_served": {"en": "this make is not served", "zh": "不服务该品牌"},
    "not_this_way": {
        "en": "this work is not done at the car's place, or it is too far away",
        "zh": "该项目不提供上门服务，或距离过远",
    },
    "no_bay": {"en": "there is no bay", "zh": "没有工位"},
    "no_van": {"en": "there is no van", "zh": "没有上门服务车"},
    "no_equipment": {"en": "the equipment that the work needs is missing there", "zh": "缺少所需设备"},
    "no_loaner": {"en": "there are no cars to lend", "zh": "没有代步车"},
    "parts_not_ready": {"en": "the parts come only after that time", "zh": "配件在该时间之后才到货"},
    "away": {"en": "whoever could do the work is away at that time", "zh": "能够完成该项目的人员在该时间不在"},
    "day_limit": {"en": "the workshop takes no more work on those days", "zh": "维修站在这些日期不再接受更多工作"},
    "no_technician_with_skill": {
        "en": "no technician there has every skill that the work needs",
        "zh": "没有具备所需全部技能的技师",
    },
    "window": {
        "en": "the time asked for is too soon or too far ahead for the workshop",
        "zh": "所选时间太早或超出可预约范围",
    },
    "closed": {"en": "the workshop is closed at that time", "zh": "维修站在该时间不营业"},
    "too_long": {"en": "the work does not fit into one opening time", "zh": "所需时间超出营业时段"},
    "fully_booked": {"en": "everything is booked", "zh": "已全部约满"},
    "after_safe_date": {
        "en": "nothing is free before the latest safe date; these are the soonest times after it",
        "zh": "在安全期限之前没有空闲时间；以下为之后最早的时间",
    },
}


RELAXATIONS: Final[Mapping[str, Text]] = {
    "other_time": {"en": "at another time", "zh": "换一个时间"},
    "farther": {"en": "at a workshop farther away", "zh": "去更远的维修站"},
    "bring_it": {"en": "if you bring the car and need no other", "zh": "如自行送车且不需要代步车"},
    "bring_it_other_time": {
        "en": "if you bring the car and need no other, at another time",
        "zh": "如自行送车且不需要代步车，并换一个时间",
    },
    "farther_other_time": {
        "en": "if you bring the car to a workshop farther away, at another time",
        "zh": "如将车送到更远的维修站，并换一个时间",
    },
}


def reason(code: Reason, **words: str | Text) -> Text:
    """In both languages, its gaps filled; a filling may itself have a text per language."""
    return {language: template.format(**_words(words, language)) for language, template in _REASONS[code].items()}


def days_text(days: int) -> Text:
    return {"en": "1 day" if days == 1 else f"{days} days", "zh": f"{days} 天"}


def _words(words: Mapping[str, str | Text], language: str) -> dict[str, str]:
    return {name: word if isinstance(word, str) else word[language] for name, word in words.items()}
