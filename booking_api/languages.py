"""The languages people are answered in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["en", "zh"]
Text = Mapping[str, str]
"""The same words by language: {"en": …, "zh": …}."""

_LONGEST_HEADER: Final = 500


def choose_language(accepted: str | None) -> Language:
    """The better liked of English and Chinese in an Accept-Language header (RFC 9110); English where neither is."""
    weights: dict[Language, float] = {"en": 0.0, "zh": 0.0}
    for item in (accepted or "")[:_LONGEST_HEADER].split(","):
        tag, _, rest = item.strip().lower().partition(";")
        for language in weights:
            if tag.partition("-")[0].strip() == language:
                weights[language] = max(weights[language], _weight(rest))
    return "zh" if weights["zh"] > weights["en"] else "en"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def in_language(text: Text, language: Language) -> str:
    """The words in that language, or in English where the other is missing."""
    return text.get(language) or text.get("en", "")
