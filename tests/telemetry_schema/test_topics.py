"""Topics stand in one place and are read back as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry_schema.topics import UP_FILTER, Down, StreamTopic, Up, UpTopic, down_topic, parse_up_topic, up_topic

VIN = "1M8GDM9AXKP042788"


@pytest.mark.parametrize("kind", Up)
def test_an_up_topic_is_read_back(kind: Up) -> None:
    assert parse_up_topic(up_topic(VIN, kind)) == UpTopic(VIN, kind)


@pytest.mark.parametrize("topic", [
    "", "servicelane/v1", f"servicelane/v1/{VIN}/up", f"servicelane/v1/{VIN}/up/", f"servicelane/v1/{VIN}/up/music",
    f"servicelane/v1/{VIN}/up/batches/x", "servicelane/v1//up/batches", f"servicelane/v2/{VIN}/up/batches",
    f"x/servicelane/v1/{VIN}/up/batches", f"servicelane/v1/{VIN}/up/batches\n", down_topic(VIN, Down.ACK),
])  # fmt: skip
def test_other_topics_are_none_of_ours(topic: str) -> None:
    assert parse_up_topic(topic) is None


@given(st.text(max_size=60))
def test_no_topic_makes_the_reader_fail(text: str) -> None:
    parse_up_topic(text)
    parse_up_topic(f"servicelane/v1/{text}/up/batches")


def test_names_that_others_have_configured_never_change() -> None:
    assert up_topic(VIN, Up.BATCHES) == f"servicelane/v1/{VIN}/up/batches"
    assert [down_topic(VIN, kind).rsplit("/", 1)[1] for kind in Down] == ["ack", "commands", "config"]
    assert UP_FILTER == "servicelane/v1/+/up/+"
    assert len(set(StreamTopic)) == len(StreamTopic)
