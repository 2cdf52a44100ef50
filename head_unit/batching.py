"""Frames to batches: by count and by age in the car's time, split by size. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from telemetry_schema.frames import SignalColumn

FORWARD_JUMP_MS: Final = 3_600_000
"""A clock that jumps by more than this, or back, begins a new batch: the receiver judges each batch's clock as one."""

Instants = npt.NDArray[np.int64]
Columns = Mapping[int, SignalColumn]


@dataclass(frozen=True, slots=True)
class Frames:
    """N frames: instants of shape (N,) and columns as in FrameBatch."""

    recorded_at_ms: Instants
    columns: Columns

    def __len__(self) -> int:
        return len(self.recorded_at_ms)

    def part(self, start: int, stop: int) -> Frames:
        return Frames(self.recorded_at_ms[start:stop], dict(self._parts(start, stop)))

    def _parts(self, start: int, stop: int) -> Iterator[tuple[int, SignalColumn]]:
        for signal_id, column in self.columns.items():
            if column.at is None:
                yield signal_id, SignalColumn(column.values[start:stop])
                continue
            first, last = np.searchsorted(column.at, (start, stop))
            if last > first:
                yield signal_id, SignalColumn(column.values[first:last], column.at[first:last] - start)


class Collector:
    """Collects frames until a batch is complete. Holds less than one batch."""

    def __init__(self, batch_frames: int, batch_age_seconds: float) -> None:
        self._batch_frames = batch_frames
        self._age_ms = int(batch_age_seconds * 1000)
        self._open: list[Frames] = []
        self._count = 0

    @property
    def held(self) -> tuple[Frames, ...]:
        """What is in no batch yet; `go_back` to it undoes all that was added and taken since."""
        return tuple(self._open)

    def go_back(self, held: tuple[Frames, ...]) -> None:
        self._open, self._count = list(held), sum(map(len, held))

    def add(self, frames: Frames) -> Iterator[Frames]:
        """Takes frames in the order they were recorded; gives the batches that are complete now."""
        for run in _runs(frames):
            yield from self._add_run(run)

    def flush(self) -> Iterator[Frames]:
        """The open batch, if there is one."""
        if self._open:
            yield _join(self._open)
        self._open, self._count = [], 0

    def _add_run(self, run: Frames) -> Iterator[Frames]:
        if self._open and not 0 <= run.recorded_at_ms[0] - self._open[-1].recorded_at_ms[-1] <= FORWARD_JUMP_MS:
            yield from self.flush()
        while len(run):
            first_ms = int((self._open[0] if self._open else run).recorded_at_ms[0])
            young = int(np.searchsorted(run.recorded_at_ms, first_ms + self._age_ms, side="left"))
            take = min(len(run), self._batch_frames - self._count, max(young, 0 if self._open else 1))
            if take:
                self._open.append(run.part(0, take))
                self._count += take
            complete = self._count >= self._batch_frames or take < len(run)
            run = run.part(take, len(run))
            if complete:
                yield from self.flush()


def split(frames: Frames, size: Callable[[Frames], int], maximum_bytes: int) -> Iterator[Frames | None]:
    """Halves of halves until each is small enough; None in the place of a single frame that never will be."""
    if size(frames) <= maximum_bytes:
        yield frames
    elif len(frames) == 1:
        yield None
    else:
        half = len(frames) // 2
        yield from split(frames.part(0, half), size, maximum_bytes)
        yield from split(frames.part(half, len(frames)), size, maximum_bytes)


def _runs(frames: Frames) -> Iterator[Frames]:
    """Stretches in which the clock neither steps back nor jumps."""
    steps = np.diff(frames.recorded_at_ms)
    borders = np.flatnonzero((steps < 0) | (steps > FORWARD_JUMP_MS)) + 1
    for start, stop in zip([0, *borders.tolist()], [*borders.tolist(), len(frames)], strict=True):
        if stop > start:
            yield frames.part(start, stop)


def _join(parts: list[Frames]) -> Frames:
    if len(parts) == 1:
        return parts[0]
    lengths = [len(part) for part in parts]
    total = sum(lengths)
    offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    ids = {signal_id: None for part in parts for signal_id in part.columns}
    columns = {}
    for signal_id in ids:
        pieces = [
            (part.columns[signal_id], offset, len(part))
            for part, offset in zip(parts, offsets, strict=True)
            if signal_id in part.columns
        ]
        values = np.concatenate([column.values for column, _, _ in pieces])
        at = np.concatenate(
            [(np.arange(length) if column.at is None else column.at) + offset for column, offset, length in pieces]
        )
        columns[signal_id] = SignalColumn(values, None if len(at) == total else at)
    return Frames(np.concatenate([part.recorded_at_ms for part in parts]), columns)
