"""What a service says when it cannot do what was asked.

BookingApiError
├── InvalidTokenError        no token, or one that is not valid here: 401
├── NotAllowedError          a caller of another role than the one this is for: 403
├── NotFoundError            no such thing, or not the caller's: 404, with the same words for both
├── UnknownWorkError         a recommendation that is not this car's: 422
├── NotOfferedError          a start that no search would offer: 422, with the reason
├── SlotTakenError           somebody has it: 409, with other times
├── BookingEndedError        cancelled or begun: 409
├── StaleVersionError        the booking has changed since it was read: 412
├── PreconditionMissingError a change without If-Match: 428
├── RequestInFlightError     the same key is being worked on: 409, try again
├── KeyReusedError           the same key with another request: 422
└── ExportsBusyError         as many exports run as may: 503, try again
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class BookingApiError(Exception):
    """The message is for the caller and names no person."""


class InvalidTokenError(BookingApiError):
    """No token, or one that is not valid here."""


class NotAllowedError(BookingApiError):
    """The caller has another role than the one this is for."""


class NotFoundError(BookingApiError):
    """No such thing, or not the caller's."""


class UnknownWorkError(BookingApiError):
    """A recommendation that is not this car's, or no longer."""


class NotOfferedError(BookingApiError):
    """`code` is one of `reason_texts.OBSTACLES`, or `off_grain`."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class SlotTakenError(BookingApiError):
    """`alternatives` are the nearest free starts at the same workshop, in its local time."""

    def __init__(self, alternatives: Sequence[datetime]) -> None:
        super().__init__("This time has just been taken.")
        self.alternatives = tuple(alternatives)


class BookingEndedError(BookingApiError):
    """The booking can no longer be changed."""


class StaleVersionError(BookingApiError):
    """The booking has another version than the caller has read."""


class PreconditionMissingError(BookingApiError):
    """A change must say which version of the booking it is meant for."""


class RequestInFlightError(BookingApiError):
    """The first request with this key has not been answered yet."""


class KeyReusedError(BookingApiError):
    """The key belongs to another request."""


class ExportsBusyError(BookingApiError):
    """As many exports run as may at once."""
