"""`python -m benchmarks.soak.page RESULT.json > docs/soak.md`: the page with the figures of a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from benchmarks.soak.flatness import LAG_SECONDS, RESIDENT_BYTES, RESIDENT_SHARE, WARM_UP

_MEGABYTE: Final = 2**20
_MINUTES: Final = 5


def page(told: Mapping[str, Any]) -> str:
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    run, verdict = told["run"], told["verdict"]
    yield "# The soak"
    yield _paragraph(
        "`make soak` runs the whole stack at half of what it can do for half an hour and looks at it every few seconds."
        " This page is made from its result: `python -m benchmarks.soak.page var/soak.json > docs/soak.md`."
    )
    yield _paragraph(_conditions(told["machine"], run))
    yield _paragraph(_outcome(run, verdict))
    yield "\n## Memory\n"
    yield from _table("process | mean MB | rise MB | allowed MB | flat", verdict["memory"], _MEGABYTE, ".1f")
    yield "\n## Lag\n"
    yield from _table("group | mean records | rise | allowed | flat", verdict["lag"], 1, ".0f")
    yield "\n## Who held readers back\n"
    yield from _holders(run["samples"])
    yield "\n## Over time\n"
    yield from _over_time(run["samples"])
    yield "\n## What flat means"
    yield _paragraph(_MEANING)


_MEANING: Final = (
    f"The first {WARM_UP:.0%} of the run is not judged: caches and the server's shared buffers fill. Through the rest "
    f"a least-squares line is laid. Memory is flat where the line rises by no more than {RESIDENT_SHARE:.0%} of the "
    f"mean or {RESIDENT_BYTES // _MEGABYTE} MB, whichever is more; lag where it rises by no more than what arrives in "
    f"{LAG_SECONDS:.0f} second. PostgreSQL's memory is that of all its processes, what they share counted once."
)


def _paragraph(text: str) -> str:
    return "\n" + fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _conditions(machine: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    of = f"half of the {run['ceiling']:,.0f} measured as its ceiling" if run["ceiling"] else "a rate that was given"
    return (
        f"{machine['cores']} cores, {machine['system']}, Python {machine['python']}; stream on {run['stream']}; "
        f"{run['cars']:,} cars, a TLS connection each; {run['frames_per_second']:,.0f} frames/s ({of}) for "
        f"{run['seconds'] / 60:.1f} minutes, {run['pauses_seconds']:.0f} s of them pauses in which the load generator, "
        "which has the same cores, encodes its next stretch."
    )


def _outcome(run: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
    flat, exact = "Flat" if verdict["flat"] else "NOT flat", "exact" if verdict["exact"] else "NOT exact"
    return (
        f"**{flat}, {exact}**: {run['sent']:,} frames and code reports sent, {run['stored']:,} stored, "
        f"{run['quarantined']:,} in the quarantine, {verdict['lost']:,} lost, {verdict['repeated']:,} repeated. "
        f"Arrival to stored: p99 {verdict['p99_ms']:.0f} ms, longest {verdict['longest_ms']:.0f} ms. The database grew "
        f"by {verdict['database_bytes_per_frame']:.0f} bytes per frame, indexes and stream included."
    )


def _table(head: str, lines: Mapping[str, Any], unit: float, form: str) -> Iterator[str]:
    yield f"| {head} |"
    yield "|---|---:|---:|---:|---|"
    for name, line in lines.items():
        figures = (format(line[key] / unit, form) for key in ("mean", "rise", "allowed"))
        yield _row(name, *figures, "yes" if line["is_flat"] else "**no**")


def _holders(samples: list[Mapping[str, Any]]) -> Iterator[str]:
    """On PostgreSQL every reader of the stream waits for the oldest transaction that writes."""
    yield "| whose transaction | samples in which it was the oldest | longest seconds seen |"
    yield "|---|---:|---:|"
    for name in sorted({one["held_back_by"] for one in samples} - {""}):
        seconds = [one["held_back_seconds"] for one in samples if one["held_back_by"] == name]
        yield _row(name, str(len(seconds)), f"{max(seconds):.1f}")


def _over_time(samples: list[Mapping[str, Any]]) -> Iterator[str]:
    """One line for each five minutes."""
    yield "| minute | frames stored | worst p99 ms | longest ms | most lag | memory MB, all processes | database MB |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for one in samples:
        groups.setdefault(int(one["at_seconds"] // (60 * _MINUTES)), []).append(one)
    for number, group in groups.items():
        last = group[-1]
        yield _row(
            str((number + 1) * _MINUTES),
            f"{sum(one['frames'] for one in group):,}",
            f"{max(one['p99_ms'] or 0 for one in group):.0f}",
            f"{max(one['longest_ms'] or 0 for one in group):.0f}",
            f"{max(sum(one['lag_records'].values()) for one in group):,}",
            f"{sum(last['resident_bytes'].values()) / _MEGABYTE:.0f}",
            f"{last['database_bytes'] / _MEGABYTE:.0f}",
        )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page(json.loads(Path(sys.argv[1]).read_text())))
