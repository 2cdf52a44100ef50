"""`python -m web.word_extraction`: brings the catalogues up to what stands in templates and code (`make words`).

New words come without a translation, and the tests say which; words that nobody uses any more are taken out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from booking_api.languages import Language
from web.words import TRANSLATIONS, read_catalogue

_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS: Final = {"templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
_HEADER: Final = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
)
_WIDTH: Final = 120


def extracted() -> Catalog:
    """Every text that the pages can show, without translations."""
    found = Catalog()
    for _, _, words, _, _ in extract_from_dir(Path(__file__).parent, _METHODS, _OPTIONS):
        found.add(words, flags=["python-format"] if "%(" in str(words) else [])
    return found


def renewed(language: Language) -> Catalog:
    """What is extracted, with the translations that are known."""
    known, fresh = read_catalogue(language), Catalog(locale=language)
    for message in extracted():
        if message.id:
            old = known.get(message.id)
            fresh.add(message.id, old.string if old else "", flags=message.flags)
    return fresh


def main() -> None:
    for language in (one for one in get_args(Language) if one != "en"):
        path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
        catalogue = renewed(language)
        with path.open("wb") as file:
            file.write(_HEADER.encode() + b"\n")
            write_po(file, catalogue, width=_WIDTH, omit_header=True, sort_output=True)
        print(f"{path}: {sum(not message.string for message in catalogue if message.id)} without a translation")


if __name__ == "__main__":
    main()
