"""Whether isolation ranks the hidden cause of a simulated fault first, and how far to believe its probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from diagnostics.code_catalogue import catalogue
from diagnostics.findings import Finding
from diagnostics.history import History
from diagnostics.isolation.calibration import Case
from diagnostics.isolation.ranking import rank_causes
from diagnostics.isolation.symptoms import Fault, faults_of, of_alarm, of_episode
from servicelane.evaluation.matching import RIGHT

TRUE_CAUSES: Final[Mapping[str, frozenset[str]]] = {
    "battery_ageing": frozenset({"battery_12v_aged"}),
    "parasitic_drain": frozenset({"parasitic_consumer"}),
    "charging_fault": frozenset({"alternator_diode"}),
    "charging_belt_slip": frozenset({"drive_belt_slipping"}),
    "charging_overvoltage": frozenset({"alternator_regulator"}),
    "thermostat_stuck_open": frozenset({"thermostat_stuck_open"}),
    "thermostat_stuck_closed": frozenset({"thermostat_stuck_closed"}),
    "coolant_loss": frozenset({"coolant_leak_hose", "coolant_low"}),
    "radiator_blocked": frozenset({"radiator_blocked"}),
    "vacuum_leak": frozenset({"vacuum_leak"}),
    "dirty_maf": frozenset({"maf_dirty"}),
    "weak_fuel_pump": frozenset({"fuel_pump_weak"}),
    "misfire_plug_wear": frozenset({"spark_plug_worn"}),
    "coil_failure": frozenset({"ignition_coil_faulty"}),
    "dpf_soot": frozenset({"egr_valve_sooted", "injector_leaking"}),
    "dpf_regeneration_fails": frozenset({"regeneration_too_cold"}),
    "oil_consumption": frozenset({"oil_consumption"}),
    "oil_change_missed": frozenset({"oil_old"}),
    "brake_pad_wear": frozenset({"brake_caliper_sticking", "brake_pads_worn"}),
    "slow_tyre_leak": frozenset({"tyre_puncture"}),
    "tyre_puncture": frozenset({"tyre_puncture", "tyre_damaged"}),
    "traction_cell_weak": frozenset({"cell_weak"}),
    "traction_ageing": frozenset({"traction_battery_aged"}),
    "sensor_coolant_drift": frozenset({"coolant_sensor_drift"}),
    "sensor_stuck": frozenset({"sensor_faulty", "coolant_sensor_failed"}),
    "sensor_noisy": frozenset({"sensor_faulty", "maf_failed"}),
    "sensor_unplugged": frozenset({"connector_corroded", "wiring_open", "sensor_faulty"}),
}
"""By injected fault, the causes of the catalogue that say what was done to the car; more than one where the simulator
does not say so much: where coolant leaks, or why soot doubles (an injector or the recirculation)."""


def stated_causes(history: History, findings: Sequence[Finding], truth: Mapping[str, Any]) -> Case | None:
    """What isolation says at the end of a life with this hidden fault; None where no finding or code answers it.

    A cause that is as true as another is told under the first one's name, with the probabilities of both.
    """
    fault = _fault_of(history, findings, truth)
    if fault is None:
        return None
    true = TRUE_CAUSES[truth["kind"]]
    name = min(true)
    stated: dict[str, float] = {}
    for one in rank_causes(fault.present):
        told = name if one.cause_id in true else one.cause_id
        stated[told] = stated.get(told, 0.0) + one.probability
    return Case(stated, name)


def place_of_truth(history: History, findings: Sequence[Finding], truth: Mapping[str, Any]) -> int | None:
    """Where the first true cause stands in the ranking, from 1; None where nothing answers the fault.

    A true cause that was not ranked stands behind all others.
    """
    fault = _fault_of(history, findings, truth)
    if fault is None:
        return None
    ranked = [one.cause_id for one in rank_causes(fault.present)]
    places = [ranked.index(cause) + 1 for cause in TRUE_CAUSES[truth["kind"]] if cause in ranked]
    return min(places, default=len(ranked) + 1)


def _fault_of(history: History, findings: Sequence[Finding], truth: Mapping[str, Any]) -> Fault | None:
    """The fault that the detector which has to find it, or else a code after the onset, belongs to.

    Of several the one that lasts, or was seen last: that is what stands on a technician's page at the end.
    """
    symptoms = [of_alarm(one.alarm) for one in findings if one.alarm.kind != "trouble_code"]
    symptoms += [of_episode(one) for one in history.episodes]
    faults = faults_of(symptoms, catalogue())
    onset_s = datetime.fromisoformat(truth["onset_at"]).timestamp()
    late = [
        fault for fault in faults if any(one.firm and (one.ended_s or onset_s) >= onset_s for one in fault.symptoms)
    ]
    right = {f"finding:{kind}" for kind in RIGHT[truth["kind"]]}
    named = [fault for fault in late if right & set(fault.entry_ids)]
    coded = [fault for fault in late if not all(one.is_finding for one in fault.symptoms)]
    return max(named or coded, key=_newest, default=None)


def _newest(fault: Fault) -> tuple[bool, float]:
    return fault.ended_s is None, fault.present[-1].first_seen_s
