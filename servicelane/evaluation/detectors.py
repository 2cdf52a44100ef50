"""How well each detector finds its fault, on simulated cars it has never seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from diagnostics.findings import Finding, instant
from diagnostics.service import findings_of
from servicelane.evaluation.histories import simulated_history
from servicelane.evaluation.matching import answers, explains
from simulator.faults.schedule import HiddenFault, assign_faults
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import FaultPlan, Scenario

DETECTED: Final[Mapping[str, str]] = {
    "battery_ageing": "battery_ageing",
    "charging_fault": "charging_fault",
    "charging_belt_slip": "charging_fault",
    "charging_overvoltage": "charging_fault",
    "thermostat_stuck_open": "cooling_thermostat",
    "sensor_coolant_drift": "cooling_thermostat",
    "coolant_loss": "coolant_loss",
    "slow_tyre_leak": "slow_tyre_leak",
}
"""By injected fault, the detector that has to find it by itself (the car's own codes do not count here)."""

DAYS: Final = 60.0
END_MS: Final = 1_780_272_000_000  # 1 June 2026: the past, so that the same command gives the same table
SERVICE_LEVEL: Final = 2
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of fault. Delays in days from onset; lead is from the finding to the instant the car would strand."""

    fault: str
    detector: str
    cars: int
    found: int
    found_by_code_only: int
    median_delay_days: float | None
    found_before_stranding: int
    stranding: int
    false_findings: int

    @property
    def recall(self) -> float:
        return self.found / self.cars


@dataclass(frozen=True, slots=True)
class _Case:
    kind: str
    seed: int
    climate: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: str
    delay_days: float | None
    by_code: bool
    before_stranding: bool | None
    false_findings: int


def evaluate_detectors(
    seed: int, cars: int, kinds: Sequence[str], heard: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Row]:
    """One faulty car per case, `cars` cases per kind of fault, over all climates. Deterministic."""
    cases = list(_cases(seed, cars, kinds))
    outcomes: list[_Outcome] = []
    with ProcessPoolExecutor() as pool:
        for outcome in pool.map(_judge, cases):
            outcomes.append(outcome)
            heard(len(outcomes), len(cases))
    return [_row(kind, [one for one in outcomes if one.kind == kind]) for kind in kinds]


def _cases(seed: int, cars: int, kinds: Sequence[str]) -> Iterator[_Case]:
    for place, kind in enumerate(kinds):
        for number in range(cars):
            yield _Case(kind, seed + 1000 * place + number, ("temperate", "cold", "hot")[number % 3])


def _judge(case: _Case) -> _Outcome:
    plan = FaultPlan(case.kind, 1, (8.0, 15.0), (8.0, 16.0))
    scenario = Scenario(
        f"evaluation-{case.kind}", 1, DAYS, case.climate, diesel_share=0.15, electric_share=0.15, faults=(plan,)
    )
    specs = build_fleet(scenario, case.seed)
    faults = assign_faults(scenario, specs, case.seed, END_MS - int(DAYS * _DAY_S * 1000))
    spec = specs[0]
    fault = faults[spec.vin]
    findings = service_findings(spec, scenario, case.seed, END_MS, fault)
    truth = fault.as_json()
    true = [one for one in findings if answers(as_row(one), truth)]
    own = [one.alarm.found_s for one in true if one.alarm.kind == DETECTED[case.kind]]
    return _Outcome(
        kind=case.kind,
        delay_days=(min(own) - fault.onset_at_ms / 1000) / _DAY_S if own else None,
        by_code=bool(true) and not own,
        before_stranding=None if fault.strands_at_ms is None else bool(own) and min(own) < fault.strands_at_ms / 1000,
        false_findings=sum(not explains(as_row(one), truth) for one in findings),
    )


def service_findings(
    spec: CarSpec, scenario: Scenario, seed: int, end_ms: int, fault: HiddenFault | None = None
) -> list[Finding]:
    """Everything of service level that diagnostics says of one car's life."""
    history = simulated_history(spec, scenario, seed, end_ms, fault)
    return [finding for finding in findings_of(history) if finding.alarm.severity >= SERVICE_LEVEL]


def as_row(finding: Finding) -> dict[str, Any]:
    alarm = finding.alarm
    return {
        "vin": finding.vin,
        "kind": alarm.kind,
        "component": alarm.component,
        "found_at": instant(alarm.found_s),
    }


def _row(kind: str, outcomes: Sequence[_Outcome]) -> Row:
    delays = [one.delay_days for one in outcomes if one.delay_days is not None]
    stranding = [one.before_stranding for one in outcomes if one.before_stranding is not None]
    return Row(
        fault=kind,
        detector=DETECTED[kind],
        cars=len(outcomes),
        found=len(delays),
        found_by_code_only=sum(one.by_code for one in outcomes),
        median_delay_days=round(median(delays), 1) if delays else None,
        found_before_stranding=sum(stranding),
        stranding=len(stranding),
        false_findings=sum(one.false_findings for one in outcomes),
    )
