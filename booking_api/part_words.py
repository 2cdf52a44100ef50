"""What a part is called: by the planner where its work fits the part, or by the catalogue of faults. Pure."""

from __future__ import annotations

from booking_api.languages import Language
from diagnostics.code_catalogue import catalogue
from maintenance_planner.work_details import part_titles


def part_words(part: str, language: Language) -> str:
    """A part that only a workshop's own stock knows is told by its id."""
    if part in (titles := part_titles()):
        return titles[part][language]
    known = catalogue().parts.get(part)
    return known.text.languages()[language] if known else part
