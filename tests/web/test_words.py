"""Every text of the pages stands in the catalogues, and every catalogue is complete."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from jinja2 import Environment, nodes

from booking_api.access_policy import Action
from booking_api.fleet.finding_words import evidence_words
from booking_api.languages import Language
from booking_api.part_words import part_words
from diagnostics.code_catalogue import catalogue
from maintenance_planner.work_details import part_titles
from web.templating import TEMPLATES, environment
from web.word_extraction import extracted, renewed
from web.words import read_catalogue

_LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
NAMES: Final = re.compile("Servicelane|English|中文")
"""The same in every language: our name, and languages in their own words."""
SPOKEN_ATTRIBUTES: Final = {"alt", "title", "aria-label", "placeholder", "aria-description"}
PLACEHOLDER: Final = re.compile(r"%\(\w+\)s")


def test_every_text_has_a_chinese_translation_and_nothing_is_left_over() -> None:
    wanted = {message.id: message for message in extracted() if message.id}
    known = {message.id: message for message in read_catalogue("zh") if message.id}
    assert len(wanted) > 150
    assert {str(one) for one in wanted.keys() - known.keys()} == set(), "run `make words`, then translate"
    assert {str(one) for one in known.keys() - wanted.keys()} == set(), "run `make words`: nobody says these any more"
    assert [str(one.id) for one in known.values() if not all(_plural(one.string)) or one.fuzzy] == []


def test_a_translation_fills_in_what_its_text_fills_in() -> None:
    for message in read_catalogue("zh"):
        if message.id:
            gaps = {frozenset(PLACEHOLDER.findall(one)) for one in (*_plural(message.id), *_plural(message.string))}
            assert len(gaps) == 1, message.id


def test_the_catalogue_is_as_the_command_writes_it() -> None:
    fresh, known = renewed("zh"), read_catalogue("zh")
    assert {one.id: one.string for one in fresh if one.id} == {one.id: one.string for one in known if one.id}


def _plural(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


class _Spoken(HTMLParser):
    """What a template says by itself: text and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script")
        self.found += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def _said_outside_catalogues(source: str, jinja: Environment) -> set[str]:
    raw = "".join(
        node.data if isinstance(node, nodes.TemplateData) else "\u2007"
        for output in jinja.parse(source).find_all(nodes.Output)
        for node in output.nodes
    )
    parser = _Spoken()
    parser.feed(raw)
    words = {NAMES.sub("", " ".join(text.split())) for text in parser.found}
    return {text for text in words if re.search(r"[^\W\d_]", text)}


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_says_anything_outside_of_the_catalogues(path: Path) -> None:
    assert _said_outside_catalogues(path.read_text(), environment("en")) == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_that_the_access_log_may_say_has_words(language: Language) -> None:
    said = environment(language).get_template("access_words.html").module.action_word  # type: ignore[attr-defined]
    assert [action for action in Action if said(action.value) == action.value] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_that_speaks_for_a_cause_has_words(language: Language) -> None:
    causes = catalogue().causes.values()
    features = {one for cause in causes for one in (*cause.evidence_for, *cause.evidence_against)}
    assert len(features) > 30
    assert [one for one in features if evidence_words(one, language) in (one, one.partition(".")[0])] == []


def test_a_part_is_told_in_words() -> None:
    assert [part_words(one, "en") for one in ("oil_filter", "own-part-7")] == ["Oil filter", "own-part-7"]
    known = [*catalogue().parts, *part_titles()]
    assert len(known) > 30
    assert [one for one in known for language in _LANGUAGES if part_words(one, language) == one] == []


@pytest.mark.parametrize("source", ["<p>Hello</p>", '<img alt="A car">', "{% if x %}<b>你好</b>{% endif %}"])
def test_a_text_outside_of_the_catalogues_is_noticed(source: str) -> None:
    assert _said_outside_catalogues(source, environment("en"))
    assert not _said_outside_catalogues("<p>{% trans %}Hello{% endtrans %} {{ name }}</p>", environment("en"))
