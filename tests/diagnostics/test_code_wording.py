"""Every generic code has words of our own, in two languages.

`reference_codes.csv` names the codes of Wal33D/dtc-database @ 04c43d72 (MIT) and, in place of its sentences, their
digests: enough to see that each code is known and that no sentence was taken over.
"""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import pytest

from diagnostics.catalogue_files import FOLDER, read_yaml
from diagnostics.code_catalogue import catalogue, describe
from diagnostics.code_wording import Text, compose, is_code, meaning_of

with (Path(__file__).parent / "reference_codes.csv").open() as file:
    REFERENCE = {row["code"]: row["sentence_digest"] for row in csv.DictReader(file)}

DISPUTED = {
    "C0035": "the list has a supply of the right sensor; in J2012 and in cars it is the wheel speed front left",
    "C0040": "the list has a pedal switch; in J2012 and in cars it is the wheel speed front right",
    "C0045": "the list has a pressure sensor; in J2012 and in cars it is the wheel speed rear left",
    "C0561": "the list has a vacuum sensor; in cars it is the brakes switching themselves off for another unit's fault",
}
"""Codes that mean something else here than in the list, each with the reason."""


def digest(text: str) -> str:
    return hashlib.sha256(re.sub(r"[^a-z0-9]+", "", text.casefold()).encode()).hexdigest()[:10]


def generic(letters: str) -> set[str]:
    """The codes of the list that SAE defines, by their first characters."""
    return {code for code in REFERENCE if re.match(letters, code)}


def test_the_list_is_whole() -> None:
    assert len(REFERENCE) == 9415


def test_every_code_of_the_list_is_recognised_in_both_languages() -> None:
    for code in REFERENCE:
        text = describe(code)
        assert is_code(code)
        assert "nreadable" not in text.en, code
        assert text.en, code
        assert re.search(r"[\u4e00-\u9fff]", text.zh), code


def test_thousands_of_codes_say_component_and_failure() -> None:
    composed = {code for code in REFERENCE if meaning_of(code) is not None}
    assert len(composed) >= 6_000
    assert len({compose(code).en for code in composed}) >= 6_000
    assert composed <= generic("P0|P2|P3[4-9]|U0|U3|B00")  # C codes are disputed, the others are the manufacturers'


def test_no_sentence_is_that_of_the_list() -> None:
    same = {code for code, theirs in REFERENCE.items() if digest(describe(code).en) == theirs}
    assert not same


def test_the_digest_finds_a_sentence_that_was_taken_over() -> None:
    assert digest("Misfire  detected, in Cylinder-1") == digest("misfire detected in cylinder 1")
    assert digest("misfire detected in cylinder 1") != digest("misfire detected in cylinder 2")


def test_what_the_list_is_wrong_about_has_an_entry_of_its_own() -> None:
    for code in DISPUTED:
        assert code in REFERENCE
        assert code in catalogue().codes
        assert meaning_of(code) is None


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    words = read_yaml(FOLDER / "wording" / "words.yaml")
    meanings = [meaning for code in REFERENCE if (meaning := meaning_of(code)) is not None]
    assert {meaning.component for meaning in meanings} == set(words["components"])
    assert {meaning.failure for meaning in meanings} == {*words["failures"], "said"}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("P0104", Text("Air mass sensor A: signal drops out", "空气流量传感器 A：信号间歇中断")),
        ("P3405", Text("Exhaust valve control, cylinder 1: control line open", "排气门控制（第 1 缸）：控制电路断路")),
        ("P0131", Text("Oxygen sensor voltage too low, bank 1 sensor 1", "氧传感器电压过低（第 1 列传感器 1）")),
        ("U0199", Text("Door control A: no messages", "车门控制 A：失去通信")),
        ("U3000", Text("Fault in the supply and state of a control unit (U3000)", "控制单元供电与状态故障（U3000）")),
        ("U3501", Text("Control unit supply A: voltage too low", "控制单元供电 A：电压过低")),
        (
            "B0073",
            Text("Belt pretensioner, second row left: igniter circuit faulty", "第二排左侧安全带预紧器：点火电路故障"),
        ),
        ("U0004", Text("High-speed CAN bus: plus wire voltage too low", "高速 CAN 总线：正线电压过低")),
        ("P1234", Text("Code P1234 of the manufacturer (powertrain)", "厂家自定义故障码 P1234（动力总成）")),
        ("P3123", Text("Code P3123 of the manufacturer (powertrain)", "厂家自定义故障码 P3123（动力总成）")),
        ("B1000", Text("Code B1000 of the manufacturer (body)", "厂家自定义故障码 B1000（车身）")),
        (
            "P0104-13",
            Text("Air mass sensor A: signal drops out, open circuit", "空气流量传感器 A：信号间歇中断（断路）"),
        ),
        ("P0104-00", Text("Air mass sensor A: signal drops out", "空气流量传感器 A：信号间歇中断")),
        ("P9999", Text("Unreadable code P9999", "无法识别的故障码 P9999")),
        ("P012", Text("Unreadable code P012", "无法识别的故障码 P012")),
    ],
)
def test_words_are_composed(code: str, text: Text) -> None:
    assert compose(code) == text


def test_a_failure_type_is_told_with_the_title_of_an_entry() -> None:
    assert describe("C0035-11") == Text(
        "Wheel speed sensor front left, short to ground", "轮速传感器（左前）（对地短路）"
    )
