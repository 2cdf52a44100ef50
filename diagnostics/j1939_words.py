"""Words and severity for a code of SAE J1939, composed from its parameter and its failure mode. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from diagnostics.alarms import ADVISORY, PLAN_A_VISIT
from diagnostics.code_wording import Text

_FILE: Final = Path(__file__).with_name("j1939_words.toml")
_WRITTEN: Final = re.compile(r"SPN(\d+)-FMI(\d+)")
_SEVERE_MODES: Final = ("0", "1")
_MILD_MODES: Final = ("15", "17")


def is_j1939(text: str) -> bool:
    return _WRITTEN.fullmatch(text) is not None


def describe(text: str) -> Text:
    """A parameter or a failure mode without a name stands there with its number."""
    spn, fmi = _parts(text)
    parameter = _words()["parameters"].get(spn, {"en": f"Parameter {spn}", "zh": f"参数 {spn}"})
    mode = _words()["modes"].get(fmi, {"en": f"failure mode {fmi}", "zh": f"故障模式 {fmi}"})
    return Text(f"{parameter['en']}: {mode['en']}", f"{parameter['zh']}：{mode['zh']}")


def severity_of(text: str) -> int:
    """The parameter's own where its mode is one of the most severe; the least severe modes are advisory."""
    spn, fmi = _parts(text)
    if fmi in _MILD_MODES:
        return ADVISORY
    worst = int(_words()["parameters"].get(spn, {}).get("severity", PLAN_A_VISIT))
    return worst if fmi in _SEVERE_MODES else PLAN_A_VISIT


def _parts(text: str) -> tuple[str, str]:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is not written as SPN110-FMI3")
    return found[1], found[2]


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
