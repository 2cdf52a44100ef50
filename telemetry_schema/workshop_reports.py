"""What a technician says of a fault, a test's result or the cause: records on `diagnostics.workshop-reports.v1`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final, Literal
from uuid import UUID

POSITIVE: Final = "positive"
NEGATIVE: Final = "negative"
MAXIMUM_SYMPTOMS: Final = 100

Kind = Literal["test", "cause"]


@dataclass(frozen=True, slots=True)
class WorkshopReport:
    """`subject` is the check of a test, and empty for a cause; `value` is positive or negative, or the cause's id.

    `symptoms` are the fault's entries in the catalogue, and `shown` the probabilities of causes that the technician had
    before him. Names no person. Raises ValueError where a figure or a word is beyond its limit.
    """

    isolation_id: UUID
    vehicle_id: int
    kind: Kind
    subject: str
    value: str
    workshop_id: str
    told_at_ms: int
    symptoms: tuple[str, ...]
    shown: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("test", "cause"):
            raise ValueError(f"a report of the kind {self.kind!r}; give test or cause")
        if self.kind == "test" and self.value not in (POSITIVE, NEGATIVE):
            raise ValueError(f"a test that is {self.value!r}; give {POSITIVE} or {NEGATIVE}")
        if not 0 < len(self.symptoms) <= MAXIMUM_SYMPTOMS:
            raise ValueError(f"{len(self.symptoms)} symptoms; name 1 to {MAXIMUM_SYMPTOMS}")

    @property
    def is_positive(self) -> bool:
        return self.value == POSITIVE


def encode_report(report: WorkshopReport) -> bytes:
    return json.dumps(asdict(report) | {"isolation_id": str(report.isolation_id)}, ensure_ascii=False).encode()


def decode_report(value: bytes) -> WorkshopReport:
    """Raises ValueError for anything that `encode_report` does not write."""
    try:
        said = json.loads(value)
        return WorkshopReport(
            isolation_id=UUID(said["isolation_id"]),
            vehicle_id=int(said["vehicle_id"]),
            kind=said["kind"],
            subject=str(said["subject"]),
            value=str(said["value"]),
            workshop_id=str(said["workshop_id"]),
            told_at_ms=int(said["told_at_ms"]),
            symptoms=tuple(str(name) for name in said["symptoms"]),
            shown={str(cause): float(probability) for cause, probability in said["shown"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no report of a workshop: {error}") from error
