"""Many batches read at once: those that are laid out alike become arrays together, without a loop over messages.

Cars of one model send messages that differ in their values only. A `Layout` is learnt from one message that
`decode_batch` has accepted: which of its bytes are values, and which say what the values mean. Another message of the
same length whose meaning bytes are the same is the same message with other values, so its values can be cut out in
place. Whatever does not fit a layout is left to `decode_batch`; both ways give the same, which
tests/telemetry_schema/test_alike.py holds them to.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from telemetry_schema.batches import decode_batch
from telemetry_schema.frames import ClockQuality, FrameBatch, SignalColumn
from telemetry_schema.layouts import Layout, learn_layout
from telemetry_schema.refusals import Refusal

LAYOUTS_KEPT: Final = 256
"""A fleet has about as many as it has models, times the numbers of frames they send at once."""

_LEARNT_AT_ONCE: Final = 8
"""Of messages of one length: what differs more often than this is not worth learning."""

_AT_LEAST: Final = 2

Integers = npt.NDArray[np.int64]
Octets = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class AlikeBatches:
    """M batches of F frames each with the same signals. `columns` holds values of shape (M, n) by signal id.

    `places` says where each batch stood in what was read; `at` of a column is that of every batch.
    """

    places: Integers
    vins: Sequence[str]
    boot_ids: Octets  # (M, 16)
    boot_numbers: Integers
    sequences: Integers
    clock_quality: ClockQuality
    recorded_at_ms: Integers  # (M, F)
    columns: Mapping[int, SignalColumn]

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Batches and frames of each."""
        batches, frames = self.recorded_at_ms.shape
        return batches, frames

    def take(self, which: npt.NDArray[Any]) -> AlikeBatches:
        """Some of the batches, by a mask or by their numbers."""
        columns = {number: SignalColumn(column.values[which], column.at) for number, column in self.columns.items()}
        return AlikeBatches(
            places=self.places[which],
            vins=np.array(self.vins)[which].tolist(),
            boot_ids=self.boot_ids[which],
            boot_numbers=self.boot_numbers[which],
            sequences=self.sequences[which],
            clock_quality=self.clock_quality,
            recorded_at_ms=self.recorded_at_ms[which],
            columns=columns,
        )


def alike_of(batch: FrameBatch, place: int) -> AlikeBatches:
    """One batch in the form of many."""
    identity = batch.identity
    return AlikeBatches(
        places=np.array([place]),
        vins=(identity.vin,),
        boot_ids=np.frombuffer(identity.boot_id.bytes, dtype=np.uint8).reshape(1, 16),
        boot_numbers=np.array([identity.boot_number], dtype=np.int64),
        sequences=np.array([identity.sequence], dtype=np.int64),
        clock_quality=batch.clock_quality,
        recorded_at_ms=batch.recorded_at_ms.reshape(1, -1),
        columns={
            number: SignalColumn(column.values.reshape(1, -1), column.at) for number, column in batch.columns.items()
        },
    )


class AlikeReader:
    """Keeps the layouts it has learnt, the most useful ones last."""

    def __init__(self) -> None:
        self._layouts: OrderedDict[tuple[int, int], Layout] = OrderedDict()
        self._by_length: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._learnt = 0

    def read(self, payloads: Sequence[bytes]) -> tuple[list[AlikeBatches], list[int]]:
        """The protobuf batches that could be read together, and the places of those that have to be read alone."""
        places: dict[int, list[int]] = defaultdict(list)
        for place, payload in enumerate(payloads):
            places[len(payload)].append(place)
        found: list[AlikeBatches] = []
        alone: list[int] = []
        for length, of_length in places.items():
            groups, rest = self._read_length(length, [payloads[place] for place in of_length], np.array(of_length))
            found += groups
            alone += rest
        return found, sorted(alone)

    def _read_length(
        self, length: int, payloads: Sequence[bytes], places: Integers
    ) -> tuple[list[AlikeBatches], list[int]]:
        matrix = np.frombuffer(b"".join(payloads), dtype=np.uint8).reshape(len(payloads), length)
        waiting = np.arange(len(payloads))
        found: list[AlikeBatches] = []
        alone: list[int] = []
        for key in list(self._by_length.get(length, ())):
            waiting = self._cut(self._layouts[key], matrix, waiting, places, found, alone)
            self._layouts.move_to_end(key)
        for _ in range(_LEARNT_AT_ONCE):
            if len(waiting) < _AT_LEAST:
                break
            layout = _learn(payloads[waiting[0]])
            if layout is None:
                alone.append(int(places[waiting[0]]))
                waiting = waiting[1:]
                continue
            self._keep(length, layout)
            waiting = self._cut(layout, matrix, waiting, places, found, alone)
        alone += places[waiting].tolist()
        return found, alone

    def _cut(
        self,
        layout: Layout,
        matrix: Octets,
        waiting: Integers,
        places: Integers,
        found: list[AlikeBatches],
        alone: list[int],
    ) -> Integers:
        """Moves what fits the layout from `waiting` to `found`, or to `alone` where a value needs a closer look."""
        if not len(waiting):
            return waiting
        rows = matrix[waiting] if len(waiting) < len(matrix) else matrix
        fits = layout.fits(rows)
        if fits.any():
            rows, fitting = rows[fits], places[waiting[fits]]
            sound = layout.sound(rows)
            alone += fitting[~sound].tolist()
            if sound.any():
                found.append(_gather(layout, rows if sound.all() else rows[sound], fitting[sound]))
        return waiting[~fits]

    def _keep(self, length: int, layout: Layout) -> None:
        self._learnt += 1
        key = (length, self._learnt)
        self._layouts[key] = layout
        self._by_length[length].append(key)
        if len(self._layouts) > LAYOUTS_KEPT:
            oldest, _ = self._layouts.popitem(last=False)
            self._by_length[oldest[0]].remove(oldest)


def _learn(payload: bytes) -> Layout | None:
    try:
        return learn_layout(payload, decode_batch(payload))
    except Refusal:
        return None


def _gather(layout: Layout, rows: Octets, places: Integers) -> AlikeBatches:
    example = layout.example
    columns: dict[int, SignalColumn] = {}
    for number, column in example.columns.items():
        values: npt.NDArray[Any]
        if number in layout.values:
            values = layout.cut_values(rows, number)
        else:  # texts are part of the layout
            values = np.broadcast_to(column.values, (len(rows), len(column.values)))
        columns[number] = SignalColumn(values, column.at)
    return AlikeBatches(
        places=places,
        vins=layout.cut_vins(rows),
        boot_ids=layout.cut_boot_ids(rows),
        boot_numbers=layout.cut_number(rows, "boot_number"),
        sequences=layout.cut_number(rows, "sequence"),
        clock_quality=example.clock_quality,
        recorded_at_ms=layout.cut_instants(rows),
        columns=columns,
    )
