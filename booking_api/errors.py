"""What a service says when it cannot do what was asked.

BookingApiError
├── InvalidTokenError        no token, or one that is not valid here: 401
├── IssuerUnavailableError   the keys that tokens are checked with cannot be had: 503, try again
├── NotAllowedError          a caller of another role than the one this is for: 403
├── NotFoundError            no such thing, or not the caller's: 404, with the same words for both
├── ClaimNotProvenError      a claim of a car without the car's own signature: 403
├── VehicleOwnedError        a claim of a car that has an owner: 409
├── TooManyClaimsError       as many open claims as may be: 429
├── UnusableSpanError        a consent that has ended already, or would last too long: 422
├── UnknownZoneError         a time zone that is none: 422
├── UnknownWorkError         a recommendation that is not this car's: 422
├── UnknownCatalogueIdError  a check or cause that the fault catalogue does not have: 422, with the closest
├── NotOfferedError          a start that no search would offer: 422, with the reason
├── SlotTakenError           somebody has it: 409, with other times
├── VehicleBusyError         the car has another visit at that time: 409
├── BookingEndedError        cancelled or begun: 409
├── HoldExpiredError         the hold has ended: 409, search again
├── TooLateToChangeError     less than the workshop's notice before the visit: 409, ask the workshop
├── UnknownLineError         a decision that does not name each open line of the estimate once: 422
├── StepNotAllowedError      a step that leads nowhere from here, or is not this caller's: 409, with those that are
├── StaleVersionError        it has changed since it was read: 412
├── PreconditionMissingError a change without If-Match: 428
├── AlreadyWaitingError      the car waits at that workshop already: 409
├── UnusableAddressError     an address that no webhook may go to: 422
├── TooManyWebhooksError     as many webhooks as an organisation may have: 409
├── QuotaExceededError       as many requests as a caller may make in a minute: 429
├── RequestInFlightError     the same key is being worked on: 409, try again
├── KeyReusedError           the same key with another request: 422
└── ExportsBusyError         as many exports run as may: 503, try again
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking_api import error_texts
from booking_api.languages import Text


class BookingApiError(Exception):
    """`text` is for the caller and names no person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text["en"])
        self.text = text


class InvalidTokenError(BookingApiError):
    """No token, or one that is not valid here."""


class IssuerUnavailableError(BookingApiError):
    """The issuer of the tokens does not answer."""


class NotAllowedError(BookingApiError):
    """The caller has another role than the one this is for."""


class NotFoundError(BookingApiError):
    """No such thing, or not the caller's."""


class ClaimNotProvenError(BookingApiError):
    """The car's signature is missing, or is not one of a car of ours."""


class VehicleOwnedError(BookingApiError):
    """The car has an owner, who has not given it up."""


class TooManyClaimsError(BookingApiError):
    """Somebody has as many open claims as may be."""


class UnusableSpanError(BookingApiError):
    """A consent that has ended already, or that would last too long."""


class UnknownZoneError(BookingApiError):
    """No IANA time zone has that name."""


class UnknownWorkError(BookingApiError):
    """A recommendation that is not this car's, or no longer."""


class UnknownCatalogueIdError(BookingApiError):
    """A check or cause that the fault catalogue does not have; `close` are ids that look like it."""

    def __init__(self, name: str, close: Sequence[str]) -> None:
        super().__init__(error_texts.NOT_IN_CATALOGUE)
        self.suggestions = {name: tuple(close)}


class NotOfferedError(BookingApiError):
    """`code` is one of `reason_texts.OBSTACLES`, or `off_grain`."""

    def __init__(self, text: Text, code: str) -> None:
        super().__init__(text)
        self.code = code


class SlotTakenError(BookingApiError):
    """`alternatives` are the nearest free starts at the same workshop, in its local time."""

    def __init__(self, alternatives: Sequence[datetime]) -> None:
        super().__init__(error_texts.SLOT_TAKEN)
        self.alternatives = tuple(alternatives)


class BookingEndedError(BookingApiError):
    """The booking can no longer be changed."""


class VehicleBusyError(BookingApiError):
    """The car has another visit at that time."""


class HoldExpiredError(BookingApiError):
    """The hold has ended; somebody else may have the time."""


class TooLateToChangeError(BookingApiError):
    """Less than the workshop's notice is left before the visit."""


class UnknownLineError(BookingApiError):
    """A decision that does not name each open line of the estimate once."""


class StepNotAllowedError(BookingApiError):
    """`allowed` are the steps that this caller may take with the visit as it is."""

    def __init__(self, status: str, allowed: Sequence[str]) -> None:
        super().__init__(error_texts.STEP_NOT_ALLOWED)
        self.status, self.allowed = status, tuple(allowed)


class StaleVersionError(BookingApiError):
    """What is changed has another version than the caller has read."""


class PreconditionMissingError(BookingApiError):
    """A change must say which version it is meant for."""


class AlreadyWaitingError(BookingApiError):
    """The car waits at that workshop already."""


class UnusableAddressError(BookingApiError):
    """An address that no webhook may go to."""


class TooManyWebhooksError(BookingApiError):
    """As many webhooks as an organisation may have."""


class QuotaExceededError(BookingApiError):
    """As many requests as a caller may make for now; `again_in_seconds`: when the next one may come."""

    def __init__(self, again_in_seconds: int) -> None:
        super().__init__(error_texts.QUOTA_EXCEEDED)
        self.again_in_seconds = again_in_seconds


class RequestInFlightError(BookingApiError):
    """The first request with this key has not been answered yet."""


class KeyReusedError(BookingApiError):
    """The key belongs to another request."""


class ExportsBusyError(BookingApiError):
    """As many exports run as may at once."""
