"""The request to take kept messages through the admission again: a record on `ingest.redrive.v1`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

MAXIMUM_MESSAGES: Final = 100
"""In one request: more go into several, so that no transaction of the writer grows without bound."""

LONGEST_OFFSET_MS: Final = 100 * 365 * 86_400_000
"""A clock that lost its battery starts in 1970 or 2000; nothing is further off than a century."""


@dataclass(frozen=True, slots=True)
class RedriveRequest:
    """Rows of the quarantine by number.

    `clock_offset_ms` is added to every instant in these messages, for cars whose clock was wrong by a known span.
    Raises ValueError where a figure is beyond its limit.
    """

    quarantine_ids: tuple[int, ...]
    requested_by: str
    clock_offset_ms: int | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.quarantine_ids) <= MAXIMUM_MESSAGES:
            raise ValueError(f"{len(self.quarantine_ids)} messages; name 1 to {MAXIMUM_MESSAGES}")
        if self.clock_offset_ms is not None and abs(self.clock_offset_ms) > LONGEST_OFFSET_MS:
            raise ValueError("a clock offset of more than a century; give milliseconds")


def encode_redrive(request: RedriveRequest) -> bytes:
    return json.dumps(asdict(request)).encode()


def decode_redrive(value: bytes) -> RedriveRequest:
    """Raises ValueError for anything that `encode_redrive` does not write."""
    try:
        said = json.loads(value)
        ids = tuple(int(number) for number in said["quarantine_ids"])
        offset = said.get("clock_offset_ms")
        return RedriveRequest(ids, str(said["requested_by"]), None if offset is None else int(offset))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no request to drive again: {error}") from error
