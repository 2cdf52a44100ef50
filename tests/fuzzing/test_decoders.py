"""Whatever bytes arrive, a decoder takes them or refuses them: nothing else is raised, and no memory stays behind."""

from __future__ import annotations

import os
from functools import partial

import pytest

from telemetry_schema.content import PROTOBUF
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.fuzzing.decoders import DECODERS, Decoder, Feed
from tests.fuzzing.feeding import ACCEPTED, Fed, feed_everywhere, feed_portion
from tests.fuzzing.payloads import Mill, golden

SEED = os.environ.get("FUZZ_SEED", "20260101")
FEW = 5_000
MANY = int(os.environ.get("FUZZ_PAYLOADS", 1_000_000))
FLAT_BYTES = 24 * 2**20
"""What the allocator may keep more than after the first portion; a single kept payload in ten would be above it."""


SOUND = partial(golden, ("batch",), PROTOBUF)


def check(fed: Fed, sent: int) -> None:
    assert fed.crashes == []
    assert fed.answered == sent
    assert fed.outcomes[ACCEPTED] > sent * 0.01, f"hardly any payload came through: {fed.outcomes}"
    assert fed.outcomes[ACCEPTED] < sent, "and not all of them"


@pytest.mark.parametrize("name", DECODERS)
def test_hostile_payloads_are_taken_or_refused(name: str) -> None:
    check(feed_portion(name, f"{SEED}/{name}", FEW), FEW)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", DECODERS)
def test_a_million_hostile_payloads_are_taken_or_refused_in_flat_memory(name: str) -> None:
    fed = feed_everywhere(name, SEED, count := MANY // DECODERS[name].payloads_each)
    print(f"{name}: {dict(fed.outcomes.most_common())}, grown by {fed.growth_bytes / 2**20:.1f} MB")
    check(fed, count)
    assert fed.growth_bytes < FLAT_BYTES


def test_the_same_seed_gives_the_same_payloads() -> None:
    first, again = (feed_portion("batch", "again", 500).outcomes for _ in range(2))
    assert first == again


def _brittle() -> Feed:
    """A decoder without protection: one that lets the error of a library through."""

    def feed(payload: bytes, _mill: Mill) -> None:
        wire.Batch.FromString(payload)

    return feed


def _hoarding() -> Feed:
    """A decoder that keeps what it has read."""
    kept: list[bytes] = []

    def feed(payload: bytes, _mill: Mill) -> None:
        kept.append(payload * 100)

    return feed


def test_a_decoder_that_crashes_is_seen() -> None:
    """The check above, checked; the words name what is needed to do it again."""
    fed = feed_portion("brittle", "one", 200, {"brittle": Decoder(wire.Batch, SOUND, PROTOBUF, _brittle)})
    assert "one, number" in fed.crashes[0]
    assert "DecodeError" in fed.crashes[0]


def test_memory_that_grows_is_seen() -> None:
    hoarding = {"hoarding": Decoder(wire.Batch, SOUND, PROTOBUF, _hoarding)}
    fed = feed_portion("hoarding", "one", 100, hoarding)
    fed.add(feed_portion("hoarding", "two", 2_000, hoarding))
    assert fed.growth_bytes > FLAT_BYTES
