"""`python -m benchmarks.ingest`: Servicelane's ingest against what people use instead, in one run on one machine."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.ingest.calibration import sync_seconds
from benchmarks.ingest.contender import Contender
from benchmarks.ingest.figures import over
from benchmarks.ingest.identities import Identities
from benchmarks.ingest.measurement import Measurement, RunFailed
from benchmarks.ingest.programme import FULL, QUICK, contenders, every, telegraf_program
from benchmarks.ingest.report import judgements, show, steady_judgements
from benchmarks.ingest.rounds import Round, kept, run_round
from benchmarks.ingest.servicelane_contender import Servicelane
from benchmarks.ingest.servicelane_on_kafka import ServicelaneOnKafka
from benchmarks.ingest.stage import Stage, stage
from benchmarks.ingest.steady import SHARES, SteadyRun, run_steady
from servicelane.broker_accounts import BrokerError
from servicelane.kafka_server import KafkaMissingError, find_jars, find_java


async def run(arguments: argparse.Namespace, say: Console) -> tuple[list[Round], list[SteadyRun]]:
    arguments.kafka = _with_kafka(arguments.kafka, say)
    chosen = _chosen(arguments)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-ingest-", dir=arguments.folder) as folder:
        Path(folder).resolve().chmod(0o711)  # the server may run under an account of its own
        say.print("starting PostgreSQL, enrolling the cars")
        identities = Identities(Path(folder).resolve() / "identities", arguments.cars, not arguments.cars_by_password)
        kafka = any(isinstance(one, ServicelaneOnKafka) for one in chosen)
        async with stage(Path(folder).resolve(), identities, arguments.database_url, kafka=kafka) as prepared:
            rounds = await _run_rounds(prepared, chosen, arguments, say)
            return rounds, await _run_steady(prepared, chosen, rounds, arguments, say)


def _with_kafka(asked: bool | None, say: Console) -> bool:
    """Raises KafkaMissingError where it was asked for and is not here."""
    if asked is False:
        return False
    try:
        find_java()
        find_jars()
    except KafkaMissingError as error:
        if asked:
            raise
        say.print(f"without Kafka: {error}", highlight=False)
        return False
    return True


def _chosen(arguments: argparse.Namespace) -> list[Contender]:
    sizes = QUICK if arguments.quick else FULL
    if arguments.frames:
        sizes = every(arguments.frames)
    everybody = contenders(arguments.cars, sizes, kafka=arguments.kafka, telegraf=telegraf_program())
    only = arguments.only.split(",") if arguments.only else []
    chosen = [one for one in everybody if not only or one.key in only]
    if not chosen:
        raise RunFailed(f"no contender has one of the keys {only}")
    return chosen


async def _run_rounds(
    prepared: Stage, chosen: Sequence[Contender], arguments: argparse.Namespace, say: Console
) -> list[Round]:
    """Until as many are steady as were asked for; at most twice as many in all."""
    rounds: list[Round] = []
    while len(rounds) < 2 * arguments.rounds and sum(one.is_steady for one in rounds) < arguments.rounds:
        rounds.append(await run_round(prepared, chosen, lambda measured: say.print(_line(measured), highlight=False)))
        say.print(f"round {len(rounds)}: drift {rounds[-1].drift:.0%}", highlight=False)
        if arguments.quick:
            break
    return rounds


async def _run_steady(
    prepared: Stage, chosen: Sequence[Contender], rounds: Sequence[Round], arguments: argparse.Namespace, say: Console
) -> list[SteadyRun]:
    runs: list[SteadyRun] = []
    ours = [one for one in chosen if isinstance(one, Servicelane) and one.is_undisturbed]
    for contender in ours if arguments.steady_seconds else []:
        ceiling = over(kept(rounds), contender.key, lambda one: one.rate)
        assert ceiling
        for share in SHARES:
            runs.append(await run_steady(prepared, contender, ceiling.median, share, arguments.steady_seconds))
            say.print(f"steady at {share:.0%}: {_line(runs[-1].measurement)}", highlight=False)
    return runs


def _line(measured: Measurement) -> str:
    cpu = ", ".join(f"{name} {measured.cpu_us(name):.1f}" for name in measured.cpu_seconds)
    exact = "exact" if measured.outcome.is_exact else str(measured.outcome)
    return f"{measured.contender}: {measured.rate:,.0f} frames/s; µs per frame: {cpu}; {exact}"


def machine(folder: Path) -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "durable_write_ms": sync_seconds(folder) * 1000,
    }


def as_json(folder: Path, rounds: Sequence[Round], steady: Sequence[SteadyRun]) -> dict[str, Any]:
    return {
        "machine": machine(folder),
        "rounds": [one.as_dict() for one in rounds],
        "steady": [one.as_dict() for one in steady],
        "targets": [one.as_dict() for one in judgements(rounds)] + steady_judgements(steady),
    }


def read_arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="steady rounds to take the median of (5)")
    parser.add_argument("--quick", action="store_true", help="one short round and no steady run, for development")
    parser.add_argument("--cars", type=int, default=1000, help="connections (1000)")
    parser.add_argument("--cars-by-password", action="store_true", help="no TLS and no certificates, for everybody")
    parser.add_argument("--frames", type=int, help="frames of every run, whoever it is (each has its own number)")
    parser.add_argument("--only", default="", help="keys of contenders, with commas: c-pipe-1,servicelane-10")
    parser.add_argument("--steady-seconds", type=float, help="length of each steady run (60, quick: none; 0: none)")
    kafka = "with or without Servicelane on Kafka (default: where `make setup-kafka` has brought it)"
    parser.add_argument("--kafka", action=argparse.BooleanOptionalAction, help=kafka)
    parser.add_argument("--database-url", help="a server of this machine instead of the embedded PostgreSQL 18")
    parser.add_argument("--folder", type=Path, default=Path("var"), help="where its files are for a while (var)")
    parser.add_argument("--json", type=Path, help="write everything for programs")
    arguments = parser.parse_args(words)
    if arguments.steady_seconds is None:
        arguments.steady_seconds = 0 if arguments.quick else 60
    return arguments


def main() -> None:
    arguments = read_arguments(sys.argv[1:])
    try:
        rounds, steady = asyncio.run(run(arguments, Console(stderr=True)))
    except (RunFailed, FileNotFoundError, KafkaMissingError, BrokerError) as error:
        sys.exit(f"bench-ingest: {error}")
    show(Console(width=None if sys.stdout.isatty() else 180), rounds, steady)
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(arguments.folder, rounds, steady), indent=2))


if __name__ == "__main__":
    main()
