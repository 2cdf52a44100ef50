"""One sentence on how a car is, from the severities of its findings and codes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from booking_api.languages import Text

_BY_SEVERITY: Final[tuple[Text, ...]] = (
    {"en": "Nothing needs attention.", "zh": "一切正常，无需处理。"},
    {"en": "Nothing urgent; worth knowing: {count}.", "zh": "无紧急问题；需要了解的事项：{count} 项。"},
    {
        "en": "Plan a visit to a workshop. Things to look at: {count}.",
        "zh": "请安排到店检查。需要检查的事项：{count} 项。",
    },
    {"en": "Book a visit soon. Things to look at: {count}.", "zh": "请尽快预约到店。需要检查的事项：{count} 项。"},
    {
        "en": "Stop where it is safe and ask for help. Serious findings: {count}.",
        "zh": "请在安全处停车并寻求帮助。严重问题：{count} 项。",
    },
)
_UNKNOWN: Final[Text] = {"en": "This car has not sent anything yet.", "zh": "该车辆尚未发送任何数据。"}


def health_sentence(severities: Sequence[int], *, has_reported: bool) -> Text:
    """`severities` 1 to 4, see the catalogue; the count is of those that are as bad as the worst."""
    if not severities and not has_reported:
        return _UNKNOWN
    worst = max(severities, default=0)
    count = sum(severity == worst for severity in severities)
    return {language: words.format(count=count) for language, words in _BY_SEVERITY[worst].items()}
