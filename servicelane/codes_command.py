"""Look trouble codes up: what they say, what they come from, how to find out, what the repair takes."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from diagnostics.code_catalogue import OTHER, Check, CodeEntry, catalogue, describe, entry
from diagnostics.code_wording import Text, is_code

_WORDS: Final = {
    "causes": Text("Causes", "可能原因"),
    "checks": Text("Checks, in this order", "检查步骤（按顺序）"),
    "minutes": Text("min", "分钟"),
    "parts": Text("Parts", "配件"),
    "share": Text("Share", "占比"),
    "labour": Text("Labour", "工时"),
    "equipment": Text("Equipment", "设备"),
    "seen_with": Text("Often seen with", "常伴随出现"),
    "no_entry": Text(
        "The catalogue has no causes for it: read the maker's documents.", "目录中没有该码的原因，请查阅厂家资料。"
    ),
    "severity": Text("Severity", "严重度"),
}
_SEVERITIES: Final = {
    1: Text("advisory", "提示"),
    2: Text("plan a visit", "安排进店"),
    3: Text("soon", "尽快"),
    4: Text("stop", "停车"),
}
_DRIVE: Final = {
    "yes": Text("You may drive.", "可以行驶。"),
    "short": Text("Drive to the workshop only.", "仅可短途驶往维修站。"),
    "no": Text("Do not drive.", "请勿行驶。"),
}


def codes(console: Console, wanted: list[str], language: str) -> int:
    """The exit code: 2 where a code cannot be read."""
    unreadable = [code for code in wanted if not is_code(code.upper()) and entry(code) is None]
    for code in wanted:
        if code in unreadable:
            console.print(
                f"{code} is no trouble code: write a letter P, C, B or U and four digits, like P0128 or P0128-11."
            )
        else:
            _tell(console, code if ":" in code else code.upper(), language)
    return 2 if unreadable else 0


def _tell(console: Console, code: str, language: str) -> None:
    console.print(f"[bold]{code}[/]  {_in(describe(code), language)}")
    known = entry(code)
    if known is None:
        console.print(_in(_WORDS["no_entry"], language))
        return
    severity = f"{known.severity} ({_in(_SEVERITIES[known.severity], language)})"
    console.print(
        f"{_in(_WORDS['severity'], language)}: {severity}  {_in(known.drive_text or _DRIVE[known.drive], language)}"
    )
    console.print(_causes(known, language), _checks(known, language))
    if known.seen_with:
        console.print(f"{_in(_WORDS['seen_with'], language)}: {', '.join(known.seen_with)}")


def _causes(known: CodeEntry, language: str) -> Table:
    heads = [_in(_WORDS[name], language) for name in ("share", "causes", "labour", "parts")]
    table = Table(*heads, box=None, padding=(0, 2, 0, 0))
    ranked = sorted(known.causes.items(), key=lambda item: (item[0] == OTHER, -item[1]))
    for name, weight in ranked:
        cause = catalogue().causes[name]
        parts = ", ".join(_in(catalogue().parts[part].text, language) for part in cause.parts)
        minutes = f"{cause.labour_minutes} {_in(_WORDS['minutes'], language)}"
        table.add_row(f"{weight:.0%}", _in(cause.text, language), minutes, parts)
    return table


def _checks(known: CodeEntry, language: str) -> Table:
    heads = [_in(_WORDS[name], language) for name in ("checks", "labour", "equipment")]
    table = Table("", *heads, box=None, padding=(0, 2, 0, 0))
    for number, name in enumerate(known.checks, 1):
        check = catalogue().checks[name]
        minutes = f"{check.minutes} {_in(_WORDS['minutes'], language)}"
        told = "\n".join([_in(check.text, language), *_expected(known, check, language)])
        table.add_row(str(number), told, minutes, _in(check.equipment, language))
    return table


def _expected(known: CodeEntry, check: Check, language: str) -> list[str]:
    return [
        f"  {_in(value, language)} → {_in(catalogue().causes[cause].text, language)}"
        for cause, value in check.expects.items()
        if cause in known.causes
    ]


def _in(text: Text, language: str) -> str:
    return text.languages()[language]
