"""What a car sends at once is one record on the stream, and single messages again behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from ingest.packed_messages import HEADER, PACK_BYTES, packed, unpacked
from streaming.contract import OutgoingRecord, Record
from telemetry_schema.topics import StreamTopic
from tests.ingest.conftest import T0, VIN

HEADERS = {"content-type": "application/x-protobuf", "received-at": T0.isoformat()}
OTHER_VIN = "5YJ3E1EA7KF317000"


def outgoing(value: bytes, vin: str = VIN, headers: Mapping[str, str] = HEADERS) -> OutgoingRecord:
    return OutgoingRecord(StreamTopic.BATCHES, vin, value, headers)


def as_read(records: Sequence[OutgoingRecord]) -> list[Record]:
    return [Record(*record, T0) for record in records]


def test_what_is_packed_comes_apart_again_in_the_order_of_each_car() -> None:
    records = [outgoing(bytes([number]) * number, VIN if number % 3 else OTHER_VIN) for number in range(10)]
    one_each = list(packed(records))
    assert sorted((record.key, record.headers[HEADER]) for record in one_each) == [(VIN, "6"), (OTHER_VIN, "4")]
    found = list(unpacked(as_read(one_each)))
    for vin in (VIN, OTHER_VIN):
        assert [one.value for one in found if one.key == vin] == [one.value for one in records if one.key == vin]


def test_what_came_at_another_instant_or_is_no_batch_stays_alone() -> None:
    later = {**HEADERS, "received-at": (T0 + timedelta(seconds=1)).isoformat()}
    event = outgoing(b"event")._replace(topic=StreamTopic.EVENTS)
    records = [outgoing(b"first"), outgoing(b"second", headers=later), event, event]
    assert list(packed(records)) == records
    assert list(unpacked(as_read(records))) == as_read(records)


def test_a_record_grows_to_its_bound_and_a_larger_message_is_alone() -> None:
    records = [outgoing(bytes(size)) for size in (PACK_BYTES // 2, PACK_BYTES // 2, 1, 2 * PACK_BYTES, 1)]
    assert [record.headers.get(HEADER) for record in packed(records)] == ["2", None, None, None]
    assert [one.value for one in unpacked(as_read(list(packed(records))))] == [one.value for one in records]


@pytest.mark.parametrize("told", ["0", "3", "-1", "two", "٢", "9999999999999"])
def test_what_is_not_packed_as_it_says_stays_as_it_is(told: str) -> None:
    (whole,) = packed([outgoing(b"first"), outgoing(b"second")])
    for value in (whole.value, whole.value[:-1], b""):
        (damaged,) = as_read([whole._replace(value=value, headers={**whole.headers, HEADER: told})])
        assert list(unpacked([damaged])) == [damaged]


def test_packs_of_as_many_messages_share_their_headers() -> None:
    records = [outgoing(bytes([number]), vin) for vin in (VIN, OTHER_VIN) for number in range(3)]
    first, second = packed(records)
    assert first.headers is second.headers
    later = {**HEADERS, "received-at": (T0 + timedelta(seconds=1)).isoformat()}
    assert [pack.headers["received-at"] for pack in packed([*records, *(outgoing(b"", headers=later),) * 3])] == [
        HEADERS["received-at"],
        HEADERS["received-at"],
        later["received-at"],
    ]
    longer, shorter = packed([*records, outgoing(b"one more")])
    assert (longer.headers[HEADER], shorter.headers[HEADER]) == ("4", "3")
