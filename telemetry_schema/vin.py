"""The vehicle identification number (ISO 3779) with its check digit (49 CFR 565, position 9)."""

from __future__ import annotations

import re
from typing import Final, Self

LENGTH: Final = 17
CHECK_DIGIT_INDEX: Final = 8
ALPHABET: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_ALPHABET: Final = frozenset(ALPHABET)
_PATTERN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LETTER_VALUES: Final = {
    letter: value
    for letters, values in (("ABCDEFGH", "12345678"), ("JKLMNPR", "1234579"), ("STUVWXYZ", "23456789"))
    for letter, value in zip(letters, map(int, values), strict=True)
}


class InvalidVin(ValueError):
    """The text is not a VIN; the message says which rule it breaks."""


class Vin(str):
    """A VIN that has been checked: 17 characters without I, O and Q, upper case, and its check digit.

    The check digit is mandatory in North America and China only. `Vin(text, require_check_digit=False)` accepts a
    European number, in which position 9 is free; the strict form is what synthetic fleets use.
    """

    __slots__ = ()

    def __new__(cls, text: str, *, require_check_digit: bool = True) -> Self:
        if len(text) != LENGTH:
            raise InvalidVin(f"a VIN has {LENGTH} characters, this has {len(text)}")
        if not _PATTERN.fullmatch(text):
            raise InvalidVin("a VIN has only digits and the letters A to Z without I, O and Q, in upper case")
        if require_check_digit and text[CHECK_DIGIT_INDEX] != (expected := check_digit(text)):
            raise InvalidVin(f"the check digit at position 9 should be {expected}")
        return super().__new__(cls, text)

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, bool]]:
        """A copy is not checked again: a number that was accepted without its check digit can be copied and pickled."""
        return (str(self),), {"require_check_digit": False}


def check_digit(text: str) -> str:
    """The character that belongs at position 9 of `text`. Raises InvalidVin where another character is no VIN's."""
    if len(text) != LENGTH:
        raise InvalidVin(f"a VIN has {LENGTH} characters, this has {len(text)}")
    if not set(text[:CHECK_DIGIT_INDEX] + text[CHECK_DIGIT_INDEX + 1 :]) <= _ALPHABET:
        raise InvalidVin("a VIN has only digits and the letters A to Z without I, O and Q, in upper case")
    text = text[:CHECK_DIGIT_INDEX] + "0" + text[CHECK_DIGIT_INDEX + 1 :]  # its own place weighs nothing
    total = sum(weight * (_LETTER_VALUES.get(c) or int(c)) for weight, c in zip(_WEIGHTS, text, strict=True))
    return "X" if (remainder := total % 11) == 10 else str(remainder)


def with_check_digit(text: str) -> Vin:
    """The VIN that `text` becomes when its ninth character is made right."""
    return Vin(text[:CHECK_DIGIT_INDEX] + check_digit(text) + text[CHECK_DIGIT_INDEX + 1 :])
