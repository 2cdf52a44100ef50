"""What the trouble codes that we reason about mean, in our own words; anything else is named by its system. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "catalogue" / "core_codes.toml"
_UNKNOWN_SEVERITY: Final = 2
_SYSTEMS: Final = {
    "P": {"en": "powertrain", "zh": "动力总成"},
    "C": {"en": "chassis", "zh": "底盘"},
    "B": {"en": "body", "zh": "车身"},
    "U": {"en": "network", "zh": "网络通信"},
}


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """`severity` as in findings: 1 advisory, 2 plan a visit, 3 soon, 4 stop. `titles` by language."""

    titles: Mapping[str, str]
    severity: int
    causes: tuple[str, ...] = ()


def describe_code(text: str) -> CodeMeaning:
    """The meaning of a code as `P0302-00` or `P0302`; the failure type does not change it."""
    known = catalogue().get(text.split("-")[0])
    if known is not None:
        return known
    system = _SYSTEMS[text[0]]
    titles = {"en": f"Fault in the {system['en']} ({text})", "zh": f"{system['zh']}故障（{text}）"}
    return CodeMeaning(titles, _UNKNOWN_SEVERITY)


@cache
def catalogue() -> Mapping[str, CodeMeaning]:
    """Every code of `catalogue/core_codes.toml`."""
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        code: CodeMeaning({"en": entry["en"], "zh": entry["zh"]}, entry["severity"], tuple(entry.get("causes", ())))
        for code, entry in entries.items()
    }
