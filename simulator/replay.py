"""Recorded drives through head units, at the speed of the road, a multiple of it, or as fast as they go.

Every row that can be read becomes one frame at its recorded instant, in the order of the file: repeated instants and
steps back are sent as they were recorded, since frames are numbered. Only `shift_ms` moves instants.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from simulator.columns_read import DriveReport, FrameBlock
from simulator.recordings import RecordingMap, RecordingReader, open_recording
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire

PART_FRAMES: Final = 2_000  # handed over at once; the bound on pending messages is checked between parts
TICK_SECONDS: Final = 0.2  # paced replay hands over what has become due this often
PROGRESS_SECONDS: Final = 1.0
DEFAULT_MAXIMUM_PENDING: Final = 200  # messages; default, to be calibrated


class Sender(Protocol):
    """What replay needs of a head unit."""

    @property
    def pending(self) -> int: ...
    def record_frames(self, recorded_at_ms: npt.NDArray[np.int64], columns: Mapping[int, SignalColumn]) -> None: ...
    def record_event(self, event: wire.Event) -> None: ...
    def flush(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Drive:
    """One file as the survey found it. Instants are Unix milliseconds as recorded, None where no row has one."""

    path: Path
    frames: int
    from_ms: int | None
    to_ms: int | None
    vins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tempo:
    """`speed` 1 is the speed of the road, 10 ten times that, None as fast as it goes."""

    speed: float | None = None
    shift_ms: int = 0
    maximum_pending: int = DEFAULT_MAXIMUM_PENDING
    settle_seconds: float = 120  # how long nothing may be acknowledged at the end before replay gives up


def survey(recording_map: RecordingMap, files: Sequence[Path], vin: str | None = None) -> list[Drive]:
    """Reads the instants of every file; drives in the order in which they were driven, those without a row last."""
    drives = []
    for path in files:
        reader = open_recording(recording_map, path, vin=vin, times_only=True)
        vins = frozenset(block.vin for block in reader.blocks())
        report = reader.report
        drives.append(Drive(path, report.frames, report.from_ms, report.to_ms, vins))
    return sorted(drives, key=lambda drive: (drive.from_ms is None, drive.from_ms or 0, drive.path.name))


def shift_to(drives: Sequence[Drive], now_ms: int) -> int:
    """Milliseconds to add so that the last instant of all drives becomes `now_ms`."""
    return now_ms - max((drive.to_ms for drive in drives if drive.to_ms is not None), default=now_ms)


class Replay:
    """One run over some drives. `senders` gives the head unit of a VIN; `emit` takes each progress line."""

    def __init__(
        self,
        recording_map: RecordingMap,
        drives: Sequence[Drive],
        senders: Callable[[str], Sender],
        tempo: Tempo,
        emit: Callable[[dict[str, Any]], None],
        *,
        vin: str | None = None,
        stopping: threading.Event | None = None,
    ) -> None:
        self._map = recording_map
        self._drives = drives
        self._senders = senders
        self._tempo = tempo
        self._emit = emit
        self._vin = vin
        self._stopping = stopping or threading.Event()
        self._open: dict[str, Sender] = {}
        self._started = self._spoke = time.monotonic()
        self._sent = self._done = self._not_parsed = self._rows = 0

    def run(self) -> bool:
        """True when everything was sent and acknowledged."""
        for drive in self._drives:
            self._emit({"drive": self._send(drive)})
            if self._stopping.is_set():
                break
            self._done += 1
        settled = self._settle()
        self._emit({"done": self._end(settled)})
        return settled and self._done == len(self._drives)

    @property
    def pending(self) -> int:
        return sum(sender.pending for sender in self._open.values())

    def _send(self, drive: Drive) -> dict[str, Any]:
        reader = open_recording(self._map, drive.path, vin=self._vin, in_order=self._tempo.speed is not None)
        sent = 0
        for part in self._parts(reader):
            self._hand_over(part)
            sent += len(part.recorded_at_ms)
            self._sent += len(part.recorded_at_ms)
            self._wait_for_room()
            if self._stopping.is_set():
                break
        for sender in self._open.values():
            sender.flush()
        self._rows += reader.report.rows
        self._not_parsed += reader.report.rows_not_parsed
        return drive_line(reader.report, sent, self._tempo.shift_ms)

    def _hand_over(self, part: FrameBlock) -> None:
        sender, shift_ms = self._sender(part.vin), self._tempo.shift_ms
        sender.record_frames(part.recorded_at_ms + shift_ms, part.columns)
        for told in part.events:
            event = wire.Event()
            event.CopyFrom(told)
            event.recorded_at_ms += shift_ms
            sender.record_event(event)

    def _sender(self, vin: str) -> Sender:
        if vin not in self._open:
            self._open[vin] = self._senders(vin)
        return self._open[vin]

    def _parts(self, reader: RecordingReader) -> Iterator[FrameBlock]:
        clock = None
        for block in reader.blocks():
            if self._tempo.speed is None:
                for start in range(0, max(len(block.recorded_at_ms), 1), PART_FRAMES):
                    yield block.part(start, start + PART_FRAMES)
                continue
            if not len(block.recorded_at_ms):
                yield block
                continue
            clock = clock or _Clock(int(block.recorded_at_ms[0]), self._tempo.speed)
            for start, stop, due in clock.ticks(block.recorded_at_ms):
                self._wait_until(due)
                if self._stopping.is_set():
                    return
                yield block.part(start, stop)

    def _wait_until(self, due: float) -> None:
        while not self._stopping.is_set() and (left := due - time.monotonic()) > 0:
            self._progress()
            self._stopping.wait(min(left, PROGRESS_SECONDS))

    def _wait_for_room(self) -> None:
        """A buffer that overflows drops data; so replay waits instead, like a car that could stop time."""
        self._progress()
        while self.pending >= self._tempo.maximum_pending and not self._stopping.is_set():
            self._progress()
            self._stopping.wait(0.01)

    def _settle(self) -> bool:
        """Waits until all is acknowledged; gives up when nothing was for `settle_seconds`, or when asked to stop."""
        left, moved = self.pending, time.monotonic()
        while left and not self._stopping.is_set() and time.monotonic() - moved < self._tempo.settle_seconds:
            self._progress()
            self._stopping.wait(0.02)
            if (now_left := self.pending) != left:
                left, moved = now_left, time.monotonic()
        return left == 0

    def _progress(self) -> None:
        if time.monotonic() - self._spoke >= PROGRESS_SECONDS:
            self._spoke = time.monotonic()
            self._emit({"progress": self._counts()})

    def _counts(self) -> dict[str, Any]:
        return {
            "files": len(self._drives),
            "files_done": self._done,
            "frames": sum(drive.frames for drive in self._drives),
            "sent": self._sent,
            "pending": self.pending,
            "seconds": round(time.monotonic() - self._started, 1),
        }

    def _end(self, settled: bool) -> dict[str, Any]:
        return {
            **self._counts(),
            "rows": self._rows,
            "rows_not_parsed": self._not_parsed,
            "shifted_by_ms": self._tempo.shift_ms,
            "settled": settled,
            "stopped": self._stopping.is_set(),
        }


class _Clock:
    """When a frame is due on the wall clock. A step back in the record is due with the frame before it."""

    def __init__(self, first_ms: int, speed: float) -> None:
        self._first_ms = self._latest_ms = first_ms
        self._speed = speed
        self._started = time.monotonic()

    def ticks(self, recorded_at_ms: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
        """Start, stop and monotonic due time of runs of frames that fall into one tick."""
        reached = np.maximum(np.maximum.accumulate(recorded_at_ms), self._latest_ms)
        self._latest_ms = int(reached[-1])
        seconds = (reached - self._first_ms) / 1000 / self._speed
        edges = np.flatnonzero(np.diff(np.floor(seconds / TICK_SECONDS))) + 1
        for start, stop in zip([0, *edges.tolist()], [*edges.tolist(), len(seconds)], strict=True):
            yield start, stop, self._started + float(seconds[stop - 1])


def drive_line(report: DriveReport, sent: int, shift_ms: int) -> dict[str, Any]:
    """The report of one file, with the instants as they were sent."""
    line = asdict(report) | {"sent": sent}
    line["reasons"] = dict(report.reasons)
    for key, name in (("from_ms", "recorded_from"), ("to_ms", "recorded_to")):
        instant = line.pop(key)
        line[name] = None if instant is None else iso(instant + shift_ms)
    return line


def iso(instant_ms: int) -> str:
    return datetime.fromtimestamp(instant_ms / 1000, UTC).isoformat(timespec="milliseconds")
