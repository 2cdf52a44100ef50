"""What a reminder says, in English and Chinese. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

_TITLES: Final[Mapping[Language, Mapping[int, str]]] = {
    "en": {
        1: "A hint for your {car}",
        2: "Plan a visit for your {car}",
        3: "Your {car} needs a workshop soon",
        4: "Stop: your {car} should not be driven",
    },
    "zh": {
        1: "关于您的 {car} 的提示",
        2: "请为您的 {car} 安排一次进店",
        3: "您的 {car} 需要尽快进店检修",
        4: "请停车：您的 {car} 不宜继续行驶",
    },
}
_SAFE_UNTIL: Final[Mapping[Language, str]] = {"en": "{title}, at the latest on {on}", "zh": "{title}，最迟 {on}"}


@dataclass(frozen=True, slots=True)
class Told:
    """`title` and one line per recommendation, the gravest first."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueItem:
    urgency: int
    titles: Mapping[str, str]
    safe_until: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A reminder on its way by one channel. `texts` by language; `email` None: the owner has named none."""

    reminder_id: UUID
    owner_id: str
    vin: str
    urgency: int
    made_at: datetime
    texts: Mapping[Language, Told]
    language: Language
    email: str | None

    @property
    def told(self) -> Told:
        return self.texts[self.language]


def tell(car: str, items: Sequence[DueItem], time_zone: str) -> dict[Language, Told]:
    """Of one car, by language; days are those of `time_zone`."""
    gravest_first = sorted(items, key=lambda one: -one.urgency)
    return {
        language: Told(
            _TITLES[language][gravest_first[0].urgency].format(car=car),
            tuple(_line(one, language, time_zone) for one in gravest_first),
        )
        for language in LANGUAGES
    }


def _line(one: DueItem, language: Language, time_zone: str) -> str:
    title = one.titles.get(language) or one.titles["en"]
    if one.safe_until is None:
        return title
    on = one.safe_until.astimezone(ZoneInfo(time_zone)).date().isoformat()
    return _SAFE_UNTIL[language].format(title=title, on=on)
