"""Lines become frames of the bus; a wrong line is told with its number and costs no other line."""

import pytest

from can_bus.candump import LogReader

GOOD = "(1607975914.123456) can0 18FECA2F#F3FF00000000FFFF"


def test_a_line_becomes_a_frame() -> None:
    (frame,) = LogReader([GOOD]).frames()
    assert (frame.line, frame.at_ms, frame.channel) == (1, 1_607_975_914_123, "can0")
    assert (frame.identifier, frame.extended, frame.data.hex()) == (0x18FECA2F, True, "f3ff00000000ffff")


def test_three_digits_are_a_standard_identifier_and_never_meet_an_extended_one() -> None:
    standard, extended = LogReader(["(1.0) can0 123#00", "(1.0) can0 00000123#00"]).frames()
    assert not standard.extended
    assert extended.extended
    assert standard.key != extended.key


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "(1.0) can0 123#ABC",  # half a byte
        "(1.0) can0 123#GG",
        "(1.0) can0 1234#00",  # neither three digits nor eight
        "(nan) can0 123#00",
        "(-1.0) can0 123#00",
        "(1e9) can0 123#00",
        "(1.0) can0 123#001122334455667788",  # nine bytes
        "(1.0) 123#00",
        "(1.0) can0 123#00 extra words",
        "(1.0) can0 +23#00",
    ],
)
def test_a_wrong_line_is_told_with_its_number_and_the_next_is_read(line: str) -> None:
    log = LogReader(["", line, GOOD])
    (frame,) = log.frames()
    assert frame.line == 3
    assert [problem.line for problem in log.problems] == [2]
    assert log.rows == 2
    assert "candump" in log.problems[0].reason


def test_remote_and_error_frames_are_counted() -> None:
    log = LogReader(
        ["(1.0) can0 123#R8", "(1.0) can0 20000080#0000000000000000", "(1.0) can0 123##100112233445566778899"]
    )
    (long_frame,) = log.frames()
    assert len(long_frame.data) == 10
    assert log.without_data == {"remote frames": 1, "error frames": 1}
