"""Why a message is not stored as it came: one type for every reason."""

from __future__ import annotations

from enum import StrEnum


class RefusalReason(StrEnum):
    """Stable words that stand in acknowledgements, in the quarantine and in metrics."""

    UNDECODABLE = "undecodable"
    UNKNOWN_CONTENT_TYPE = "unknown_content_type"
    UNKNOWN_TOPIC = "unknown_topic"
    INVALID_VIN = "invalid_vin"
    VIN_MISMATCH = "vin_mismatch"
    UNKNOWN_VEHICLE = "unknown_vehicle"
    MISSING_IDENTITY = "missing_identity"  # no boot_id, boot_number or sequence
    EMPTY = "empty"
    COLUMN_SHAPE = "column_shape"  # values and instants do not match in number
    COLUMN_TYPE = "column_type"  # the values are not of the signal's storage type
    TOO_MANY_FRAMES = "too_many_frames"
    CLOCK_BEFORE_2000 = "clock_before_2000"
    CLOCK_IN_FUTURE = "clock_in_future"
    VALUE_OUT_OF_RANGE = "value_out_of_range"  # the value is set aside, the frame is stored
    OVER_BUDGET = "over_budget"  # the car keeps it, pauses and sends it again


class Refusal(Exception):
    """A message cannot be taken as it is. `reason` is for programs, `detail` says what is wrong and what to do."""

    def __init__(self, reason: RefusalReason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"
