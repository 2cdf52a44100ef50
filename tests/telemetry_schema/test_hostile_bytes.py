"""Whatever bytes arrive, a codec answers with a message or a Refusal, and with little memory."""

import contextlib
import copy
import json
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from telemetry_schema.batches import MAXIMUM_FRAMES, decode_batch, encode_batch
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import (
    decode_acknowledgements,
    decode_command_result,
    decode_event,
    encode_event,
    event_details,
)
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusals import Refusal

GOLDEN = Path(__file__).parent / "golden"
BROKER_LIMIT = 262_144  # bytes; what the shipped broker takes at most
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 2**31, 2**32, 2**63, 2**64, 1e308, "", "x", "NaN", "Infinity", "\0", "é" * 50, "=", "AA==",
    [], [None], [[1]], {}, {"value": [1]}, {"value": {}}, [{}], {"signal": 60}, [{"signal": 60}, {"signal": 60}],
)  # fmt: skip


def answers(payload: bytes, content_type: str) -> None:
    """Every decoder takes the bytes or refuses them; what it takes can be written again and looked into."""
    for decode, use in DECODERS:
        with contextlib.suppress(Refusal):
            use(decode(payload, content_type))


def _use_batch(batch: Any) -> None:
    for column in batch.columns.values():
        column.spread(batch.frames)
    encode_batch(batch)
    encode_batch(batch, JSON)


def _use_event(event: wire.Event) -> None:
    json.dumps(event_details(event), allow_nan=False)
    encode_event(event, JSON)


DECODERS: tuple[tuple[Callable[[bytes, str], Any], Callable[[Any], None]], ...] = (
    (decode_batch, _use_batch),
    (decode_event, _use_event),
    (decode_command_result, lambda result: None),
    (decode_acknowledgements, lambda entries: None),
)


def random_bytes(chance: random.Random, count: int) -> Iterator[tuple[bytes, str]]:
    for _ in range(count):
        yield chance.randbytes(chance.randrange(400)), chance.choice((PROTOBUF, JSON))


def mutated_bytes(chance: random.Random, count: int) -> Iterator[tuple[bytes, str]]:
    """Golden messages with bits turned, parts cut out, doubled, or taken from another message."""
    sources = [(path.read_bytes(), PROTOBUF if path.suffix == ".bin" else JSON) for path in sorted(GOLDEN.iterdir())]
    for _ in range(count):
        original, content_type = chance.choice(sources)
        changed = bytearray(original)
        for _ in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(changed) or 1), chance.randrange(1, 12)
            change = chance.randrange(4)
            if change == 0 and changed:
                changed[min(at, len(changed) - 1)] ^= 1 << chance.randrange(8)
            elif change == 1:
                del changed[at : at + length]
            elif change == 2:
                changed[at:at] = changed[at : at + length]
            else:
                other = chance.choice(sources)[0]
                changed[at : at + length] = other[at : at + length]
        yield bytes(changed), content_type


def mutated_trees(chance: random.Random, count: int) -> Iterator[tuple[bytes, str]]:
    """Golden JSON in which one or two members are something else."""
    sources = [path.read_text() for path in sorted(GOLDEN.glob("*.json"))]
    for _ in range(count):
        tree = json.loads(chance.choice(sources))
        for _ in range(chance.randint(1, 2)):
            _change(tree, chance)
        yield json.dumps(tree).encode(), JSON


def _change(tree: Any, chance: random.Random) -> None:
    while True:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(tree[key], dict | list) or chance.random() < 0.3:
            tree[key] = copy.deepcopy(chance.choice(ODD))
            return
        tree = tree[key]


SOURCES = pytest.mark.parametrize("source", [random_bytes, mutated_bytes, mutated_trees])


@SOURCES
def test_hostile_bytes_are_refused_or_understood(source: Callable[[random.Random, int], Any]) -> None:
    for payload, content_type in source(random.Random(20_260_101), 1_500):
        answers(payload, content_type)


@pytest.mark.long
@pytest.mark.timeout(900)
@SOURCES
def test_a_hundred_thousand_hostile_messages(source: Callable[[random.Random, int], Any]) -> None:
    for payload, content_type in source(random.Random(7), 100_000):
        answers(payload, content_type)


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
