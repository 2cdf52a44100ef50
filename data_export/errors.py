"""What an export cannot do, in words for who asked.

ExportError
├── PeriodError            it ends before it begins, or an instant has no offset
├── ChoiceError            choices that do not go together
├── UnknownSignalError     no such signal; `suggestions` holds close names
├── PositionsError         positions are named and were not asked for
└── UnknownVehicleError    no car has this VIN
"""

from __future__ import annotations

from collections.abc import Mapping


class ExportError(Exception):
    """The message says what to do."""


class PeriodError(ExportError):
    """A period that is none."""


class ChoiceError(ExportError):
    """Choices that do not go together."""


class UnknownSignalError(ExportError):
    """`suggestions` holds, by unknown name, the names that come close to it."""

    def __init__(self, message: str, suggestions: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class PositionsError(ExportError):
    """Positions are personal data: they need a word of their own."""


class UnknownVehicleError(ExportError):
    """No car has this VIN."""
