"""The worst message that the broker takes needs little memory. Hostile bytes of every kind are fed in tests/fuzzing."""

import contextlib
import tracemalloc

import pytest

from telemetry_schema.batches import MAXIMUM_FRAMES, decode_batch
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal

BROKER_LIMIT = 262_144  # bytes; what the shipped broker takes at most


def _largest_batches() -> dict[str, tuple[bytes, str]]:
    """Batches at the broker's limit that grow as much as they can when they are read."""
    whole = wire.Batch(boot_id=b"b" * 16, boot_number=1, sequence=1)
    whole.recorded_at_offset_ms.extend([0] * MAXIMUM_FRAMES)
    sparse = wire.Batch.FromString(whole.SerializeToString())
    for signal_id in range(50_000, 51_000):
        sparse.columns.add(signal=signal_id, at=[MAXIMUM_FRAMES - 1], float64=b"\0" * 8)
    many = wire.Batch.FromString(whole.SerializeToString())
    for signal_id in range(1, 30_000):
        many.columns.add(signal=signal_id)
    endless = wire.Batch(boot_id=b"b" * 16, boot_number=1, sequence=1)
    endless.recorded_at_offset_ms.extend([0] * 250_000)
    claimed = b"\x3a\xff\xff\xff\xff\x07" + b"\0" * 100  # two billion bytes of instants, it says
    text = b'{"recordedAtOffsetMs": [' + b"0," * 120_000 + b"0]}"
    return {
        "sparse": (sparse.SerializeToString(), PROTOBUF),
        "many columns": (many.SerializeToString(), PROTOBUF),
        "many frames": (endless.SerializeToString(), PROTOBUF),
        "claimed length": (claimed, PROTOBUF),
        "many frames in JSON": (text, JSON),
        "deep JSON": (b'{"columns":[' * 20_000, JSON),
    }


@pytest.mark.parametrize("name", list(_largest_batches()))
def test_the_worst_message_that_the_broker_takes_needs_little_memory(name: str) -> None:
    payload, content_type = _largest_batches()[name]
    assert len(payload) <= BROKER_LIMIT
    tracemalloc.start()
    try:
        with contextlib.suppress(Refusal):
            decode_batch(payload, content_type)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 32_000_000
