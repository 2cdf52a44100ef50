"""Whatever stands on the bus, decoders raise nothing but their own error, which becomes a problem with its line."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from simulator.bus_map import load_bus_map
from tests.can_bus.hand_built import Heard, broadcast, iso_tp, lines

BUSES = Path(__file__).parents[2] / "simulator" / "buses"
PLANS = [load_bus_map(BUSES / f"{name}.toml").plan for name in ("hyundai_kona", "j1939")]
HONEST = lines(
    *iso_tp("7E0", "1902FF"),
    *iso_tp("7E8", "59 02 FF 017100 AF C10000 27"),
    *iso_tp("7E8", "59 06 017100 AF 01 05"),
    *iso_tp("7E8", "43 02 0171 C100"),
    *iso_tp("7E8", "42 02 00 0171"),
    *iso_tp("7E8", "41 0C 1AF8 0D 32 01 83 07 65 04"),
    *iso_tp("7EC", "62 01 01" + "5A" * 59),
    *broadcast("00", "00FECA", "47F36E000005870E107E"),
    ("0CF00400", "F0FF7D0000FFFFFF"),
)


def _with(text: list[str], at: int, place: int, digit: int) -> list[str]:
    """One hexadecimal digit of one line's identifier or data, changed."""
    line = text[at % len(text)]
    start = line.index("can0 ") + 5
    where = start + place % (len(line) - start)
    changed = line[:where] + (f"{digit:X}" if line[where] != "#" else "#") + line[where + 1 :]
    return [*text[: at % len(text)], changed, *text[at % len(text) + 1 :]]


@settings(max_examples=150)
@given(some.lists(some.tuples(some.integers(0, 99), some.integers(0, 99), some.integers(0, 15)), max_size=6))
def test_changed_digits(changes: list[tuple[int, int, int]]) -> None:
    text = HONEST
    for at, place, digit in changes:
        text = _with(text, at, place, digit)
    for plan in PLANS:
        heard = Heard(text, plan)
        assert heard.log.rows == len(HONEST)
        assert all(problem.line <= len(text) for problem in heard.problems)


@settings(max_examples=150)
@given(some.lists(some.tuples(some.sampled_from(["7E8", "7EC", "18DAF110", "1CECFF00", "1CEBFF00", "18FECA00"]),
                              some.binary(max_size=8)), max_size=12))  # fmt: skip
def test_any_bytes(frames: list[tuple[str, bytes]]) -> None:
    text = lines(*((identifier, data.hex()) for identifier, data in frames))
    for plan in PLANS:
        for report in Heard(text, plan).reports:
            assert all(dtc.code <= 0xFFFFFF and dtc.status <= 0xFF for dtc in report.codes)


@settings(max_examples=100)
@given(some.lists(some.integers(0, len(HONEST) - 1), max_size=8))
def test_lines_that_are_missing(missing: list[int]) -> None:
    text = [line for place, line in enumerate(HONEST) if place not in missing]
    for plan in PLANS:
        heard = Heard(text, plan)
        assert len({problem.line for problem in heard.problems}) <= len(text)


@settings(max_examples=100)
@given(some.lists(some.text(max_size=40), max_size=5))
def test_any_text(text: list[str]) -> None:
    Heard([line.replace("\n", " ") for line in text])
