"""The evaluation of the booking policies as a page of documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from servicelane.evaluation.booking_demand import MIX
from servicelane.evaluation.booking_policies import ABLATIONS, POLICIES
from servicelane.evaluation.booking_run import (
    BASELINE,
    LOADS,
    BookingEvaluation,
    Interval,
    PolicyRow,
    verdicts,
)

PAGE: Final = Path("docs/booking-evaluation.md")
_SHARES: Final = {"critical_late", "failed_before", "repeated", "went_elsewhere", "utilisation"}
_COLUMNS: Final = {
    "critical_late": "critical late",
    "failed_before": "failed before",
    "days_off": "days off",
    "km": "km",
    "days_to_visit_p50": "wait P50",
    "days_to_visit_p90": "wait P90",
    "repeated": "repeat",
    "went_elsewhere": "elsewhere",
    "utilisation": "in use",
}


def write_page(evaluation: BookingEvaluation, command: str, folder: Path) -> None:
    (folder / PAGE).write_text(page(evaluation, command), encoding="utf-8")


def page(evaluation: BookingEvaluation, command: str) -> str:
    parts = [
        _head(evaluation, command),
        "## What is asked for\n\n"
        + "\n".join(f"* {'yes' if one.holds else '**NO**'}: {one.words}" for one in verdicts(evaluation)),
        *(f"## Load {load}\n\n{_load(evaluation, load)}" for load in LOADS),
        "## Against the baseline\n\n" + _differences(evaluation),
        "## What no policy can beat\n\n" + _bounds(evaluation),
        "## What bounds the frontier\n\n" + _FRONTIER,
    ]
    return "\n\n".join(parts) + "\n"


def _head(evaluation: BookingEvaluation, command: str) -> str:
    mix = ", ".join(f"{100 * share:.0f} % {sort}" for sort, share in MIX.items())
    scale = evaluation.scale
    policies = "\n".join(f"* **{one.name}**: {one.words}" for one in (*POLICIES, *ABLATIONS))
    return f"""# How good the offered visits are

Written by `{command}`.
{scale.workshops} workshops of three technicians each, {scale.warm_up_weeks} weeks to warm up and
{scale.measured_weeks} that counts; {evaluation.replications} towns per load, the same ones for every policy:
owners, work, parts and what an owner makes of an offer are drawn before any policy is asked. {evaluation.visitors:,}
owners in all.
Work ({mix}) comes from the planner's own service plans and findings, with its minutes, skills and latest safe dates. A
workshop has the parts of six visits in ten; the others wait one to four days. Each owner is shown three visits and
chooses by distance and by days off the preferred one, or goes elsewhere. The search and the ranking are the code of
`booking_api`; weights were chosen on other seeds.

{policies}

*critical late*: critical jobs after their latest safe date, or never. *failed before*: critical jobs whose part failed
before the visit. *days off*: |day − preferred|, mean. *wait*: days from asking to the visit. *repeat*: came in vain,
parts were missing. *elsewhere*: took no offer. *in use*: share of the technicians' time. Means over the towns."""


def _load(evaluation: BookingEvaluation, load: float) -> str:
    rows = [one for one in evaluation.rows if one.load == load]
    return _table(["policy", *_COLUMNS.values()], ([one.policy, *_means(one)] for one in rows))


def _means(row: PolicyRow) -> list[str]:
    return [_number(name, row.measures[name].mean) for name in _COLUMNS]


def _number(name: str, value: float) -> str:
    return f"{100 * value:.1f} %" if name in _SHARES else f"{value:.2f}"


def _differences(evaluation: BookingEvaluation) -> str:
    names = ("critical_late", "failed_before", "days_off", "km", "went_elsewhere")
    rows = [
        [f"{one.load}", one.policy, *(_interval(name, one.against_baseline[name]) for name in names)]
        for one in evaluation.rows
        if one.policy != BASELINE
    ]
    words = (
        f"Paired differences from *{BASELINE}* in the same town, with 95 % intervals by Student's t; shares in points."
    )
    return words + "\n\n" + _table(["load", "policy", *(_COLUMNS[name] for name in names)], rows)


def _interval(name: str, one: Interval) -> str:
    factor = 100 if name in _SHARES else 1
    return f"{factor * one.mean:+.2f} ({factor * one.low:+.2f} to {factor * one.high:+.2f})"


def _bounds(evaluation: BookingEvaluation) -> str:
    if not evaluation.bounds:
        return "OR-Tools was not installed for this run: `pip install ortools`, or the extra `bound`."
    names = list(evaluation.bounds[0].policies_eur)
    rows = [
        [
            str(one.visitors),
            f"{one.bound_eur:.2f}",
            f"{one.plan_eur:.2f}",
            *(f"{one.policies_eur[name]:.2f}" for name in names),
        ]
        for one in evaluation.bounds
    ]
    return _BOUND + "\n\n" + _table(["owners", "bound", "best plan", *names], rows)


_BOUND: Final = """One week of two workshops, planned with full knowledge of who will come (CP-SAT; a relaxation, in
which the order within a day is free): mean cost per owner in euros, of risk, travel, time and preference, everybody
taking the first offer. What lies between the bound and a policy is the price of not knowing who comes next, and of the
policy itself."""

_FRONTIER: Final = """Every technician whom flexible work takes on a near day is one whom an urgent car does not find.
Earliest + parts fills the calendar without gaps from today on, so an urgent car waits as long as everybody waits; ours
spreads flexible work over the days that owners prefer, and keeps room for urgent cars by price: a technician with
skills that nobody else has costs flexible work extra until the afternoon before. The row without protection shows what
that buys, and what it costs in days off. Above a load of 1 no order of visits helps: then somebody goes elsewhere. A
car that must not wait a day and asks on a Friday evening is late under every policy: nobody works at weekends here."""


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
