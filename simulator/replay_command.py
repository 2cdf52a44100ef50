"""`python -m simulator replay`: recorded drives of real cars through head units. One JSON object a line on stdout.

`{"progress": …}` about once a second, `{"drive": …}` after each file, `{"done": …}` at the end. Status 0 when all was
sent and acknowledged, 1 when not, 2 when a file or an option is wrong, 130 when it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from head_unit.unit import HeadUnit, HeadUnitSettings
from simulator.access import Access, access_of
from simulator.bad_transport import RESEND_SECONDS, add_network_arguments, make_transport, quality_from
from simulator.columns_check import ColumnMapError
from simulator.jsonlines import print_line, stopped_by_signals
from simulator.recordings import load_map, recorded_files
from simulator.replay import DEFAULT_MAXIMUM_PENDING, Drive, Replay, Tempo, shift_to, survey

REPLAY_BATCH_FRAMES: Final = 500
"""Recorders write ten rows a second and more: a batch of these is under a minute of driving."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, help="drives: .csv or .log (.gz|.xz), .tar.xz, a folder of them")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--columns", type=Path, help="the column map (TOML) of logged tables")
    what.add_argument("--bus", type=Path, help="the bus map (TOML) of candump logs; it names the DBC")
    parser.add_argument("--fleet", type=Path, required=True, help="JSON list of cars as `servicelane` enrolled them")
    parser.add_argument("--buffers", type=Path, required=True, help="folder for the head units' buffers")
    parser.add_argument("--broker-host", default="127.0.0.1")
    parser.add_argument("--broker-port", type=int, required=True)
    parser.add_argument("--vin", help="the car that drove, in place of what the map says")
    parser.add_argument("--speed", type=float, default=0, help="1 as recorded, 10 ten times that, 0 at once")
    parser.add_argument("--shift-to-now", action="store_true", help="move all instants so that the last one is now")
    parser.add_argument(
        "--maximum-pending", type=int, default=DEFAULT_MAXIMUM_PENDING, help="messages not acknowledged"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the bad network")
    add_network_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Replays; returns the exit status."""
    try:
        with tempfile.TemporaryDirectory(prefix="drives-") as folder:
            return _replay(arguments, Path(folder))
    except (ColumnMapError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def _replay(arguments: argparse.Namespace, folder: Path) -> int:
    recording_map = load_map(arguments.columns, arguments.bus)
    accesses = read_accesses(arguments.fleet)
    drives = survey(recording_map, recorded_files(recording_map, arguments.files, folder), arguments.vin)
    check_fleet(drives, accesses, arguments.fleet)
    stopping = threading.Event()
    with _head_units(arguments, accesses) as units, stopped_by_signals(stopping):
        replay = Replay(
            recording_map,
            drives,
            units.unit,
            _tempo(arguments, drives),
            print_line,
            vin=arguments.vin,
            stopping=stopping,
        )
        complete = replay.run()
    return 130 if stopping.is_set() else 0 if complete else 1


def _tempo(arguments: argparse.Namespace, drives: Sequence[Drive]) -> Tempo:
    return Tempo(
        speed=arguments.speed or None,
        shift_ms=shift_to(drives, time.time_ns() // 1_000_000) if arguments.shift_to_now else 0,
        maximum_pending=arguments.maximum_pending,
    )


def read_accesses(fleet: Path) -> Mapping[str, Access]:
    """How each car gets in, by VIN, from a fleet file: a JSON list of objects as `access_of` takes them."""
    try:
        return {car["vin"]: access_of(car) for car in json.loads(fleet.read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ColumnMapError(f"{fleet}: no list of cars with vin and identity ({error!r}); enrol them again") from error


def check_fleet(drives: Sequence[Drive], accesses: Mapping[str, Access], fleet: Path) -> None:
    strangers = sorted({vin for drive in drives for vin in drive.vins} - accesses.keys())
    if strangers:
        raise ColumnMapError(f"{fleet}: no certificate for {', '.join(strangers[:5])}; enrol these cars first")


class _HeadUnits:
    """The head units of a replay, made when their first frame comes."""

    def __init__(self, arguments: argparse.Namespace, accesses: Mapping[str, Access]) -> None:
        self._arguments = arguments
        self._accesses = accesses
        self._units: dict[str, HeadUnit] = {}

    def unit(self, vin: str) -> HeadUnit:
        if vin not in self._units:
            access = self._accesses[vin]
            settings = HeadUnitSettings(
                vin=vin,
                buffer_path=self._arguments.buffers / f"{vin}.sqlite",
                password=access.password,
                tls=access.tls,
                enrolment_url=access.enrolment_url,
                host=self._arguments.broker_host,
                port=self._arguments.broker_port,
                keep_ledger=True,
                durable=False,
                batch_frames=REPLAY_BATCH_FRAMES,
                resend_seconds=RESEND_SECONDS,
            )
            transport = make_transport(settings, quality_from(self._arguments), self._arguments.seed)
            self._units[vin] = HeadUnit(settings, transport=transport)
            self._units[vin].start()
        return self._units[vin]

    def close(self) -> None:
        for unit in self._units.values():
            unit.close()


@contextmanager
def _head_units(arguments: argparse.Namespace, accesses: Mapping[str, Access]) -> Iterator[_HeadUnits]:
    arguments.buffers.mkdir(parents=True, exist_ok=True)
    units = _HeadUnits(arguments, accesses)
    try:
        yield units
    finally:
        units.close()
