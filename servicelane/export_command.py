"""`servicelane export`: data of cars into files."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast, get_args

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from data_export import service
from data_export.errors import ChoiceError, ExportError, PeriodError
from data_export.layout import ExportFormat, What
from data_export.models import ExportRequest
from data_export.pseudonyms import SALT_BYTES
from database.connection import Connection, connect
from database.errors import DatabaseError
from database.roles import role_of
from servicelane.drafts import Drafts, OutputError
from servicelane.state_file import read_state


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """As they were typed. `out` is a file, or a folder where several tables are wanted."""

    from_at: str
    to_at: str
    vins: tuple[str, ...]
    fleet: bool
    what: tuple[str, ...]
    format: str | None
    out: Path
    signals: str | None
    with_positions: bool
    pseudonymous: bool
    force: bool


async def export(console: Console, data_folder: Path, options: ExportOptions) -> int:
    """The exit status: 0 done, 1 not possible now, 2 not possible as it was asked for."""
    state = read_state(data_folder)
    url = state.database_url if state else os.environ.get("DATABASE_URL")
    if url is None:
        console.print(
            f"No stack runs with {data_folder}. `servicelane up` starts one; DATABASE_URL names another.",
            soft_wrap=True,
        )
        return 1
    try:
        await _export_all(console, url, requests_of(options), options)
    except ExportError as error:
        console.print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
        return 2
    except (OutputError, DatabaseError) as error:
        console.print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
        return 1
    return 0


def requests_of(options: ExportOptions) -> list[tuple[Path, ExportRequest]]:
    """Each file with what it is to hold. Raises ExportError."""
    if options.fleet == bool(options.vins):
        raise ChoiceError("Name cars with --vin, or take every car with --fleet.")
    for what in options.what:
        if what not in get_args(What):
            raise ChoiceError(f"--what is one or more of {', '.join(get_args(What))}, not {what}.")
    format_ = options.format or ("csv" if options.out.suffix == ".csv" else "parquet")
    if format_ not in get_args(ExportFormat):
        raise ChoiceError(f"--format is one of {', '.join(get_args(ExportFormat))}, not {format_}.")
    if (options.signals is not None or options.with_positions) and "signals" not in options.what:
        raise ChoiceError("--signals and --with-positions belong to --what signals.")
    common = ExportRequest(
        what="signals",
        from_at=_instant("--from", options.from_at),
        to_at=_instant("--to", options.to_at),
        vins=options.vins or None,
        format=cast(ExportFormat, format_),
        signals=_names(options.signals),
        with_positions=options.with_positions,
        pseudonym_salt=secrets.token_bytes(SALT_BYTES) if options.pseudonymous else None,
    )
    return [(_path(options, what, format_), _narrowed(common, cast(What, what))) for what in options.what]


def _path(options: ExportOptions, what: str, format_: str) -> Path:
    return options.out if len(options.what) == 1 else options.out / f"{what}.{format_}"


def _narrowed(request: ExportRequest, what: What) -> ExportRequest:
    return request if what == "signals" else replace(request, what=what, signals=None, with_positions=False)


def _names(signals: str | None) -> tuple[str, ...] | None:
    return None if signals is None else tuple(name.strip() for name in signals.split(",") if name.strip())


def _instant(option: str, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise PeriodError(f"{option} {text} is no instant. Write it as 2026-03-01T00:00:00Z.") from error
    if instant.utcoffset() is None:
        written = instant.isoformat()
        raise PeriodError(f"{option} {text} has no offset. Write {written}Z for UTC, or for example {written}+01:00.")
    return instant


async def _export_all(
    console: Console, url: str, files: Sequence[tuple[Path, ExportRequest]], options: ExportOptions
) -> None:
    """All files of one state of the database; all of them appear, or none."""
    if len(files) > 1:
        options.out.mkdir(parents=True, exist_ok=True)
    with Drafts(force=options.force) as drafts:
        for path, _ in files:
            drafts.check(path)
        async with await connect(url, role_of("data_export")) as connection:
            await service.begin(connection)
            told = [await _write(console, connection, drafts, path, request) for path, request in files]
        drafts.keep()
    for words in told:
        console.print(words, highlight=False, soft_wrap=True)


async def _write(console: Console, connection: Connection, drafts: Drafts, path: Path, request: ExportRequest) -> str:
    """Writes one file and returns what to say of it."""
    planned = await service.plan(connection, request, datetime.now(UTC))
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[done]}"), TimeElapsedColumn())
    with drafts.open(path) as file, Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(request.what, total=planned.progress.vehicles or None, done="")
        async with aclosing(service.chunks(connection, planned)) as chunks:
            async for chunk in chunks:
                file.write(chunk)
                done = f"{planned.progress.rows:,} rows, {file.tell() / 1e6:,.1f} MB"
                progress.update(task, completed=planned.progress.vehicles_done, done=done)
        written = file.tell()
    cars = "1 car" if len(planned.vehicles) == 1 else f"{len(planned.vehicles):,} cars"
    return f"{path}: {planned.progress.rows:,} rows of {cars}, {written / 1e6:,.1f} MB"
