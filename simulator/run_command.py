"""`python -m simulator run`: the simulated cars of a scenario. One JSON object a line on stdout.

`{"progress": …}` about once a second and `{"done": …}` at the end. Status 0 when all was sent and acknowledged, 1 when
not, 2 when a file or an option is wrong, 130 when it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from pathlib import Path

from simulator.access import Access, access_of
from simulator.faults.schedule import HiddenFault, assign_faults, truth_document
from simulator.fleet import CarSpec
from simulator.jsonlines import print_line, stopped_by_signals
from simulator.run import Broker, FleetRun
from simulator.scenario import Scenario, ScenarioError, load_scenario


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scenario", type=Path, required=True, help="what happens (TOML)")
    parser.add_argument("--fleet", type=Path, required=True, help="JSON list of cars as `servicelane` enrolled them")
    parser.add_argument("--truth", type=Path, required=True, help="where the hidden faults are written")
    parser.add_argument("--buffers", type=Path, required=True, help="folder for the head units' buffers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broker-host", default="127.0.0.1")
    parser.add_argument("--broker-port", type=int, required=True)
    parser.add_argument("--real-time", action="store_true", help="begin now and live at the speed of the road")
    parser.add_argument("--maximum-pending", type=int, default=1500, help="messages not acknowledged, of all cars")


def run(arguments: argparse.Namespace) -> int:
    """Simulates; returns the exit status."""
    try:
        scenario = load_scenario(arguments.scenario)
        specs, accesses = read_fleet(arguments.fleet)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    end_ms = time.time_ns() // 1_000_000
    if arguments.real_time:
        end_ms += int(scenario.days * 86_400_000)
    faults = assign_faults(scenario, specs, arguments.seed, end_ms - int(scenario.days * 86_400_000))
    complete, stopped = _drive(arguments, scenario, specs, accesses, faults, end_ms)
    return 130 if stopped else 0 if complete else 1


def _drive(
    arguments: argparse.Namespace,
    scenario: Scenario,
    specs: list[CarSpec],
    accesses: dict[str, Access],
    faults: dict[str, HiddenFault],
    end_ms: int,
) -> tuple[bool, bool]:
    """Whether everything was acknowledged, and whether the run was stopped. Writes the truth in either case."""
    stopping = threading.Event()
    fleet_run = FleetRun(
        scenario,
        specs,
        faults,
        arguments.seed,
        end_ms,
        print_line,
        stopping=stopping,
        real_time=arguments.real_time,
        maximum_pending=arguments.maximum_pending,
    )
    broker = Broker(arguments.broker_host, arguments.broker_port)
    try:
        with stopped_by_signals(stopping):
            complete = fleet_run.run(broker, accesses, arguments.buffers)
    finally:
        write_truth(arguments.truth, faults, specs)
    return complete, stopping.is_set()


def read_fleet(path: Path) -> tuple[list[CarSpec], dict[str, Access]]:
    """Cars, and how they get in, by VIN. Raises ScenarioError naming the file."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [CarSpec.from_json(entry) for entry in entries], {car["vin"]: access_of(car) for car in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScenarioError(f"{path}: no list of simulated cars ({error!r}); enrol the fleet again") from error


def write_truth(path: Path, faults: dict[str, HiddenFault], specs: list[CarSpec]) -> None:
    """Only the evaluation may read this file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(truth_document(list(faults.values()), specs), indent=1))
