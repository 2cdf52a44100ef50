"""The summary as anyone can read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from servicelane.counting import FrameCounts
from servicelane.summary import Booked, RunSummary


def print_frames(console: Console, frames: FrameCounts) -> None:
    """One line that says whether anything was lost."""
    verdict = "[green]nothing lost, nothing twice[/]" if frames.balanced else "[red]the counts do not agree[/]"
    console.print(
        f"[bold]Frames[/]  sent {frames.sent:,} = acknowledged {frames.acknowledged:,} = stored {frames.stored:,}"
        f"  lost {frames.lost:,}  repeated {frames.repeated:,}  quarantined {frames.quarantined:,}   {verdict}"
        if frames.sent == frames.acknowledged == frames.stored
        else f"[bold]Frames[/]  sent {frames.sent:,}  acknowledged {frames.acknowledged:,}  stored {frames.stored:,}"
        f"  lost {frames.lost:,}  repeated {frames.repeated:,}  quarantined {frames.quarantined:,}   {verdict}"
    )


def print_drives(console: Console, drives: Sequence[Mapping[str, Any]]) -> None:
    """What could not be used of recorded drives; silent where everything could."""
    for drive in drives:
        if drive["rows_not_parsed"]:
            reasons = ", ".join(f"{reason}: {count}" for reason, count in drive["reasons"].items())
            lines = ", ".join(map(str, drive["lines_not_parsed"]))
            console.print(
                f"[yellow]{drive['file']}[/]  {drive['rows_not_parsed']:,} of {drive['rows']:,} rows not read"
            )
            console.print(f"  {reasons}; lines {lines}", markup=False)
        if "unknown_identifiers" in drive:
            _print_bus(console, drive)
    unmapped = sorted({name for drive in drives for name in drive["unmapped_columns"]})
    if unmapped:
        console.print(f"Columns that the map does not name: {', '.join(unmapped)}", markup=False)


def _print_bus(console: Console, drive: Mapping[str, Any], shown: int = 8) -> None:
    """What a logged bus held beyond values and codes, the most frequent first."""
    unknown, other = drive["unknown_identifiers"], drive["not_taken"]
    console.print(f"{drive['file']}: {drive['frames']:,} frames, {drive['events']:,} events", markup=False)
    for name, counts in (("identifiers that neither DBC nor standard knows", unknown), ("not taken", other)):
        if counts:
            parts = [f"{what}: {count:,}" for what, count in list(counts.items())[:shown]]
            rest = f" and {len(counts) - shown} more" if len(counts) > shown else ""
            console.print(f"  {name}: {sum(counts.values()):,} messages ({', '.join(parts)}{rest})", markup=False)
    if drive["broken_messages"]:
        told = "; ".join(f"line {line}: {reason}" for line, reason in drive["broken"][:shown])
        console.print(f"  not decoded: {drive['broken_messages']:,} messages ({told})", markup=False)
    if drive["values_out_of_range"] or drive["values_superseded"]:
        told = f"{drive['values_out_of_range']:,} out of the DBC's range, {drive['values_superseded']:,} superseded"
        console.print(f"  values: {told} by later ones of their frame", markup=False)


def print_summary(console: Console, summary: RunSummary) -> None:
    console.rule("Servicelane: what this run came to")
    print_frames(console, summary.frames)
    _print_faults(console, summary)
    _print_due(console, summary)
    if summary.booking:
        _print_journey(console, summary.booking)
    else:
        console.print("[bold]Booked[/]  [red]nothing[/]")
    closed = "[green]the loop is closed[/]" if summary.closed else "[red]the loop did not close[/]"
    console.print(f"{summary.seconds:.0f} s, {closed}")


def _print_journey(console: Console, booked: Booked) -> None:
    """The owner's way: how the car is, what was offered and why, what was booked."""
    console.print(f"[bold]Owner[/]   of car {booked.vin}: {escape(booked.health)}")
    for number, one in enumerate(booked.offered, 1):
        labels = f" ({', '.join(one.labels)})" if one.labels else ""
        console.print(f"  {number}. {escape(one.workshop)}, {one.starts_at:%a %d %b %Y %H:%M %Z}{labels}")
        console.print(f"     {escape('; '.join(one.reasons))}")
    when, told = f"{booked.starts_at:%a %d %b %Y %H:%M %Z}", (kind.removeprefix("visit.") for kind in booked.events)
    console.print(f"[bold]Booked[/]  car {booked.vin} at {escape(booked.workshop)}, {when}: {', '.join(told)}")


def _print_faults(console: Console, summary: RunSummary) -> None:
    found = sum(fault.found_at is not None for fault in summary.faults)
    table = Table(
        title=f"Faults: {found} of {len(summary.faults)} found, {summary.false_findings} false",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    for heading in ("car", "hidden fault", "began", "strands", "found"):
        table.add_column(heading)
    for fault in summary.faults:
        table.add_row(
            fault.vin,
            fault.kind,
            f"{fault.onset_at:%d %b}",
            f"{fault.strands_at:%d %b}" if fault.strands_at else "later",
            f"[green]{fault.found_at:%d %b %H:%M}[/]" if fault.found_at else "[red]not found[/]",
        )
    console.print(table)


def _print_due(console: Console, summary: RunSummary, rows: int = 8) -> None:
    table = Table(
        title=f"Due or recommended: {len(summary.due)} items, the most urgent first",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    for heading in ("car", "item", "due"):
        table.add_column(heading)
    for item in summary.due[:rows]:
        table.add_row(item.vin, item.item, f"{item.due_at:%d %b %Y}" if item.due_at else "by distance")
    console.print(table)
