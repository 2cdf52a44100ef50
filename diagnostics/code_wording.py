"""Words for every generic code in two languages, composed of component, place and failure. Pure.

`catalogue/wording/codes.csv` says which component a code is about, which one of several, and how it failed;
`words.yaml` beside it says those in English and Chinese. A code that the table lacks is named by its system
(SAE J2012), a code that is the manufacturer's own is said to be so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from diagnostics.catalogue_files import FOLDER, read_yaml

_FOLDER: Final = FOLDER / "wording"
_CODE: Final = re.compile(r"(?P<code>[PCBU][0-3][0-9A-F]{3})(-(?P<failure_type>[0-9A-F]{2}))?")
_OF_MAKER: Final = re.compile(r"P1|P3[0-3]|[BCU][12]")
"""SAE J2012 leaves these to the manufacturers."""
_SAID: Final = "said"
"""The failure of a component whose name says already what is wrong."""
_PLACE: Final = re.compile(r"(bank|sensor|cylinder) (\d+)")
_PLACES_ZH: Final = {"bank": "第 {} 列", "sensor": "传感器 {}", "cylinder": "第 {} 缸"}


@dataclass(frozen=True, slots=True)
class Text:
    """The same in English and in Chinese."""

    __pydantic_config__ = {"extra": "forbid", "str_min_length": 1}  # noqa: RUF012 read where the catalogue is checked
    en: str
    zh: str

    def languages(self) -> dict[str, str]:
        return {"en": self.en, "zh": self.zh}


class Meaning(NamedTuple):
    """Which component, which one of several, and how it failed: ids of `words.yaml`."""

    component: str
    place: str
    failure: str


def compose(code: str) -> Text:
    """A title for `P0123` or `P0123-11`. What is no code is said to be one that cannot be read."""
    parsed = _CODE.fullmatch(code)
    if parsed is None:
        return _sentence("unreadable", code=Text(code, code))
    return with_failure_type(_title(parsed["code"]), code)


def is_code(text: str) -> bool:
    """Whether that is written as a code is: `P0128`, or `P0128-11` with its failure type."""
    return _CODE.fullmatch(text) is not None


def with_failure_type(title: Text, code: str) -> Text:
    """The title and what the third byte of `P0123-11` adds to it; `-00` adds nothing."""
    _, _, byte = code.partition("-")
    known = _words()["failure_types"].get(byte)
    return _sentence("with_type", title=title, failure_type=Text(**known)) if known else title


def meaning_of(code: str) -> Meaning | None:
    """What `P0123` is about; None where only its system is known."""
    return _meanings().get(code)


def _title(code: str) -> Text:
    meaning = meaning_of(code)
    if meaning is None:
        return _of_system(code)
    component = Text(**_words()["components"][meaning.component])
    place = _place(meaning.place)
    if meaning.failure == _SAID:
        return Text(component.en + place.en, component.zh + place.zh)
    failure = Text(**_words()["failures"][meaning.failure])
    return _sentence("composed", component=component, place=place, failure=failure)


def _of_system(code: str) -> Text:
    """By the longest prefix that the words know."""
    systems = _words()["systems"]
    system = Text(**next(systems[code[:length]] for length in (3, 2, 1) if code[:length] in systems))
    kind = "of_maker" if _OF_MAKER.match(code) else "of_system"
    return _sentence(kind, system=system, code=Text(code, code))


def _place(place: str) -> Text:
    """`bank 1 sensor 2` is `, bank 1 sensor 2` and `（第 1 列传感器 2）`; a lone letter follows the component."""
    if not place:
        return Text("", "")
    zh = _PLACE.sub(lambda found: _PLACES_ZH[found[1]].format(found[2]), place).replace("列 传", "列传")
    separator = ", " if _PLACE.match(place) else " "
    return Text(separator + place, f"（{zh}）" if _PLACE.match(place) else f" {zh}")


def _sentence(kind: str, **words: Text) -> Text:
    pattern = _words()["sentences"][kind]
    en = pattern["en"].format(**{name: text.en for name, text in words.items()})
    return Text(en, pattern["zh"].format(**{name: text.zh for name, text in words.items()}))


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = read_yaml(_FOLDER / "words.yaml")
    return words


@cache
def _meanings() -> Mapping[str, Meaning]:
    with (_FOLDER / "codes.csv").open(encoding="utf-8", newline="") as file:
        return {
            code: Meaning(row["component"], row["place"], failure)
            for row in csv.DictReader(file)
            for code, _, failure in (one.partition(":") for one in row["codes"].split())
        }
