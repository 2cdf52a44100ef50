"""What a kind of finding says of a car, whatever its component, and what spoke for a cause. Pure."""

from __future__ import annotations

import re
from typing import Final

from booking_api.languages import Language
from diagnostics.code_catalogue import catalogue, describe

_CODE: Final = re.compile("[PBCU][0-9A-F]{4}")


def finding_words(kind: str, language: Language) -> str:
    """A kind that the catalogue no longer has is told by its id."""
    known = catalogue().codes.get(f"finding:{kind}")
    return known.text.languages()[language].format(component="…") if known else kind


def evidence_words(feature_id: str, language: Language) -> str:
    """A finding, `battery_ageing`; one value of it, `charging_fault.voltage_ripple_v`; or a trouble code, `P0299`."""
    kind = feature_id.partition(".")[0]
    return f"{kind} {describe(kind).languages()[language]}" if _CODE.fullmatch(kind) else finding_words(kind, language)
