"""What a kind of finding says of a car, whatever its component. Pure."""

from __future__ import annotations

from booking_api.languages import Language
from diagnostics.code_catalogue import catalogue


def finding_words(kind: str, language: Language) -> str:
    """A kind that the catalogue no longer has is told by its id."""
    known = catalogue().codes.get(f"finding:{kind}")
    return known.text.languages()[language].format(component="…") if known else kind
