"""The evaluation of the planner as a page of documentation, with a picture of how reliable its shares are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from maintenance_planner.wear.model import QUANTILES
from servicelane.evaluation.intervals import Share
from servicelane.evaluation.planner_parts import PartResult
from servicelane.evaluation.planner_run import PlannerEvaluation
from servicelane.evaluation.planner_year import NEEDLESS_BELOW, STRANDS, YearResult

PAGE: Final = Path("docs/planner-evaluation.md")
PICTURE: Final = Path("docs/planner-reliability.svg")
_WHY: Final = (
    "What these figures do not say: cars here share no value with those that the models were fitted to, and differ\n"
    "among themselves as much. An interval is only sure to be as wide as it has to be for cars that are drawn alike;\n"
    "when development was drawn from narrower ranges, five parts were covered by 67 to 72 %. A fleet whose cars\n"
    "differ more than these, or whose parts wear by other laws, is covered less. Ash takes a dozen years to build up,\n"
    "within which cars change their use."
)
_AVOIDED: Final = 0.9
_SIDE, _GAP, _ACROSS = 150, 40, 5


def write_page(evaluation: PlannerEvaluation, command: str, folder: Path) -> None:
    """`docs/planner-evaluation.md` and its picture below `folder`."""
    (folder / PAGE).write_text(page(evaluation, command), encoding="utf-8")
    (folder / PICTURE).write_text(picture(evaluation.parts), encoding="utf-8")


def page(evaluation: PlannerEvaluation, command: str) -> str:
    return (
        "\n\n".join([_head(evaluation, command), _parts(evaluation.parts), _year(evaluation), _bounds(evaluation)])
        + "\n"
    )


def _head(evaluation: PlannerEvaluation, command: str) -> str:
    return (
        f"# How far predictions of wear can be believed\n\n"
        f"Written by `{command}`. Cars are drawn from the `{evaluation.part}` ranges of\n"
        f"`simulator/wear/ranges.toml`, seed {evaluation.seed}; those of development, on which the models were fitted, "
        f"and those\nof evaluation do not overlap. Models: `{evaluation.version}`, made by\n"
        f"`{evaluation.origin['command']}`.\n\n"
        "These are simulated cars: the figures say how well the models learn what a simulator hides, and whether\n"
        "their shares can be trusted. They say nothing of a real car before its workshop's records have been compared."
        "\n\n"
        "Beside it: [remaining life of turbofan engines](remaining-life.md), data that others are judged on too, and\n"
        "[the next failure from maintenance logs](next-failure.md)."
    )


def _parts(parts: Sequence[PartResult]) -> str:
    heading = (
        "part", "n", "80 % interval covers", "meets 78 to 82 %", "median error", "plain interval's", "at most half",
        "width", "pinball loss", "failure: covers", "failure: median error",
    )  # fmt: skip
    rows = [
        (
            one.component, one.n, one.covered, _yes(one.calibrated), _days(one.error_days), _days(one.plain_error_days),
            _yes(one.halved), _days(one.width_days), _days(one.pinball_days), one.failure_covered,
            _days(one.failure_error_days),
        )
        for one in parts
    ]  # fmt: skip
    words = (
        "One day of each car's part, drawn at random over twenty years. Half of the cars have come to the service\n"
        "within the last two years; half of these cannot say when a part with a gauge was replaced.\n"
        "Three parts of four are replaced at 90 to 110 % of what is due, the fourth at some time before it fails.\n"
        "The plain interval is told of every record all the same. In brackets: Wilson's 95 % interval. The\n"
        "plain interval is the plan's, with its severe duty and the projection of the odometer; where no plan has it,\n"
        "that of `maintenance_planner/wear/components.toml`. *width*: median from P10 to P90. *pinball loss*: mean\n"
        "over P10, P50 and P90."
    )
    drawn = (
        f"![Share of due dates at or before P10, P50 and P90, by part]({PICTURE.name})\n\n"
        "Across: what is said, up: what came true, with Wilson's interval. On the diagonal what is said is true."
    )
    return f"## Due dates\n\n{_table(heading, rows)}\n\n{words}\n\n{drawn}\n\n{_where(parts)}"


def _where(parts: Sequence[PartResult]) -> str:
    """Coverage of some cars of each part."""
    names = list(parts[0].covered_where)
    rows = [(one.component, *map(_brief, one.covered_where.values())) for one in parts]
    return f"The same coverage, of cars that have something in common, with n:\n\n{_table(('part', *names), rows)}"


def _brief(share: Share) -> str:
    return f"{share.value:.2f} ({share.all})" if share.value is not None else "-"


def _year(evaluation: PlannerEvaluation) -> str:
    nothing = evaluation.years[0]
    heading = (
        "going by",
        "strandings",
        "avoided",
        "visits",
        "needless",
        "needless per 50 car-years",
        "worn when replaced",
    )
    rows = [
        (
            one.policy, one.strandings, one.avoided(nothing), one.visits, one.needless,
            f"{50 * (one.needless_rate.value or 0.0):.2f} ({50 * one.needless_rate.interval[0]:.2f} to "
            f"{50 * one.needless_rate.interval[1]:.2f})", _worn(one.worn),
        )
        for one in evaluation.years
    ]  # fmt: skip
    words = (
        f"{evaluation.cars} cars in the mix of a street, one year. Strandings: failures of "
        f"{', '.join(sorted(STRANDS))}.\n"
        f"A visit is needless where every part that it replaced was worn to less than {NEEDLESS_BELOW:.0%} of what is "
        "due. Owners\nlook once a week and go by the latest safe date: midway from P50 to P90 of due, or P10 of "
        "failure, whichever comes first. What has\nits own within the next 60 days is done along with it. "
        "*worn when replaced*: P10, median and P90 of the parts, 1 being due."
    )
    by = [(one.policy, *(one.stranded_by.get(part, 0) for part in sorted(STRANDS))) for one in evaluation.years]
    return (
        f"## A year\n\n{_table(heading, rows)}\n\n{words}\n\n"
        f"Strandings by part:\n\n{_table(('going by', *sorted(STRANDS)), by)}\n\n"
        f"Parts replaced on needless visits: {_needless(evaluation.years[-1])}."
    )


def _needless(year: YearResult) -> str:
    """By part, the most first."""
    ordered = sorted(year.needless_by.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{part} {count}" for part, count in ordered if count) or "none"


def _bounds(evaluation: PlannerEvaluation) -> str:
    missed = [one.component for one in evaluation.parts if not one.calibrated]
    slow = [one for one in evaluation.parts if not one.halved]
    said = [
        f"Coverage outside of 78 to 82 %: {', '.join(missed)}."
        if missed
        else "Every part's coverage meets 78 to 82 %.",
        f"Median error above half of the plain interval's: {', '.join(map(_bound, slow))}."
        if slow
        else "Every part's median error is at most half of the plain interval's.",
    ]
    avoided = evaluation.years[-1].avoided(evaluation.years[0]).value or 0.0
    if avoided < _AVOIDED:
        said.append(f"Strandings avoided by latest safe dates: {avoided:.1%}; {_AVOIDED:.0%} is aimed for.")
    often = 50 * (evaluation.years[-1].needless_rate.value or 0.0)
    if often > 1:
        said.append(f"Needless visits by latest safe dates: {often:.2f} per 50 car-years; 1 is aimed for.")
    return "## What is not reached\n\n" + "\n".join(said) + f"\n\n{_WHY}"


def _bound(part: PartResult) -> str:
    steady = _days(part.steady_error_days)
    return (
        f"{part.component} (who knew its wear exactly and went on from it at its own mean pace would err by {steady})"
    )


def _worn(worn: Sequence[float]) -> str:
    if not worn:
        return "-"
    ordered = sorted(worn)
    return ", ".join(f"{ordered[min(int(share * len(ordered)), len(ordered) - 1)]:.2f}" for share in QUANTILES)


def _yes(met: bool) -> str:
    return "yes" if met else "no"


def _days(value: float) -> str:
    return f"{value:.0f} d"


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def picture(parts: Sequence[PartResult]) -> str:
    """A square for each part, as SVG."""
    down = (len(parts) + _ACROSS - 1) // _ACROSS
    width, height = _ACROSS * (_SIDE + _GAP) + _GAP, down * (_SIDE + _GAP) + _GAP
    box = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    squares = [mark for place, one in enumerate(parts) for mark in _square(place, one)]
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *squares, "</svg>"]) + "\n"


def _square(place: int, part: PartResult) -> Iterator[str]:
    left, top = _GAP + (place % _ACROSS) * (_SIDE + _GAP), _GAP + (place // _ACROSS) * (_SIDE + _GAP)
    bottom = top + _SIDE
    yield f'<rect x="{left}" y="{top}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>'
    yield f'<line x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{top}" stroke="#bbb" stroke-dasharray="4"/>'
    yield f'<text x="{left}" y="{top - 6}">{part.component} (n {part.n})</text>'
    for said, came in zip(QUANTILES, part.reliability, strict=True):
        x = round(left + said * _SIDE, 1)
        low, high = (round(bottom - one * _SIDE, 1) for one in came.interval)
        yield f'<line x1="{x}" y1="{low}" x2="{x}" y2="{high}" stroke="#06c" stroke-width="2"/>'
        yield f'<circle cx="{x}" cy="{round(bottom - (came.value or 0.0) * _SIDE, 1)}" r="4" fill="#06c"/>'
