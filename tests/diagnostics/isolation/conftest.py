"""A catalogue of its own, small enough to reckon with by hand, and symptoms that speak of it."""

from __future__ import annotations

from typing import Any

from diagnostics.code_catalogue import Catalogue, Cause, Check, CodeEntry, CodeEvidence, Part
from diagnostics.code_wording import Text
from diagnostics.isolation.symptoms import Symptom

T0_S = 1_767_225_600.0  # 1 January 2026
DAY_S = 86_400.0


def text(words: str) -> Text:
    return Text(words, f"{words}（中）")


def cause(name: str, **told: Any) -> Cause:
    given = {"component": "engine", "skill": "general", "labour_minutes": 60, "owner": text(f"{name} is broken.")}
    return Cause(text=text(name), **{**given, **told})


def code(causes: dict[str, float], checks: tuple[str, ...] = (), **told: Any) -> CodeEntry:
    given = {"text": text("title"), "severity": 2, "drive": "yes"}
    return CodeEntry(causes=causes, checks=checks, **{**given, **told})


def check(minutes: int, **tells: float) -> Check:
    expects = {name: text(f"as with {name}") for name in tells}
    return Check(text=text("check"), minutes=minutes, equipment=text("meter"), tells=tells, expects=expects)


CATALOGUE = Catalogue(
    causes={
        "leak": cause("leak", evidence_for=("trims.slope", "smoke"), parts=("hose",), labour_minutes=40),
        "air_meter": cause(
            "air_meter", evidence_for=("trims.flat",), evidence_against=("trims.slope",), parts=("meter",)
        ),
        "pump": cause("pump", evidence_for=("trims.load",), parts=("pump", "seal"), labour_minutes=120),
        "battery": cause("battery", skill="electrical", parts=("battery",), evidence_for=("battery_ageing",)),
        "alternator": cause("alternator", skill="electrical", evidence_for=("low_voltage",)),
        "belt": cause("belt"),
        "other": cause("other", labour_minutes=600),
    },
    checks={
        "smoke_test": check(20, leak=0.9),
        "clean_meter": check(10, air_meter=0.7),
        "fuel_pressure": check(30, pump=0.95),
        "rest_voltage": check(5, battery=0.9, alternator=0.3),
    },
    parts={name: Part(text(name), name) for name in ("hose", "meter", "pump", "seal", "battery")},
    codes={
        "P0171": code({"leak": 0.5, "air_meter": 0.3, "pump": 0.15, "other": 0.05}, ("smoke_test", "clean_meter")),
        "P0174": code({"leak": 0.5, "air_meter": 0.3, "pump": 0.15, "other": 0.05}, ("smoke_test",)),
        "P0087": code({"pump": 0.9, "other": 0.1}, severity=3, drive="short"),
        "P0562": code(
            {"alternator": 0.5, "belt": 0.2, "battery": 0.2, "other": 0.1}, ("rest_voltage",), seen_with=("U0100",)
        ),
        "U0100": code({"other": 1.0}, evidence=CodeEvidence(against=("low_voltage",))),
        "finding:battery_ageing": code({"battery": 0.9, "other": 0.1}, severity=3, drive="short"),
        "finding:tyre_leak": code({"leak": 0.9, "other": 0.1}),
    },
)


def symptom(entry_id: str, day: float = 0.0, **told: Any) -> Symptom:
    return Symptom(first_seen_s=T0_S + day * DAY_S, entry_id=entry_id, **told)
