"""What a code of any system means: `P0302-00`, `P0302` or `SPN110-FMI3`. Pure."""

from __future__ import annotations

from diagnostics import code_catalogue, j1939_words
from diagnostics.code_wording import Text


def describe(code: str) -> Text:
    return j1939_words.describe(code) if j1939_words.is_j1939(code) else code_catalogue.describe(code)


def severity_of(code: str) -> int:
    return j1939_words.severity_of(code) if j1939_words.is_j1939(code) else code_catalogue.severity_of(code)
