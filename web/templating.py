"""Templates rendered for a visitor: one environment per language, everything escaped."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking_api.access_policy import Action
from booking_api.fleet.finding_words import evidence_words
from booking_api.languages import Language
from booking_api.part_words import part_words
from diagnostics.pictures.composition import label_of
from web.axis import place_due
from web.formats import filters_for
from web.visitors import Visitor
from web.words import translations

TEMPLATES: Final = Path(__file__).parent / "templates"
_PRIVATE: Final = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}


@cache
def environment(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters |= filters_for(language)
    made.filters["part_words"] = partial(part_words, language=language)
    made.filters["evidence_words"] = partial(evidence_words, language=language)
    made.globals |= {"Action": Action, "place_due": place_due, "label_of": label_of}
    return made


def render(request: Request, visitor: Visitor, template: str, *, status: int = 200, **told: Any) -> HTMLResponse:
    """`request` and `visitor` are known to every template. What a browser may keep, the service worker keeps."""
    page = environment(visitor.language).get_template(template)
    content = page.render(path=request.url.path, visitor=visitor, language=visitor.language, **told)
    return HTMLResponse(content, status, {**_PRIVATE, "Content-Language": visitor.language})
