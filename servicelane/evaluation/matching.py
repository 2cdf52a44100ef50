"""Which finding answers which injected fault, and which one follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

RIGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "battery_ageing": ("battery_ageing",),
    "parasitic_drain": ("parasitic_drain",),
    "charging_fault": ("charging_fault",),
    "charging_belt_slip": ("charging_fault",),
    "charging_overvoltage": ("charging_fault",),
    "thermostat_stuck_open": ("cooling_thermostat",),
    "thermostat_stuck_closed": ("cooling_overheating",),
    "coolant_loss": ("coolant_loss", "cooling_overheating"),
    "radiator_blocked": ("cooling_overheating",),
    "vacuum_leak": ("fuel_trim_lean",),
    "dirty_maf": ("fuel_trim_lean",),
    "weak_fuel_pump": ("fuel_trim_lean",),
    "misfire_plug_wear": ("misfire",),
    "coil_failure": ("misfire",),
    "dpf_soot": ("particulate_filter",),
    "dpf_regeneration_fails": ("particulate_filter",),
    "oil_consumption": ("oil_level",),
    "oil_change_missed": ("oil_life",),
    "brake_pad_wear": ("brake_wear",),
    "slow_tyre_leak": ("slow_tyre_leak",),
    "tyre_puncture": ("sudden_pressure_loss", "slow_tyre_leak"),
    "traction_cell_weak": ("cell_spread",),
    "traction_ageing": ("traction_battery",),
    "sensor_coolant_drift": ("sensor_implausible", "cooling_thermostat"),
    "sensor_stuck": ("sensor_implausible",),
    "sensor_noisy": ("sensor_implausible",),
    "sensor_unplugged": ("sensor_implausible",),
}
"""By injected fault, the detectors that name it truly; the first is the one that is judged by it."""

_CODES: Final[Mapping[str, frozenset[str]]] = {
    "charging_fault": frozenset({"P0562-00"}),
    "charging_belt_slip": frozenset({"P0562-00"}),
    "charging_overvoltage": frozenset({"P0563-00"}),
    "thermostat_stuck_open": frozenset({"P0128-00"}),
    "sensor_coolant_drift": frozenset({"P0128-00"}),
    "thermostat_stuck_closed": frozenset({"P0217-00"}),
    "coolant_loss": frozenset({"P0217-00"}),
    "radiator_blocked": frozenset({"P0217-00"}),
    "vacuum_leak": frozenset({"P0171-00"}),
    "dirty_maf": frozenset({"P0171-00"}),
    "weak_fuel_pump": frozenset({"P0171-00"}),
    "misfire_plug_wear": frozenset({"P0300-00"}),
    "coil_failure": frozenset({"P0302-00"}),
    "dpf_soot": frozenset({"P2463-00"}),
    "dpf_regeneration_fails": frozenset({"P2463-00"}),
    "oil_consumption": frozenset({"P0524-00"}),
    "traction_cell_weak": frozenset({"P0A80-00"}),
}
"""By injected fault, the codes that the simulated car's own control unit sets for it."""

CONSEQUENCES: Final[Mapping[str, frozenset[str]]] = {
    "charging_fault": frozenset({"battery_ageing"}),
    "charging_belt_slip": frozenset({"battery_ageing"}),
    "parasitic_drain": frozenset({"battery_ageing"}),
    "oil_consumption": frozenset({"oil_life"}),
}
"""By kind of fault, findings of what it does to other parts: a battery that is not charged gets too weak to start."""

_WHEELS: Final = ("front left", "front right", "rear left", "rear right")


def explains(finding: Mapping[str, Any], fault: Mapping[str, Any]) -> bool:
    """Whether the finding is true because of this fault: it answers it, or is a consequence of it."""
    effect = finding["kind"] in CONSEQUENCES.get(fault["kind"], frozenset())
    return answers(finding, fault) or (effect and _after_onset(finding, fault))


def answers(finding: Mapping[str, Any], fault: Mapping[str, Any]) -> bool:
    """Whether the finding speaks of this fault: same car, a fitting kind, the right wheel, not before it began."""
    if not _after_onset(finding, fault):
        return False
    if finding["kind"] == "trouble_code":
        return finding["component"] in _CODES.get(fault["kind"], frozenset())
    return finding["kind"] in RIGHT.get(fault["kind"], ()) and _of_its_wheel(finding, fault)


def _of_its_wheel(finding: Mapping[str, Any], fault: Mapping[str, Any]) -> bool:
    """A tyre's finding names the wheel; a wrong one sends a technician to a sound tyre."""
    if "tyre" not in finding["component"] or "wheel" not in fault.get("parameters", {}):
        return True
    return _WHEELS[int(fault["parameters"]["wheel"])] in finding["component"]


def _after_onset(finding: Mapping[str, Any], fault: Mapping[str, Any]) -> bool:
    return bool(finding["vin"] == fault["vin"] and finding["found_at"] >= _instant(fault["onset_at"]))


def _instant(told: str | datetime) -> datetime:
    return datetime.fromisoformat(told) if isinstance(told, str) else told
