"""Which finding answers which injected fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

_P0171: Final = {("trouble_code", "P0171-00")}
ANSWERS: Final[Mapping[str, frozenset[tuple[str, str]]]] = {
    "battery_ageing": frozenset({("battery_ageing", "")}),
    "charging_fault": frozenset({("charging_fault", ""), ("trouble_code", "P0562-00")}),
    "charging_belt_slip": frozenset({("charging_fault", ""), ("trouble_code", "P0562-00")}),
    "charging_overvoltage": frozenset({("charging_fault", ""), ("trouble_code", "P0563-00")}),
    "thermostat_stuck_open": frozenset({("cooling_thermostat", ""), ("trouble_code", "P0128-00")}),
    "sensor_coolant_drift": frozenset({("cooling_thermostat", ""), ("trouble_code", "P0128-00")}),
    "coolant_loss": frozenset({("coolant_loss", ""), ("cooling_overheating", ""), ("trouble_code", "P0217-00")}),
    "slow_tyre_leak": frozenset({("slow_tyre_leak", "")}),
    "vacuum_leak": frozenset(_P0171),
    "dirty_maf": frozenset(_P0171),
    "weak_fuel_pump": frozenset(_P0171),
    "misfire_plug_wear": frozenset({("trouble_code", "P0300-00")}),
    "coil_failure": frozenset({("trouble_code", "P0302-00")}),
    "dpf_soot": frozenset({("trouble_code", "P2463-00")}),
    "oil_consumption": frozenset({("trouble_code", "P0524-00")}),
    "traction_cell_weak": frozenset({("trouble_code", "P0A80-00")}),
}
"""By kind of fault: (kind of finding, its component or "" for any). What is not named has no finding yet."""


CONSEQUENCES: Final[Mapping[str, frozenset[str]]] = {
    "charging_fault": frozenset({"battery_ageing"}),
    "charging_belt_slip": frozenset({"battery_ageing"}),
    "parasitic_drain": frozenset({"battery_ageing"}),
}
"""By kind of fault, findings of what it does to other parts: a battery that is not charged gets too weak to start."""


def explains(finding: Mapping[str, Any], fault: Mapping[str, Any]) -> bool:
    """Whether the finding is true because of this fault: it answers it, or is a consequence of it."""
    effect = finding["kind"] in CONSEQUENCES.get(fault["kind"], frozenset())
    after = finding["vin"] == fault["vin"] and finding["found_at"] >= _instant(fault["onset_at"])
    return answers(finding, fault) or (effect and after)


def answers(finding: Mapping[str, Any], fault: Mapping[str, Any]) -> bool:
    """Whether the finding speaks of this fault: same car, a fitting kind, and not before the fault began."""
    if finding["vin"] != fault["vin"]:
        return False
    wanted = ANSWERS.get(fault["kind"], frozenset())
    fits = (finding["kind"], "") in wanted or (finding["kind"], finding["component"]) in wanted
    return fits and finding["found_at"] >= _instant(fault["onset_at"])


def _instant(told: str | datetime) -> datetime:
    return datetime.fromisoformat(told) if isinstance(told, str) else told
