"""`servicelane codes`: what a person reads who looks a code up."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from servicelane.codes_command import codes


def told(wanted: list[str], language: str = "en") -> tuple[int, str]:
    console = Console(file=StringIO(), width=200)
    code = codes(console, wanted, language)
    assert isinstance(console.file, StringIO)
    return code, console.file.getvalue()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Engine does not reach", "78%", "Thermostat stuck open", "60 min", "Coolant", "Infrared", "P0125"]),
        ("zh", ["发动机达不到", "78%", "节温器卡在开启位置", "60 分钟", "冷却液", "红外测温仪", "P0125"]),
    ],
)
def test_a_code_is_told_with_causes_checks_and_parts(language: str, words: list[str]) -> None:
    code, text = told(["p0128"], language)
    assert code == 0
    assert [word for word in words if word not in text] == []


def test_the_likeliest_cause_comes_first_and_the_unknown_last() -> None:
    _, text = told(["P0562"])
    shares = [int(line.split("%")[0]) for line in text.splitlines() if line[:3].rstrip("% ").isdigit() and "%" in line]
    assert shares[:-1] == sorted(shares[:-1], reverse=True)
    assert len(shares) > 5


def test_a_finding_and_a_code_without_an_entry_are_told_too() -> None:
    code, text = told(["finding:coolant_loss", "U0199", "P1234-11"])
    assert code == 0
    assert "Coolant is missing" in text
    assert "Door control A: no messages" in text
    assert "the maker's documents" in text
    assert "short to ground" in text


def test_what_is_no_code_is_refused_with_an_example() -> None:
    code, text = told(["P0128", "thermostat"])
    assert code == 2
    assert "thermostat is no trouble code" in text
    assert "P0128-11" in text
    assert "Engine does not reach" in text
