"""The messages of a fleet, encoded before a run: protobuf as our head units send it, and what peers read.

Instants in a file count from the start of a run; `shifted` sets them, so that no frame is late because its file is old.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.ingest.drives import POSITION_EVERY, POSITIONS, QUANTITIES, CodeReport, Drive, drive
from telemetry_schema.batches import encode_batch
from telemetry_schema.catalogue import signals_by_name
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import encode_event
from telemetry_schema.frames import ClockQuality, FrameBatch, Identity, SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Up

SIGNAL_NAMES: Final = tuple(quantity.name for quantity in QUANTITIES)
TSV_COLUMNS: Final = (
    ("recorded_at", "vehicle_id", "boot_id", "boot_number", "sequence", "frame", "clock_quality")
    + (SIGNAL_NAMES + POSITIONS)
    + ("codes",)
)
_LARGE: Final = 200_000
_BOOT_NUMBER: Final = 1
_KINDS: Final = (Up.BATCHES, Up.EVENTS)


class Form(StrEnum):
    PROTOBUF = "protobuf"
    TSV = "tsv"
    JSON = "json"

    @property
    def content_type(self) -> str:
        return {Form.PROTOBUF: PROTOBUF, Form.TSV: "text/tab-separated-values", Form.JSON: JSON}[self]


@dataclass(frozen=True, slots=True)
class Message:
    """One publish. `frames` is 0 for a code report; `sequence` counts per car from 1."""

    car: int
    kind: Up
    sequence: int
    frames: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """The size of a run. One file of messages belongs to each (load, form)."""

    cars: int
    frames: int
    frames_per_message: int
    seed: int = 1

    @property
    def frames_per_car(self) -> int:
        """Whole messages only."""
        per_car = max(1, self.frames // self.cars)
        return -(-per_car // self.frames_per_message) * self.frames_per_message

    @property
    def words(self) -> str:
        return "single frames" if self.frames_per_message == 1 else f"batches of {self.frames_per_message}"

    @property
    def all_frames(self) -> int:
        return self.frames_per_car * self.cars


def write_messages(path: Path, load: Load, form: Form) -> None:
    """All messages in the order of sending: the cars take turns."""
    of_cars = _messages_of_all(load, form)
    longest = max(len(messages) for messages in of_cars)
    ordered = [messages[turn] for turn in range(longest) for messages in of_cars if turn < len(messages)]
    numbers = [(one.car, _KINDS.index(one.kind), one.sequence, one.frames, len(one.payload)) for one in ordered]
    blob = np.frombuffer(b"".join(one.payload for one in ordered), dtype=np.uint8)
    with path.open("wb") as file:
        np.savez(file, numbers=np.array(numbers, dtype=np.int64), blob=blob)


def read_messages(path: Path) -> Iterator[Message]:
    with np.load(path) as file:
        numbers, blob = file["numbers"].tolist(), file["blob"].tobytes()
    start = 0
    for car, kind, sequence, frames, length in numbers:
        yield Message(car, _KINDS[kind], sequence, frames, blob[start : start + length])
        start += length


def shifted(message: Message, form: Form, start_ms: int, boot: int = 0) -> bytes:
    """The payload with its instants counted from `start_ms` (Unix), under the boot id of another boot where asked."""
    if form is Form.TSV:
        return b"\n".join(_shifted_line(line, start_ms) for line in message.payload.split(b"\n"))
    if form is Form.JSON:
        frames = [_shifted_json(frame, start_ms) for frame in json.loads(message.payload)]
        return json.dumps(frames if len(frames) > 1 else frames[0], separators=(",", ":")).encode()
    if message.kind is Up.BATCHES:
        batch = wire.Batch.FromString(message.payload)
        batch.base_recorded_at_ms += start_ms
        batch.boot_id = _of_boot(batch.boot_id, boot)
        batch.boot_number += boot
        return batch.SerializeToString(deterministic=True)
    event = wire.Event.FromString(message.payload)
    event.recorded_at_ms += start_ms
    event.boot_id = _of_boot(event.boot_id, boot)
    event.boot_number += boot
    return event.SerializeToString(deterministic=True)


def _of_boot(boot_id: bytes, boot: int) -> bytes:
    return (int.from_bytes(boot_id, "big") ^ boot).to_bytes(16, "big")


def drives(load: Load) -> Iterator[Drive]:
    for car in range(load.cars):
        yield drive(car, load.frames_per_car, load.seed)


def tsv_lines(car: int, own: Drive, first: int, last: int, sequence: int) -> Iterator[str]:
    """One line per frame; the instant stands first, as milliseconds from the start of the run."""
    codes = {report.frame: report.codes for report in own.reports}
    for frame in range(first, last):
        position = own.position_of(frame)
        words = [str(own.at_ms[frame]), str(car + 1), str(own.boot_id), str(_BOOT_NUMBER), str(sequence)]
        words += [str(frame - first), str(ClockQuality.SYNCHRONISED.value)]
        words += [_number(value, it.decimals) for value, it in zip(own.values[frame].tolist(), QUANTITIES, strict=True)]
        words += ["\\N", "\\N"] if position is None else [f"{value:.6f}" for value in position.tolist()]
        words.append(",".join(f"{code:06X}" for code in codes[frame]) if frame in codes else "\\N")
        yield "\t".join(words)


def _messages_of_all(load: Load, form: Form) -> list[list[Message]]:
    """By car; large loads on every core, since a minute at a steady rate is millions of frames."""
    if load.all_frames < _LARGE:
        return [list(_messages_of(car, load, form)) for car in range(load.cars)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        return list(processes.map(_list_of, range(load.cars), repeat(load), repeat(form), chunksize=8))


def _list_of(car: int, load: Load, form: Form) -> list[Message]:
    return list(_messages_of(car, load, form))


def _messages_of(car: int, load: Load, form: Form) -> Iterator[Message]:
    own = drive(car, load.frames_per_car, load.seed)
    sequence = 0
    for first in range(0, own.frames, load.frames_per_message):
        last = first + load.frames_per_message
        sequence += 1
        yield Message(car, Up.BATCHES, sequence, last - first, _encode(form, car, own, first, last, sequence))
        if form is Form.PROTOBUF:
            for report in own.reports:
                if first <= report.frame < last:
                    sequence += 1
                    yield Message(car, Up.EVENTS, sequence, 0, _event(own, report, sequence))


def _encode(form: Form, car: int, own: Drive, first: int, last: int, sequence: int) -> bytes:
    if form is Form.TSV:
        return "\n".join(tsv_lines(car, own, first, last, sequence)).encode()
    if form is Form.JSON:
        return json.dumps(
            [_json_frame(car, own, frame, frame - first, sequence) for frame in range(first, last)]
        ).encode()
    return encode_batch(_batch(own, first, last, sequence))


def _batch(own: Drive, first: int, last: int, sequence: int) -> FrameBatch:
    ids = signals_by_name()
    columns = {
        ids[quantity.name].id: SignalColumn(own.values[first:last, number])
        for number, quantity in enumerate(QUANTITIES)
    }
    placed = np.array([frame - first for frame in range(first, last) if frame % POSITION_EVERY == 0], dtype=np.int64)
    if len(placed):
        at = None if len(placed) == last - first else placed
        rows = (placed + first) // POSITION_EVERY
        columns |= {ids[name].id: SignalColumn(own.positions[rows, i], at) for i, name in enumerate(POSITIONS)}
    identity = Identity(own.vin, own.boot_id, _BOOT_NUMBER, sequence)
    return FrameBatch(identity, own.at_ms[first:last], columns, ClockQuality.SYNCHRONISED)


def _event(own: Drive, report: CodeReport, sequence: int) -> bytes:
    codes = [wire.Dtc(code=code, status=0x2F) for code in report.codes]
    event = wire.Event(
        vin=own.vin,
        boot_id=own.boot_id.bytes,
        boot_number=_BOOT_NUMBER,
        sequence=sequence,
        clock_quality=wire.ClockQuality.ValueType(ClockQuality.SYNCHRONISED.value),
        recorded_at_ms=int(own.at_ms[report.frame]),
        dtc_report=wire.DtcReport(ecu="ECM", complete=True, codes=codes),
    )
    return encode_event(event)


def _json_frame(car: int, own: Drive, frame: int, number: int, sequence: int) -> dict[str, object]:
    position = own.position_of(frame)
    values: dict[str, object] = {"recorded_at": int(own.at_ms[frame]), "vehicle_id": car + 1}
    values |= {"boot_id": str(own.boot_id), "boot_number": _BOOT_NUMBER, "sequence": sequence, "frame": number}
    values |= {"clock_quality": ClockQuality.SYNCHRONISED.value}
    values |= dict(zip(SIGNAL_NAMES, own.values[frame].tolist(), strict=True))
    if position is not None:
        values |= dict(zip(POSITIONS, position.tolist(), strict=True))
    for report in own.reports:
        if report.frame == frame:
            values["codes"] = ",".join(f"{code:06X}" for code in report.codes)
    return values


def _number(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def _shifted_line(line: bytes, start_ms: int) -> bytes:
    at_ms, _, rest = line.partition(b"\t")
    instant = np.datetime64(start_ms + int(at_ms), "ms")
    return f"{instant}Z\t".encode() + rest


def _shifted_json(frame: dict[str, int], start_ms: int) -> dict[str, int]:
    return {**frame, "recorded_at": frame["recorded_at"] + start_ms}


def encoded(folder: Path, load: Load, form: Form) -> Path:
    """The file of these messages, written where it is missing."""
    path = folder / f"{form}-{load.cars}-{load.all_frames}-{load.frames_per_message}-{load.seed}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_messages(path, load, form)
    return path
