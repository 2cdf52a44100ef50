"""Whether what is asked for makes sense, and which signals it names. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Final

from data_export.errors import ChoiceError, PeriodError, PositionsError, UnknownSignalError
from data_export.models import ExportRequest
from telemetry_schema.catalogue import Signal, signals, signals_by_name

EXTRA: Final = "extra"
"""The name for what cars sent beyond the catalogue. Nobody knows what that is, so it leaves by name only."""


def check_request(request: ExportRequest) -> None:
    """Raises PeriodError, ChoiceError, PositionsError and UnknownSignalError."""
    _check_period(request)
    if request.what != "signals" and (request.signals is not None or request.with_positions):
        raise ChoiceError(f"A choice of signals and positions belong to an export of signals, not of {request.what}.")
    if request.with_positions and request.is_pseudonymous:
        raise ChoiceError("A track names its driver: positions cannot be exported under a pseudonym. Leave out one.")
    if request.is_pseudonymous and EXTRA in (request.signals or ()):
        raise ChoiceError("What is in `extra` is not known, so it cannot be exported under a pseudonym. Leave out one.")
    _check_signals(request.signals, with_positions=request.with_positions)


def _check_period(request: ExportRequest) -> None:
    if request.from_at.utcoffset() is None or request.to_at.utcoffset() is None:
        raise PeriodError("An instant needs its offset: 2026-03-01T00:00:00+01:00, or …Z for UTC.")
    if request.from_at > request.to_at:
        raise PeriodError("The period ends before it begins. Exchange its two instants.")


def _check_signals(names: Sequence[str] | None, *, with_positions: bool) -> None:
    if names is None:
        return
    if not names:
        raise ChoiceError("The list of signals is empty. Name some, or leave the choice out for all.")
    unknown = [name for name in names if name not in signals_by_name() and name != EXTRA]
    if unknown:
        raise _unknown(unknown)
    personal = [name for name in names if name != EXTRA and signals_by_name()[name].is_personal]
    if personal and not with_positions:
        raise PositionsError(f"{', '.join(personal)}: personal data, which must be asked for with positions.")


def _unknown(names: Sequence[str]) -> UnknownSignalError:
    suggestions = {name: tuple(get_close_matches(name, signals_by_name(), n=3)) for name in names}
    words = [f"{name} (did you mean {', '.join(close)}?)" if close else name for name, close in suggestions.items()]
    return UnknownSignalError(f"There is no such signal: {'; '.join(words)}. docs/signals.md names all.", suggestions)


def choose_signals(
    names: Sequence[str] | None, sent: Collection[str] | None, *, with_positions: bool
) -> tuple[Signal, ...]:
    """The signals of an export in the order of the catalogue: those that were named, else those that were sent.

    `sent` None: that is not known, so all of them. Positions only where they were asked for.
    """
    wanted = names if names is not None else sent
    return tuple(
        signal
        for signal in signals()
        if (with_positions if signal.is_personal else wanted is None or signal.name in wanted)
    )
