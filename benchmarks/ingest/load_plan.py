"""What the load generator is told, and what it tells at the end: JSON between two processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from benchmarks.ingest.payloads import Form


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """One run of the generator.

    `window` messages of a car may wait for their answer: for `down/ack` where `awaits_acknowledgement`, as with a head
    unit, else for the broker's PUBACK. `messages_per_second` None: as fast as the windows let it. Every message whose
    number is a multiple of `repeat_every` is sent twice; `disorder` is the share sent after the one that follows it.
    `accounts` is a JSON file of [VIN, password] per car, null where `certificates` holds a `<vin>.pem` for each.
    With another `boot` (protobuf only) the same messages are others: those of the same cars after another start.
    Frames stand a second apart; the drive of the longest car ends at `ends_at_ms` (Unix), None: when the run begins.
    """

    messages: Path
    form: Form
    accounts: Path
    host: str
    port: int
    awaits_acknowledgement: bool
    window: int = 50
    messages_per_second: float | None = None
    repeat_every: int = 0
    disorder: float = 0.0
    stall_seconds: float = 15.0
    boot: int = 0
    ends_at_ms: int | None = None
    instants: Path | None = None
    ca_file: Path | None = None
    certificates: Path | None = None

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), default=str))

    @classmethod
    def read(cls, path: Path) -> Self:
        told = json.loads(path.read_text())
        files = ("messages", "accounts", "instants", "ca_file", "certificates")
        told |= {name: Path(told[name]) for name in files if told[name] is not None}
        return cls(**{**told, "form": Form(told["form"])})


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was sent. `published` counts repeats, the other counts distinct messages; instants in Unix nanoseconds."""

    messages: int
    published: int
    acknowledged: int
    resent: int
    refused: int
    first_publish_ns: int
    last_answer_ns: int
    cpu_seconds: float

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))
