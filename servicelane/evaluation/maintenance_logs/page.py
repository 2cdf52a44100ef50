"""The evaluation on maintenance logs as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from servicelane.evaluation.maintenance_logs.run import NextFailure

PAGE: Final = Path("docs/next-failure.md")


def write_page(result: NextFailure, command: str, folder: Path, about: str = "") -> None:
    (folder / PAGE).write_text(page(result, command, about), encoding="utf-8")


def page(result: NextFailure, command: str, about: str = "") -> str:
    return "\n\n".join([_head(result, command, about), _scores(result), _leads(result)]) + "\n"


def _head(result: NextFailure, command: str, about: str) -> str:
    return (
        f"# The next failure, from maintenance logs\n\nWritten by `{command}`.{f' {about}' if about else ''}\n\n"
        f"{result.machines} machines, {result.telemetry_lines:,} lines of telemetry. Every three hours each machine is "
        f"looked at: which of its\ncomponents fail within {result.horizon_hours} h? Learnt from "
        f"{result.learnt_looks:,} looks up to {result.learnt_until_at}, judged on\n{result.judged_looks:,} from "
        f"{result.judged_from_at} on; what is learnt from ends before what is judged begins. One\n"
        "boosted-tree model per component; known are mean and spread of each signal over 3 h and a day, errors of a "
        "day\nand of three, hours since each component was replaced, age and model. "
        f"{result.cpu_seconds:.0f} s of CPU."
    )


def _scores(result: NextFailure) -> str:
    rows = [
        (one.name, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", one.support) for one in result.scored
    ]
    return (
        f"Macro F1 over components and none: **{result.macro_f1:.3f}** (saying that nothing ever fails: "
        f"{result.never_f1:.3f}).\n\n{_table(('fails', 'precision', 'recall', 'F1', 'looks'), rows)}"
    )


def _leads(result: NextFailure) -> str:
    rows = [
        (
            one.component,
            one.failures,
            one.told,
            "-" if one.median_lead_hours is None else f"{one.median_lead_hours:.0f} h",
        )
        for one in result.warned
    ]
    return f"## How long before\n\n{_table(('component', 'failures', 'told before', 'median lead'), rows)}"


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
