"""An evaluation as a page of documentation: tables, and a picture of how early faults are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from servicelane.evaluation.diagnostics_goals import goals
from servicelane.evaluation.diagnostics_run import Evaluation, RecordedResult
from servicelane.evaluation.scoring import LEAD_DAYS, LEAD_KM, total

PAGE: Final = Path("docs/diagnostics-evaluation.md")
LEAD_PICTURE: Final = Path("docs/diagnostics-lead-time.svg")
_LISTED: Final = 40
_LONGEST_DAYS: Final = 100.0
_WIDTH, _LEFT, _ROW = 900, 210, 26


def write_page(evaluation: Evaluation, command: str, folder: Path) -> None:
    """`docs/diagnostics-evaluation.md` and its picture below `folder`."""
    (folder / PAGE).write_text(page(evaluation, command), encoding="utf-8")
    (folder / LEAD_PICTURE).write_text(lead_picture(evaluation), encoding="utf-8")


def page(evaluation: Evaluation, command: str) -> str:
    parts = [
        _head(evaluation, command),
        "## What was asked\n\n" + _goals(evaluation),
        "## Detectors\n\n" + _detectors(evaluation),
        f"## How early\n\n![Days from finding to stranding, by detector]({LEAD_PICTURE.name})\n\n"
        "One mark for each car that strands and was found; the line stands at seven days.",
        "## Faults\n\n" + _faults(evaluation),
        "## Causes\n\n" + _causes(evaluation),
        "## Healthy cars\n\n" + _healthy(evaluation),
        *([_recorded(evaluation.recorded)] if evaluation.recorded else []),
        "## What was said without cause\n\n" + _list(evaluation.false),
        "## What was not found\n\n" + _list(evaluation.missed),
    ]
    return "\n\n".join(parts) + "\n"


def _head(evaluation: Evaluation, command: str) -> str:
    drawn = (
        f"Written by `{command}`. Parameters are drawn from the `{evaluation.part}` ranges of\n"
        f"`simulator/faults/ranges.toml`; those of development and evaluation do not overlap, and seed\n"
        f"{evaluation.seed} of one gives other cars and other faults than the same seed of the other."
    )
    counted = (
        f"{evaluation.cars} faulty cars for each detector (150 days, onset in the second month) and "
        f"{evaluation.healthy.car_years:.0f} healthy car-years,\n0.1 Hz while driving, plus events. In brackets: "
        "Wilson's 95 % interval; rates: the exact interval of a Poisson count."
    )
    missing = (
        f"\n\nFaults that no detector claims yet, and that are not counted: {', '.join(evaluation.not_judged)}."
        if evaluation.not_judged
        else ""
    )
    more = "How it is counted, what bounds it and what was missed: [how well faults are found](evaluation.md)."
    return f"# How far diagnostics can be believed\n\n{drawn}\n\n{counted}{missing}\n\n{more}"


def _goals(evaluation: Evaluation) -> str:
    rows = [(goal.asked, goal.reached, "yes" if goal.met else "no") for goal in goals(evaluation)]
    return _table(("asked", "reached", "met"), rows)


def _detectors(evaluation: Evaluation) -> str:
    heading = (
        "detector", "recall", "before stranding", "early", "precision", "false alarms per 1,000 h", "delay", "lead",
    )  # fmt: skip
    rows = [
        (
            one.detector, one.recall, one.before_stranding, one.early, one.precision, one.false_alarms,
            _days(one.median_delay_days), _days(one.median_lead_days),
        )
        for one in evaluation.detectors
    ]  # fmt: skip
    words = (
        f"*early*: gradual faults that strand, told at least {LEAD_DAYS:.0f} days or {LEAD_KM:.0f} km before. "
        "*precision*: of the cars\nto which the detector spoke, in a fleet with one faulty car in ten. *delay* from "
        "onset and *lead* to stranding: medians.\nFalse alarms of any severity, on healthy simulated cars."
    )
    return f"{_table(heading, rows)}\n\n{words}"


def _faults(evaluation: Evaluation) -> str:
    heading = ("fault", "detector", "found by it", "found by any", "strand", "delay", "lead")
    rows = [
        (
            one.fault, one.detector, one.by_its_detector, one.by_any, one.stranding,
            _days(one.median_delay_days), _days(one.median_lead_days),
        )
        for one in evaluation.faults
    ]  # fmt: skip
    return (
        f"{_table(heading, rows)}\n\n*by any*: by another finding that names it truly, or by the car's own code, too."
    )


def _causes(evaluation: Evaluation) -> str:
    rows: list[Sequence[object]] = [(one.fault, one.cause_first, one.cause_in_three) for one in evaluation.faults]
    first = total(one.cause_first for one in evaluation.faults)
    three = total(one.cause_in_three for one in evaluation.faults)
    table = _table(("fault", "true cause first", "in the first three"), [*rows, ("all", first, three)])
    return f"Of the cars of which a true finding or a code told: where isolation ranks the true cause.\n\n{table}"


def _healthy(evaluation: Evaluation) -> str:
    row = evaluation.healthy
    return (
        f"{row.car_years:.1f} car-years, {row.driven_h:,.0f} hours of driving: {row.service_level} findings of service "
        f"level, {row.advisories} advisories."
    )


def _recorded(result: RecordedResult) -> str:
    heading = ("fault put in", "detector", "found", "trips until found", "cases with a false finding")
    rows = [
        (one.fault, one.detector, one.found, one.median_trips or "-", one.cases_with_false) for one in result.injected
    ]
    said = [f"service level: {words}" for words in result.service_level]
    said += [f"advisory: {words}" for words in result.advisories]
    wrong = [f"with the drives of known measurement errors: {words}" for words in result.on_measurement_errors]
    return (
        f"## Recorded drives\n\n{result.drives} drives, {result.hours:.1f} hours with the engine running. False alarms "
        f"per 1,000 h: {result.false_alarms}.\n\n{_list([*said, *wrong])}\n\n"
        "Faults put into these drives, into the signals that they have. Noise is that of ten-second means.\n\n"
        f"{_table(heading, rows)}"
    )


def _days(value: float | None) -> str:
    return "-" if value is None else f"{value} d"


def _list(words: Sequence[str]) -> str:
    if not words:
        return "Nothing."
    more = [f"* and {len(words) - _LISTED} more"] if len(words) > _LISTED else []
    return "\n".join([*(f"* {one}" for one in words[:_LISTED]), *more])


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def lead_picture(evaluation: Evaluation) -> str:
    """A strip of marks for each detector, as SVG."""
    rows = [(kind, leads) for kind, leads in evaluation.leads_days.items() if leads]
    height = 50 + _ROW * len(rows)
    inside = [*_scale(height), *(mark for place, row in enumerate(rows) for mark in _strip(place, *row))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *inside, "</svg>"]) + "\n"


def _scale(height: int) -> Iterator[str]:
    for days in range(0, int(_LONGEST_DAYS) + 1, 10):
        yield f'<line x1="{_x(days)}" y1="8" x2="{_x(days)}" y2="{height - 38}" stroke="#ddd"/>'
        yield f'<text x="{_x(days)}" y="{height - 22}" text-anchor="middle">{days}</text>'
    yield f'<line x1="{_x(LEAD_DAYS)}" y1="8" x2="{_x(LEAD_DAYS)}" y2="{height - 38}" stroke="#c40" stroke-width="2"/>'
    yield f'<text x="{_x(50)}" y="{height - 6}" text-anchor="middle">days before stranding</text>'


def _strip(place: int, detector: str, leads: Sequence[float]) -> Iterator[str]:
    y = 22 + _ROW * place
    yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{detector}</text>'
    for lead in leads:
        yield f'<circle cx="{_x(lead)}" cy="{y}" r="4" fill="#06c" fill-opacity="0.35"/>'


def _x(days: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - 20) * min(max(days, 0.0), _LONGEST_DAYS) / _LONGEST_DAYS, 1)
