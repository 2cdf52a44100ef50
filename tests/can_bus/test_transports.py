"""Messages in several frames come out whole or are told as broken, with the line on which they began."""

import pytest

from telemetry_schema.generated import servicelane_v1_pb2 as wire
from tests.can_bus.hand_built import START, Heard, broadcast, iso_tp, lines

CODES = "59 02 FF 017100 AF C10000 27 030211 28"  # 15 bytes: three frames
TWO_CODES = "47F3 6E00 0005 870E 107E"


def test_iso_tp_puts_frames_together() -> None:
    (report,) = Heard(lines(*iso_tp("7E8", CODES))).reports
    assert [dtc.code for dtc in report.codes] == [0x017100, 0xC10000, 0x030211]


def test_messages_of_two_control_units_may_cross() -> None:
    one, other = iso_tp("7E8", CODES), iso_tp("7E9", CODES)
    crossed = [frame for pair in zip(one, other, strict=True) for frame in pair]
    assert [report.ecu for report in Heard(lines(*crossed)).reports] == ["7E8", "7E9"]


def test_the_same_identifier_on_two_buses_is_two_control_units() -> None:
    text = lines(*(frame for frame in iso_tp("7E8", CODES) for _ in range(2)))
    text = [line.replace("can0", f"can{place % 2}") for place, line in enumerate(text)]
    heard = Heard(text)
    assert not heard.problems
    assert len(heard.reports) + heard.not_taken["repeated lists of codes"] == 2


@pytest.mark.parametrize(
    ("missing", "reason"),
    [(1, "frame 1 is missing"), (2, "the log ended"), (0, "first frame is not in the log")],
)
def test_a_missing_iso_tp_frame_is_told(missing: int, reason: str) -> None:
    frames = iso_tp("7E8", CODES)
    heard = Heard(lines(*(frame for place, frame in enumerate(frames) if place != missing)))
    assert not heard.reports
    assert reason in heard.problems[0].reason
    assert heard.problems[0].line == 1


def test_a_pause_of_more_than_a_second_breaks_an_iso_tp_message() -> None:
    heard = Heard(lines(*iso_tp("7E8", CODES), every_seconds=1.2))
    assert not heard.reports
    assert "after 1200 ms" in heard.problems[0].reason


def test_a_broadcast_in_packets_is_one_list_of_codes() -> None:
    (report,) = Heard(lines(*broadcast("00", "00FECA", TWO_CODES))).reports
    assert [(dtc.code >> 5, dtc.code & 31) for dtc in report.codes] == [(110, 0), (3719, 16)]
    assert report.lamps.malfunction == wire.LAMP_STATE_ON
    assert report.lamps.amber_warning == wire.LAMP_STATE_FLASHING


@pytest.mark.parametrize(
    ("missing", "reason"), [(1, "packet 1 is missing"), (2, "the log ended"), (0, "announcement is not in the log")]
)
def test_a_missing_packet_is_told(missing: int, reason: str) -> None:
    frames = broadcast("00", "00FECA", TWO_CODES)
    heard = Heard(lines(*(frame for place, frame in enumerate(frames) if place != missing)))
    assert not heard.reports
    assert reason in heard.problems[0].reason


def test_a_message_to_one_receiver_is_followed_through_its_handshake() -> None:
    frames = [
        ("1CECF900", "100A0002FFCAFE00"),  # the engine asks F9 to receive
        ("1CEC00F9", "110201FFFFCAFE00"),  # F9: send two, from the first
        ("1CEBF900", "0147F36E00000587"),
        ("1CEBF900", "020E107EFFFFFFFF"),
        ("1CEC00F9", "130A0002FFCAFE00"),
    ]
    heard = Heard(lines(*frames))
    assert [dtc.code >> 5 for dtc in heard.reports[0].codes] == [110, 3719]
    assert not heard.problems


def test_a_packet_that_is_sent_again_counts_once() -> None:
    frames = broadcast("00", "00FECA", TWO_CODES)
    heard = Heard(lines(frames[0], frames[1], frames[1], frames[2]))
    assert [dtc.code >> 5 for dtc in heard.reports[0].codes] == [110, 3719]


def test_a_receiver_that_gives_up_ends_the_message() -> None:
    heard = Heard(lines(("1CECF900", "100A0002FFCAFE00"), ("1CEC00F9", "FF01FFFFFFCAFE00")))
    assert "the receiver gave up" in heard.problems[0].reason


def test_an_event_has_the_instant_of_its_last_frame() -> None:
    (event,) = Heard(lines(*iso_tp("7E8", CODES))).events
    assert event.recorded_at_ms == START * 1000 + 20
