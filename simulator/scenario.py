"""A scenario: how many cars, how long, in what climate, with which faults, over what network. Written in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from simulator.network import NetworkQuality

CLIMATES: Final = ("cold", "temperate", "hot")


class ScenarioError(ValueError):
    """The scenario cannot be used; the message names the key and what is allowed."""


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """`cars` cars get this degradation. Onset and ramp are drawn from the ranges, in days since the start."""

    kind: str
    cars: int = 1
    onset_days: tuple[float, float] = (2.0, 8.0)
    ramp_days: tuple[float, float] = (8.0, 16.0)


@dataclass(frozen=True, slots=True)
class OfflinePlan:
    """Hours without any network, in the car's time, for a share of the cars."""

    share: float = 0.0
    hours: float = 12.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """`frame_seconds` is the spacing of frames while driving, `heartbeat_hours` that of parked reports."""

    name: str
    cars: int
    days: float
    climate: str = "temperate"
    diesel_share: float = 0.1
    electric_share: float = 0.1
    frame_seconds: float = 10.0
    heartbeat_hours: float = 6.0
    wrong_clock_share: float = 0.0
    faults: tuple[FaultPlan, ...] = ()
    network: NetworkQuality = field(default_factory=NetworkQuality)
    offline: OfflinePlan = field(default_factory=OfflinePlan)


def load_scenario(path: Path) -> Scenario:
    """Reads a scenario. Raises ScenarioError naming the file, the key and what is allowed."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"{path}: {error}") from error
    return read_scenario(given, str(path))


def read_scenario(given: Mapping[str, Any], where: str) -> Scenario:
    known = dict(given)
    faults = tuple(
        _make(FaultPlan, _ranges(entry), f"{where}: [[faults]] number {number}")
        for number, entry in enumerate(known.pop("faults", []), 1)
    )
    network = _make(NetworkQuality, known.pop("network", {}), f"{where}: [network]")
    offline = _make(OfflinePlan, known.pop("offline", {}), f"{where}: [offline]")
    scenario: Scenario = _make(Scenario, {**known, "faults": faults, "network": network, "offline": offline}, where)
    _check(scenario, where)
    return scenario


def _ranges(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _make(kind: Any, given: Mapping[str, Any], where: str) -> Any:
    allowed = {one.name for one in fields(kind)}
    if unknown := sorted(set(given) - allowed):
        raise ScenarioError(f"{where}: unknown key {unknown[0]!r}; allowed are {', '.join(sorted(allowed))}")
    try:
        return kind(**given)
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"{where}: {error}") from error


def _check(scenario: Scenario, where: str) -> None:
    from simulator.faults.degradations import DEGRADATIONS  # which knows cars, and so the scenario's words

    if scenario.climate not in CLIMATES:
        raise ScenarioError(f"{where}: climate is one of {', '.join(CLIMATES)}")
    for name in ("cars", "days", "frame_seconds", "heartbeat_hours"):
        if getattr(scenario, name) <= 0:
            raise ScenarioError(f"{where}: {name} must be above 0")
    for plan in scenario.faults:
        if plan.kind not in DEGRADATIONS:
            raise ScenarioError(f"{where}: no degradation {plan.kind!r}; there are {', '.join(sorted(DEGRADATIONS))}")
    if (wanted := sum(plan.cars for plan in scenario.faults)) > scenario.cars:
        raise ScenarioError(f"{where}: {wanted} faulty cars do not fit into a fleet of {scenario.cars}")
