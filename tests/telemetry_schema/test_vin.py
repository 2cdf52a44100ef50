"""VINs: known check digits, what is refused and why, copies."""

import contextlib
import copy
import pickle
from dataclasses import asdict, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry_schema.vin import ALPHABET, CHECK_DIGIT_INDEX, InvalidVin, Vin, check_digit, with_check_digit

STANDARD_EXAMPLE = "1M8GDM9AXKP042788"  # the worked example of the rule, check digit X
texts = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("text", [STANDARD_EXAMPLE, "11111111111111111", "5GZCZ43D13S812715", "1HGCM82633A004352"])
def test_known_numbers_have_the_check_digit_that_the_rule_gives(text: str) -> None:
    assert check_digit(text) == text[CHECK_DIGIT_INDEX]
    assert Vin(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1M8GDM9A1KP042788", "should be X"),
        ("1M8GDM9AXKP04278", "17 characters, this has 16"),
        ("1M8GDM9AXKP0427888", "this has 18"),
        ("1m8gdm9axkp042788", "upper case"),
        ("IM8GDM9AXKP042788", "without I, O and Q"),
        ("1M8GDM9AXKP04278\u0663", "only digits"),
        ("1M8GDM9AXKP04278\n", "only digits"),
        ("", "this has 0"),
    ],
)
def test_what_is_no_vin_is_refused_with_the_rule_it_breaks(text: str, words: str) -> None:
    with pytest.raises(InvalidVin, match=words):
        Vin(text)


def test_a_european_number_needs_no_check_digit_and_can_still_be_copied() -> None:
    vin = Vin("WVWZZZ1KZAW000001", require_check_digit=False)

    @dataclass
    class Car:
        vin: Vin

    for copied in (copy.deepcopy(vin), pickle.loads(pickle.dumps(vin)), asdict(Car(vin))["vin"]):
        assert copied == vin
        assert type(copied) is Vin


@given(texts)
def test_every_number_becomes_valid_by_its_check_digit_and_only_by_it(text: str) -> None:
    valid = with_check_digit(text)
    assert valid[:8] + valid[9:] == text[:8] + text[9:]
    for digit in "0123456789X":
        if digit != valid[CHECK_DIGIT_INDEX]:
            with pytest.raises(InvalidVin):
                Vin(valid[:8] + digit + valid[9:])


@given(texts, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_mostly_noticed_and_never_crashes(text: str, place: int, character: str) -> None:
    valid = with_check_digit(text)
    changed = valid[:place] + character + valid[place + 1 :]
    try:
        assert Vin(changed)[CHECK_DIGIT_INDEX] == check_digit(changed)
    except InvalidVin:
        assert changed[CHECK_DIGIT_INDEX] != check_digit(changed)


@given(st.text(max_size=20))
def test_no_text_raises_anything_but_invalid_vin(text: str) -> None:
    for make in (Vin, with_check_digit, check_digit):
        with contextlib.suppress(InvalidVin):
            assert len(make(text)) in (1, 17)
