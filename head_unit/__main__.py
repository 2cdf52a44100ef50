"""`python -m head_unit publish FILE.json`: sends one batch as a car would and prints the acknowledgement.

`python -m head_unit claim NUMBER`: signs the number of somebody's claim and prints what their app sends as its proof.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from head_unit.ownership import claim_proof
from head_unit.settings import HeadUnitSettings, TlsSettings
from head_unit.unit import HeadUnit
from telemetry_schema.batches import decode_batch
from telemetry_schema.content import JSON
from telemetry_schema.refusals import Refusal


def publish(arguments: argparse.Namespace) -> int:
    """Exit status 0 when the message was answered for."""
    try:
        batch = decode_batch(arguments.file.read_bytes(), JSON)
    except (OSError, Refusal) as error:
        print(f"{arguments.file} cannot be sent: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        unit = HeadUnit(_settings(arguments, Path(folder) / "buffer.sqlite"))
        unit.record_frames(batch.recorded_at_ms, batch.columns)
        unit.flush()
        unit.start()
        delivered = unit.wait_until_delivered(arguments.timeout)
        unit.close()
        answer = _answer(Path(folder) / "buffer.sqlite") if delivered else None
    print(answer or "no acknowledgement; check host, port and certificate, and whether the bridge runs")
    return 0 if delivered else 1


def claim(arguments: argparse.Namespace) -> int:
    try:
        print(claim_proof(arguments.identity, arguments.number))
    except (OSError, ValueError) as error:
        print(f"{arguments.identity} cannot sign: {error}", file=sys.stderr)
        return 2
    return 0


def _settings(arguments: argparse.Namespace, path: Path) -> HeadUnitSettings:
    return HeadUnitSettings(
        vin=arguments.vin,
        buffer_path=path,
        password=arguments.password or "",
        host=arguments.host,
        port=arguments.port,
        tls=TlsSettings(arguments.ca, arguments.identity) if arguments.ca or arguments.identity else None,
        keep_ledger=True,
    )


def _answer(path: Path) -> str:
    with sqlite3.connect(path) as ledger:
        rows = ledger.execute("select sequence, frames, disposition from ledger").fetchall()
    return "\n".join(f"sequence {row[0]}, {row[1]} frames: {row[2]}" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m head_unit", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("publish", help="send one batch, given as protobuf-JSON")
    command.add_argument("file", type=Path)
    command.add_argument("--vin", required=True)
    command.add_argument("--identity", type=Path, help="the car's key and certificate, as `device enrol` wrote them")
    command.add_argument("--ca", type=Path, help="whom the car trusts, as `device enrol` wrote it")
    command.add_argument("--password", help="of a broker for development that takes one instead of a certificate")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8883)
    command.add_argument("--timeout", type=float, default=20)
    command.set_defaults(run=publish)
    signing = commands.add_parser("claim", help="sign the number of an ownership claim")
    signing.add_argument("number", type=UUID)
    signing.add_argument("--identity", type=Path, required=True, help="the car's key and certificate, PEM")
    signing.set_defaults(run=claim)
    arguments = parser.parse_args()
    run: Callable[[argparse.Namespace], int] = arguments.run
    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
