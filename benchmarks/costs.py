"""`python -m benchmarks.costs`: renews servicelane/capacity.json, on which `servicelane capacity` stands, from results.

The results are those of `make bench-ingest`, `make bench`, `python -m benchmarks.fleet_day` and
`python -m benchmarks.connections`, each with `--json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.ingest.rounds import LARGEST_DRIFT
from servicelane.capacity import MEASURED, points_of


def costs(kind: str, ingest: Any, parts: Any, day: Any, connections: Any) -> dict[str, Any]:
    """What `servicelane.capacity.Measured` reads. `kind` is `servicelane` or `servicelane-kafka`."""
    fleet = f"{day['cars']:,} simulated cars in {day['days']:g} days"
    per_frame = {one["part"]: one["cpu_us"] for one in parts if one["unit"] == "frame"}
    return {
        "origin": f"{kind}, {_machine(ingest)}; {fleet}",
        "day": {name: round(value, 3) for name, value in day.items() if name not in ("cars", "days")},
        "cpu_us_of_1_and_10": {
            name: [round(value, 2) for value in values] for name, values in points_of(ingest, kind).items()
        },
        "cpu_us_of_a_frame": {"diagnostics": round(per_frame["diagnostics"], 2)},
        **connections,
    }


def _machine(ingest: Any) -> str:
    machine, drift = ingest["machine"], max(of["drift"] for of in ingest["rounds"])
    words = f"{machine['cores']} cores, Python {machine['python']}"
    return f"{words}, busy with other things (drift {drift:.0%}): upper bounds" if drift > LARGEST_DRIFT else words


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--kind", choices=("servicelane", "servicelane-kafka"), default="servicelane")
    for name in ("ingest", "parts", "day", "connections"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE")
    given = vars(parser.parse_args())
    kind = given.pop("kind")
    read = {name: json.loads(path.read_text()) for name, path in given.items()}
    MEASURED.write_text(json.dumps(costs(kind, **read), indent=2, ensure_ascii=False) + "\n")
    print(f"{MEASURED}; now `servicelane docs` for docs/growing.md")


if __name__ == "__main__":
    main()
