"""Words for every generic code in two languages, composed of component, place and failure. Pure.

`catalogue/wording/codes.csv` says which component a code is about and how it failed; `words.yaml` beside it says those
in English and Chinese. A code that the table lacks is named by its system (SAE J2012), a manufacturer's code as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_CODE: Final = re.compile(r"^([PCBU])([0-3])([0-9A-F])[0-9A-F]{2}(-[0-9A-F]{2})?$")
_SYSTEMS: Final = {
    "P": ("powertrain", "动力总成"),
    "C": ("chassis", "底盘"),
    "B": ("body", "车身"),
    "U": ("network", "网络通信"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """The same in English and in Chinese."""

    __pydantic_config__ = {"extra": "forbid", "str_min_length": 1}  # noqa: RUF012 read where the catalogue is checked
    en: str
    zh: str

    def languages(self) -> dict[str, str]:
        return {"en": self.en, "zh": self.zh}


def compose(code: str) -> Text:
    """Words for `P0123` or `P0123-11`. What is no code is said to be one that cannot be read."""
    parsed = _CODE.match(code)
    if parsed is None:
        return Text(f"Unreadable code {code}", f"无法识别的故障码 {code}")
    en, zh = _SYSTEMS[parsed[1]]
    return Text(f"Fault in the {en} ({code})", f"{zh}故障（{code}）")
