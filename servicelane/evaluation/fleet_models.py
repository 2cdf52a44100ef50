"""Where a model of the fleet beats the rules: trained on a simulated fleet, judged on cars that neither has seen.

The fleet of the training has a faulty car in ten, as real ones do, and nobody says which. The same lives are judged by
the rules and the model; what counts is who tells of a fault first, and what sound cars have to hear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Final

from diagnostics.detectors import fleet_anomaly
from diagnostics.findings import Finding, instant
from diagnostics.history import History
from diagnostics.models.artefact import Artefact, read
from diagnostics.models.in_service import always
from diagnostics.models.regimes import JUDGED, REGIMES
from diagnostics.models.training import train
from diagnostics.service import findings_of
from servicelane.evaluation.cases import END_MS, Life
from servicelane.evaluation.histories import history_of
from servicelane.evaluation.intervals import Rate, Share
from servicelane.evaluation.matching import explains
from simulator.faults.degradations import DEGRADATIONS
from simulator.faults.ranges import Part, chance_of, draw
from simulator.faults.schedule import HiddenFault
from simulator.fleet import CarSpec, build_fleet
from simulator.scenario import CLIMATES, Scenario

VEHICLE_MODELS: Final[Mapping[str, str]] = {
    "petrol-midsize": "petrol",
    "diesel-compact": "diesel",
    "electric-midsize": "electric",
}
"""One of each way of driving, with its drivetrain."""
FLEET_CARS: Final = 40
FAULTY_ONE_IN: Final = 10
DAYS: Final = 180.0
_DAY_MS: Final = 86_400_000
_SEASON_MS: Final = 91 * _DAY_MS
_DAY_S: Final = 86_400.0
_TRAINING: Final = "training"
_JUDGED: Final = "judged"

_COOLANT: Final = frozenset({"fleet_coolant_residual_c", "fleet_coolant_hot_c"})
_BATTERY: Final = frozenset({"fleet_crank_sag_v", "fleet_rest_v", "fleet_parked_v", "fleet_quiescent_ma"})
_CHARGING: Final = frozenset({"fleet_charging_v", "fleet_charging_idle_v", "fleet_ripple_v"})
_TRIMS: Final = frozenset(
    {"fleet_trim_percent", "fleet_trim_idle_percent", "fleet_trim_cruise_percent", "fleet_trim_load_percent"}
)
_AIR: Final = frozenset({"fleet_filling", "fleet_idle_air_gps", "fleet_idle_manifold_kpa", "fleet_idle_rpm"})
_MISFIRE: Final = frozenset({"fleet_misfire_percent", "fleet_misfire_worst_percent"})
_FILTER: Final = frozenset({"fleet_soot_g_per_l", "fleet_filter_resistance_kpa"})
_CELLS: Final = frozenset({"fleet_cell_spread_mv", "fleet_parked_spread_mv"})

SIGNS: Final[Mapping[str, frozenset[str]]] = {
    "battery_ageing": _BATTERY,
    "parasitic_drain": _BATTERY,
    "charging_fault": _CHARGING | _BATTERY,
    "charging_belt_slip": _CHARGING | _BATTERY,
    "charging_overvoltage": _CHARGING,
    "thermostat_stuck_open": _COOLANT,
    "thermostat_stuck_closed": _COOLANT,
    "radiator_blocked": _COOLANT,
    "coolant_loss": _COOLANT,
    "sensor_coolant_drift": _COOLANT,
    "vacuum_leak": _TRIMS | _AIR,
    "dirty_maf": _TRIMS | _AIR,
    "weak_fuel_pump": _TRIMS,
    "misfire_plug_wear": _MISFIRE,
    "coil_failure": _MISFIRE,
    "dpf_soot": _FILTER,
    "dpf_regeneration_fails": _FILTER,
    "traction_cell_weak": _CELLS,
    "traction_ageing": frozenset({"fleet_charge_ah_per_percent"}),
}
"""By fault, the quantities of which a true finding names one. Faults that are not here leave no trace in what a model
sees.
"""

Heard = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class FleetCase:
    """The `number`-th car of this model with this fault, or without; `use` keeps cars of training and judging apart."""

    part: Part
    seed: int
    use: str
    vehicle_model: str
    number: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One life. Days from onset to the first true finding of the rules (codes included), and of each regime of the
    model.

    `false`: regime and words of what the model said without a fault.
    """

    case: FleetCase
    days: float
    driven_h: float
    rule_days: float | None
    model_days: Mapping[str, float]
    strands_days: float | None
    false: tuple[tuple[str, str], ...]

    def soonest(self, regimes: Collection[str]) -> float | None:
        return min((days for regime, days in self.model_days.items() if regime in regimes), default=None)


@dataclass(frozen=True, slots=True)
class FaultRow:
    """`first`: cars of which the model told before the rules, or alone. Days: medians of cars found by both."""

    fault: str
    vehicle_model: str
    rule: Share
    model: Share
    first: Share
    rule_days: float | None
    model_days: float | None
    earlier_days: float | None
    leads: tuple[float | None, float | None]
    beats: bool


@dataclass(frozen=True, slots=True)
class RegimeRow:
    """`first`: by fault, cars of which this regime told before the rules, or alone."""

    regime: str
    first: Mapping[str, int]
    false_per_car_year: Rate


@dataclass(frozen=True, slots=True)
class Comparison:
    """`precision`: of the cars of which the model told, those with a fault, one faulty car in ten."""

    part: Part
    seed: int
    cars: int
    rows: tuple[FaultRow, ...]
    regimes: tuple[RegimeRow, ...]
    healthy_car_years: float
    false_per_car_year: Rate
    cars_with_false: Share
    precision: Share
    false: tuple[str, ...]


def evaluate_models(
    part: Part, seed: int, cars: int, vehicle_models: Sequence[str], heard: Heard = lambda *_: None
) -> Comparison:
    """`cars` of each fault and model, and as many healthy lives of half a year. Deterministic."""
    told: list[Told] = []
    with ProcessPoolExecutor(2) as pool:
        for vehicle_model in vehicle_models:
            fleet = list(pool.map(_life_of_fleet, list(training_cases(part, seed, vehicle_model)), chunksize=4))
            text = train(vehicle_model, fleet, judges=REGIMES).text()
            cases = list(judged_cases(part, seed, vehicle_model, cars))
            for done, one in enumerate(pool.map(partial(_judge_case, text), cases, chunksize=4), 1):
                told.append(one)
                heard(vehicle_model, done, len(cases))
    return compare(part, seed, cars, told)


def training_cases(part: Part, seed: int, vehicle_model: str) -> Iterator[FleetCase]:
    faults = _faults_of(vehicle_model)
    for number in range(FLEET_CARS):
        fault = faults[number // FAULTY_ONE_IN * 5 % len(faults)] if number % FAULTY_ONE_IN == 0 else None
        yield FleetCase(part, seed, _TRAINING, vehicle_model, number, fault)


def judged_cases(part: Part, seed: int, vehicle_model: str, cars: int) -> Iterator[FleetCase]:
    faults = [fault for fault in _faults_of(vehicle_model) if fault in SIGNS]
    yield from (FleetCase(part, seed, _JUDGED, vehicle_model, n, fault) for fault in faults for n in range(cars))
    yield from (FleetCase(part, seed, _JUDGED, vehicle_model, n) for n in range(cars * len(faults)))


def _faults_of(vehicle_model: str) -> list[str]:
    drivetrain = VEHICLE_MODELS[vehicle_model]
    return sorted(fault for fault, known in DEGRADATIONS.items() if drivetrain in known.drivetrains)


def life_in_fleet(case: FleetCase) -> Life:
    words = (case.use, case.vehicle_model, case.fault or "healthy", case.seed, case.number)
    seed = chance_of(case.part, *words).getrandbits(30)
    climate = CLIMATES[case.number % len(CLIMATES)]
    scenario = Scenario(f"models-{case.part}", 1, DAYS, climate, diesel_share=0.2, electric_share=0.2)
    spec = _car_of(case.vehicle_model, scenario, seed)
    end_ms = END_MS - case.number // len(CLIMATES) % 4 * _SEASON_MS
    return Life(spec, scenario, seed, end_ms, _fault(case, spec, end_ms - int(DAYS * _DAY_MS)))


def _car_of(vehicle_model: str, scenario: Scenario, seed: int) -> CarSpec:
    """The first car drawn that is of this model."""
    number = 0
    while (spec := build_fleet(scenario, seed + number)[0]).model_id != vehicle_model:
        number += 1
    return spec


def _fault(case: FleetCase, spec: CarSpec, start_ms: int) -> HiddenFault | None:
    if case.fault is None:
        return None
    drawn = draw(case.fault, case.part, case.seed, case.number + (1000 if case.use == _TRAINING else 0))
    onset_ms, ramp_ms = start_ms + int(drawn.onset_days * _DAY_MS), int(drawn.ramp_days * _DAY_MS)
    return HiddenFault(spec.vin, DEGRADATIONS[case.fault], onset_ms, ramp_ms, drawn.parameters)


def _life_of_fleet(case: FleetCase) -> History:
    life = life_in_fleet(case)
    return history_of(life.spec, life.bursts())


def _judge_case(text: str, case: FleetCase) -> Told:
    life = life_in_fleet(case)
    return judge(case, life.fault, history_of(life.spec, life.bursts()), read(text))


def judge(case: FleetCase, fault: HiddenFault | None, history: History, artefact: Artefact) -> Told:
    findings = sorted(findings_of(replace(history, fleet=always(artefact))), key=lambda one: one.alarm.found_s)
    of_model = [one for one in findings if one.alarm.kind == fleet_anomaly.KIND]
    first = {_regime(one): one for one in reversed(of_model) if fault and _speaks_of(one, fault)}
    rules = [one for one in findings if fault and one not in of_model and explains(_row(one), fault.as_json())]
    onset_s = fault.onset_at_ms / 1000.0 if fault else 0.0
    items = [item.at_s for item in history.items()]
    return Told(
        case=case,
        days=(items[-1] - items[0]) / _DAY_S if items else 0.0,
        driven_h=sum(trip.ended_s - trip.started_s for trip in history.trips) / 3600.0,
        rule_days=_after(rules, onset_s),
        model_days={regime: (one.alarm.found_s - onset_s) / _DAY_S for regime, one in first.items()},
        strands_days=(fault.strands_at_ms / 1000.0 - onset_s) / _DAY_S if fault and fault.strands_at_ms else None,
        false=tuple((_regime(one), _words(case, one)) for one in of_model if not (fault and _late(one, fault))),
    )


def _speaks_of(finding: Finding, fault: HiddenFault) -> bool:
    return _late(finding, fault) and not SIGNS.get(fault.degradation.kind, frozenset()).isdisjoint(_names(finding))


def _late(finding: Finding, fault: HiddenFault) -> bool:
    """After onset a faulty car is not like its fleet: what names other signals then is neither true nor false."""
    return finding.alarm.found_s >= fault.onset_at_ms / 1000.0


def _names(finding: Finding) -> list[str]:
    return [one.quantity for one in finding.alarm.evidence]


def _regime(finding: Finding) -> str:
    return finding.alarm.component.partition("@")[0]


def _row(finding: Finding) -> dict[str, object]:
    alarm = finding.alarm
    return {"vin": finding.vin, "kind": alarm.kind, "component": alarm.component, "found_at": instant(alarm.found_s)}


def _after(findings: Sequence[Finding], onset_s: float) -> float | None:
    return (findings[0].alarm.found_s - onset_s) / _DAY_S if findings else None


def _words(case: FleetCase, finding: Finding) -> str:
    where = f"{case.vehicle_model} {case.fault or 'healthy'} car {case.number}"
    return f"{where}: {_regime(finding)}, {', '.join(_names(finding))}"


def compare(part: Part, seed: int, cars: int, told: Sequence[Told], regimes: Collection[str] = JUDGED) -> Comparison:
    """Of what the model says in these regimes."""
    healthy = [one for one in told if one.case.fault is None]
    faulty = [one for one in told if one.case.fault is not None]
    groups = dict.fromkeys((str(one.case.fault), one.case.vehicle_model) for one in faulty)
    false = [[words for regime, words in one.false if regime in regimes] for one in healthy]
    alarmed = sum(map(bool, false))
    found = sum(one.soonest(regimes) is not None for one in faulty)
    weighed = round(9 * len(faulty) * alarmed / max(1, len(healthy)))
    years = sum(one.days for one in healthy) / 365.25
    return Comparison(
        part=part,
        seed=seed,
        cars=cars,
        rows=tuple(_fault_row(*group, [one for one in faulty if _group(one) == group], regimes) for group in groups),
        regimes=tuple(_regime_row(name, faulty, healthy, years) for name in REGIMES),
        healthy_car_years=years,
        false_per_car_year=Rate(sum(map(len, false)), years),
        cars_with_false=Share(alarmed, len(healthy)),
        precision=Share(found, found + weighed),
        false=tuple(words for one in told for regime, words in one.false if regime in regimes),
    )


def _regime_row(name: str, faulty: Sequence[Told], healthy: Sequence[Told], years: float) -> RegimeRow:
    first = Counter(str(one.case.fault) for one in faulty if _is_first(one, {name}))
    false = sum(regime == name for one in healthy for regime, _ in one.false)
    return RegimeRow(name, dict(sorted(first.items())), Rate(false, years))


def _group(told: Told) -> tuple[str, str]:
    return str(told.case.fault), told.case.vehicle_model


def _fault_row(fault: str, vehicle_model: str, told: Sequence[Told], regimes: Collection[str]) -> FaultRow:
    days = [(one.rule_days, one.soonest(regimes)) for one in told]
    both = [(rule, model) for rule, model in days if rule is not None and model is not None]
    first = sum(_is_first(one, regimes) for one in told)
    rule, model = (sum(one is not None for one in column) for column in zip(*days, strict=True))
    strands = [one.strands_days for one in told]
    earlier = _median([rule_days - model_days for rule_days, model_days in both])
    return FaultRow(
        fault=fault,
        vehicle_model=vehicle_model,
        rule=Share(rule, len(told)),
        model=Share(model, len(told)),
        first=Share(first, len(told)),
        rule_days=_median([one for one, _ in both]),
        model_days=_median([one for _, one in both]),
        earlier_days=earlier,
        leads=(_lead(strands, [one for one, _ in days]), _lead(strands, [one for _, one in days])),
        beats=2 * first > len(told),
    )


def _is_first(told: Told, regimes: Collection[str]) -> bool:
    days = told.soonest(regimes)
    return days is not None and (told.rule_days is None or days < told.rule_days)


def _lead(strands_days: Sequence[float | None], found_days: Sequence[float | None]) -> float | None:
    """Median days before the car strands, of those that do and were found."""
    both = zip(strands_days, found_days, strict=True)
    return _median([strands - found for strands, found in both if strands is not None and found is not None])


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None
