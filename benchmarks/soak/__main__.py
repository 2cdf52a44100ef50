"""`python -m benchmarks.soak`: the whole stack at half of its own ceiling; status 0 where memory and lag stay flat."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.ingest.measurement import RunFailed
from benchmarks.soak.page import page
from benchmarks.soak.soaking import Soaked, SoakOptions, soak
from benchmarks.soak.verdict import Verdict, judge
from streaming.settings import StreamKind


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--frames-per-second", type=float, help="default: half of the ceiling, which is measured first")
    parser.add_argument("--cars", type=int, default=1000, help="connections (1000)")
    parser.add_argument("--ceiling-frames", type=int, default=1_000_000, help="to measure the ceiling with (1,000,000)")
    parser.add_argument("--stretch-seconds", type=float, default=120, help="how long the load is sent without a pause")
    parser.add_argument("--sample-seconds", type=float, default=5)
    parser.add_argument("--stream", choices=list(StreamKind), default=StreamKind.POSTGRES)
    parser.add_argument("--folder", type=Path, default=Path("var"), help="where its files are for a while (var)")
    parser.add_argument("--json", type=Path, default=Path("var/soak.json"), help="the result (var/soak.json)")
    return parser.parse_args()


def options_of(arguments: argparse.Namespace, folder: Path) -> SoakOptions:
    return SoakOptions(
        folder=folder,
        minutes=arguments.minutes,
        frames_per_second=arguments.frames_per_second,
        cars=arguments.cars,
        ceiling_frames=arguments.ceiling_frames,
        stretch_seconds=min(arguments.stretch_seconds, arguments.minutes * 60),
        sample_seconds=arguments.sample_seconds,
        stream=StreamKind(arguments.stream),
    )


def as_json(soaked: Soaked, verdict: Verdict) -> dict[str, Any]:
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    machine = {"cores": os.cpu_count(), "system": system, "python": platform.python_version()}
    return {"machine": machine, "run": asdict(soaked), "verdict": verdict.as_dict()}


def main() -> None:
    arguments, say = read_arguments(), Console(stderr=True)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="soak-", dir=arguments.folder) as folder:
        place = Path(folder).resolve()
        place.chmod(0o711)  # the server may run under an account of its own
        try:
            soaked = asyncio.run(soak(options_of(arguments, place), lambda words: say.print(words, highlight=False)))
            verdict = judge(soaked)
        except (RunFailed, ValueError) as error:
            sys.exit(f"soak: {error}")
    told = as_json(soaked, verdict)
    arguments.json.write_text(json.dumps(told, indent=1))
    Console(width=None if sys.stdout.isatty() else 140).print(Markdown(page(told)))
    sys.exit(0 if verdict.is_flat and verdict.is_exact else 1)


if __name__ == "__main__":
    main()
