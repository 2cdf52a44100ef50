"""One table per question: who is how fast at what cost, what is held, what a steady rate takes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.ingest.figures import Figure, all_cores, busiest, figure, over, ratio
from benchmarks.ingest.measurement import GENERATOR, Measurement
from benchmarks.ingest.rounds import LARGEST_DRIFT, Round, kept
from benchmarks.ingest.stage import BROKER, POSTGRES
from benchmarks.ingest.steady import SteadyRun
from benchmarks.ingest.targets import TARGETS, Judgement

_REFERENCE: Final = "c-pipe-1"
_ASIDE: Final = (BROKER, POSTGRES, GENERATOR)


def judgements(rounds: Sequence[Round]) -> list[Judgement]:
    return [judged for target in TARGETS if (judged := target.judged(kept(rounds)))]


def show(console: Console, rounds: Sequence[Round], steady: Sequence[SteadyRun]) -> None:
    console.print(_contenders(rounds))
    console.print(_noise(rounds), style="dim", highlight=False)
    if steady:
        console.print(_steady(steady))
    console.print(_targets(judgements(rounds), steady))


def _contenders(rounds: Sequence[Round]) -> Table:
    table = _table("Frames stored per second, CPU µs per frame, what bounds it")
    for heading in (
        "contender",
        "frames/s",
        "±",
        "÷ C pipe",
        "broker",
        "consumer",
        "PostgreSQL",
        "load",
        "bound",
        "exact",
    ):
        table.add_column(heading, justify="left" if heading in ("contender", "consumer", "bound") else "right")
    for key in dict.fromkeys(one.key for of in rounds for one in of.measurements):
        table.add_row(*_contender_row(kept(rounds), key))
    return table


def _contender_row(rounds: Sequence[Round], key: str) -> list[str]:
    measured = [one for of in rounds if (one := of.of(key))]
    rate = figure([one.rate for one in measured])
    assert rate is not None
    consumers = [name for name in measured[0].cpu_seconds if name not in _ASIDE]
    consumer = "\n".join(f"{name} {_median(rounds, key, name)}" for name in consumers)
    aside = {name: _median(rounds, key, name) if name in measured[0].cpu_seconds else "" for name in _ASIDE}
    against = ratio(rounds, key, _REFERENCE)
    return [
        measured[0].contender,
        f"{rate.median:,.0f}",
        f"{rate.spread:.0%}",
        f"{against.median:.2f}" if against else "",
        aside[BROKER],
        consumer,
        aside[POSTGRES],
        aside[GENERATOR],
        _bound(rounds, key),
        _exactness(measured),
    ]


def _bound(rounds: Sequence[Round], key: str) -> str:
    """The busiest process with its share of one core, and everything's share of all cores."""
    cores = os.cpu_count() or 1
    names = [busiest(one)[0] for of in rounds if (one := of.of(key))]
    name = max(set(names), key=names.count)
    share = over(rounds, key, lambda one: one.share(name, 1))
    total = over(rounds, key, lambda one: all_cores(one, cores))
    assert share
    assert total
    return f"{name} {share.median:.0%} of a core\nall {total.median:.0%} of {cores} cores"


def _exactness(measured: Sequence[Measurement]) -> str:
    wrong = [one.outcome for one in measured if not one.outcome.is_exact]
    if not wrong:
        return "yes"
    worst = max(wrong, key=lambda one: one.lost + one.repeated)
    return f"lost {worst.lost:,}, repeated {worst.repeated:,}, dropped {worst.dropped_by_broker:,} of {worst.sent:,}"


def _noise(rounds: Sequence[Round]) -> str:
    discarded = [one for one in rounds if not one.is_steady]
    said = f"{len(rounds)} rounds, {len(discarded)} of them drifted by more than {LARGEST_DRIFT:.0%}"
    worst = max(one.drift for one in rounds)
    if discarded and len(discarded) == len(rounds):
        return (
            f"{said} (up to {worst:.0%}): none could be discarded, so all are shown. "
            "Rates and ratios of this run prove nothing; CPU per frame is less affected. Repeat it on a quiet machine."
        )
    return f"{said} and were discarded; medians of the others. ± is half the span between the rounds."


def _steady(runs: Sequence[SteadyRun]) -> Table:
    table = _table("At a steady rate: milliseconds until the commit that stores the frame")
    for heading in (
        "contender",
        "of ceiling",
        "frames/s",
        "arrival p50",
        "p99",
        "max",
        "publish p50",
        "p99",
        "max",
        "exact",
    ):
        table.add_column(heading, justify="left" if heading == "contender" else "right")
    for run in runs:
        latencies = [value for one in (run.arrival_to_stored, run.publish_to_stored) for value in _milliseconds(one)]
        exact = _exactness([run.measurement])
        name = run.measurement.contender
        table.add_row(name, f"{run.share:.0%}", f"{run.frames_per_second:,.0f}", *latencies, exact)
    return table


def _milliseconds(latency: Any) -> list[str]:
    return [f"{value:,.0f}" for value in (latency.p50_ms, latency.p99_ms, latency.longest_ms)]


def _targets(judged: Sequence[Judgement], steady: Sequence[SteadyRun]) -> Table:
    table = _table("What is to be held")
    for heading in ("figure", "median", "from", "to", "target", "reached"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for one in judged:
        found: Figure = one.figure
        values = [f"{value:.2f}" for value in (found.median, found.low, found.high)]
        table.add_row(one.target.name, *values, one.target.words, _yes(one.reached))
    for row in steady_judgements(steady):
        table.add_row(row["figure"], f"{row['median']:.2f}", "", "", row["target"], _yes(row["reached"]))
    return table


def steady_judgements(steady: Sequence[SteadyRun]) -> list[dict[str, Any]]:
    """The 99th percentile from arrival to stored at half of the ceiling, in seconds."""
    return [
        {
            "figure": f"p99 arrival to stored, s, at {run.share:.0%}: {run.measurement.contender}",
            "median": run.arrival_to_stored.p99_ms / 1000,
            "target": "< 1",
            "reached": run.arrival_to_stored.p99_ms < 1000,
        }
        for run in steady
        if run.share == 0.5
    ]


def _median(rounds: Sequence[Round], key: str, process: str) -> str:
    found = over(rounds, key, lambda one: one.cpu_us(process))
    return f"{found.median:.1f}" if found else ""


def _yes(reached: bool) -> str:
    return "yes" if reached else "[red]no[/red]"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD)
