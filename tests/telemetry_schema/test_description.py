"""What is told of a message that was set aside: what can be read, no values, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from telemetry_schema.batches import decode_batch
from telemetry_schema.description import describe
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.refusal_advice import ADVICE, advice
from telemetry_schema.refusals import RefusalReason
from telemetry_schema.topics import Up

GOLDEN = Path(__file__).parent / "golden"
PROTOBUF, JSON = "application/x-protobuf", "application/json"


@pytest.mark.parametrize(("name", "content_type"), [("batch.bin", PROTOBUF), ("batch.json", JSON)])
def test_a_batch_names_its_signals_and_none_of_their_values(name: str, content_type: str) -> None:
    payload = (GOLDEN / name).read_bytes()
    batch = decode_batch(payload, content_type)
    said = describe(payload, content_type, Up.BATCHES)
    assert (said["readable"], said["vin"], said["frames"]) == (True, batch.identity.vin, batch.frames)
    assert len(said["signals"]) == len(batch.columns)
    assert not any(isinstance(value, float) for value in said.values())


def test_an_event_names_its_kind() -> None:
    said = describe((GOLDEN / "event_engine_start.bin").read_bytes(), PROTOBUF, Up.EVENTS)
    assert (said["readable"], said["kind"]) == (True, "engine_start")


def test_bytes_that_cannot_be_read_are_shown_with_the_error() -> None:
    said = describe(b"\xff\x00", PROTOBUF, Up.BATCHES)
    assert said["readable"] is False
    assert said["first_bytes"] == "ff 00"
    assert said["error"].startswith("undecodable")
    assert describe(b"\xff", PROTOBUF, None)["readable"] is False


def test_what_protobuf_reads_of_a_refused_message_is_shown() -> None:
    """A batch without frames: refused, but it says whose it is."""
    empty = wire.Batch(vin="1M8GDM9AXKP042788", boot_id=bytes(range(16)), boot_number=3, sequence=9)
    said = describe(empty.SerializeToString(), PROTOBUF, Up.BATCHES)
    assert (said["readable"], said["vin"], said["sequence"]) == (False, "1M8GDM9AXKP042788", 9)


def test_an_instant_of_no_calendar_is_told_as_it_is() -> None:
    result = wire.CommandResult(vin="V", boot_id=bytes(16), boot_number=1, sequence=1, recorded_at_ms=2**62)
    assert "calendar" in describe(result.SerializeToString(), PROTOBUF, Up.COMMAND_RESULTS)["recorded_from"]


def test_every_reason_has_advice_in_both_languages() -> None:
    assert set(ADVICE) == set(RefusalReason)
    assert all(set(words) == {"en", "zh"} for words in ADVICE.values())
    assert advice("a reason of tomorrow") == ADVICE[RefusalReason.UNDECODABLE]
