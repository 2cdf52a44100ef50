"""Messages as the writer accounts for them: who sent which sequence, about which span of time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.binary_copy import Column, instants, numbers, octets

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Messages:
    """M messages, one array of shape (M,) per property; `boot_ids` has shape (M, 16)."""

    vehicle_ids: Integers
    boot_ids: npt.NDArray[np.uint8]
    boot_numbers: Integers
    sequences: Integers
    from_ms: Integers
    to_ms: Integers
    received_at_ms: Integers

    def __len__(self) -> int:
        return len(self.vehicle_ids)

    def repeated_within(self) -> Mask:
        """Those that stand here twice, but for the first of each."""
        names = np.concatenate(
            [
                self.boot_ids,
                self.vehicle_ids.astype(">i8").view(np.uint8).reshape(-1, 8),
                self.sequences.astype(">i8").view(np.uint8).reshape(-1, 8),
            ],
            axis=1,
        )
        repeated = np.ones(len(self), dtype=bool)
        repeated[np.unique(np.ascontiguousarray(names).view("V32").ravel(), return_index=True)[1]] = False
        return repeated


def messages_of(rows: Sequence[tuple[int, bytes, int, int, int, int, int]]) -> Messages:
    """From (vehicle_id, boot_id, boot_number, sequence, from_ms, to_ms, received_at_ms) each."""
    vehicle_ids, boots, boot_numbers, sequences, from_ms, to_ms, received = zip(*rows, strict=True)
    columns: list[Any] = [vehicle_ids, boot_numbers, sequences, from_ms, to_ms, received]
    vehicle, boot_number, sequence, first, last, at = (np.array(column, dtype=np.int64) for column in columns)
    boot_ids = np.frombuffer(b"".join(boots), dtype=np.uint8).reshape(-1, 16)
    return Messages(vehicle, boot_ids, boot_number, sequence, first, last, at)


def message_columns(messages: Messages, repeated: Mask, set_aside: bool) -> list[Column]:
    """The columns of the temporary table that continuity is kept from."""
    return [
        numbers("place", np.arange(len(messages)), ">i4"),
        numbers("vehicle_id", messages.vehicle_ids, ">i8"),
        octets("boot_id", messages.boot_ids),
        numbers("boot_number", messages.boot_numbers, ">i8"),
        numbers("sequence", messages.sequences, ">i8"),
        instants("recorded_from", messages.from_ms),
        instants("recorded_to", messages.to_ms),
        instants("received_at", messages.received_at_ms),
        numbers("repeated", repeated, "?"),
        numbers("set_aside", np.full(len(messages), set_aside), "?"),
    ]
