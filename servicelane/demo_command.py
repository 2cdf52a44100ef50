"""`servicelane demo`: the stack, the run, the summary, and the API while somebody looks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from database.connection import open_pool
from servicelane import store
from servicelane.demo import run_demo
from servicelane.live_view import LiveView
from servicelane.ports import PortTakenError
from servicelane.report import print_summary
from servicelane.run_folders import empty_folder
from servicelane.stack import LocalStack, StackError, StackOptions
from servicelane.summary import RunSummary, write_json
from streaming.settings import StreamKind


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`json` and `pictures`: where the summary and pictures of the pages are written; None: nowhere."""

    data_folder: Path
    json: Path | None
    seed: int
    api_port: int | None
    stream: StreamKind
    pictures: Path | None = None


async def demo(console: Console, asked: DemoOptions) -> int:
    """The exit status: 0 when the loop closed."""
    console.print("Servicelane demo: cars send, faults are found, a slot is booked. Nothing leaves this machine.")
    empty_folder(asked.data_folder / "run")
    options = StackOptions(
        asked.data_folder, database_name="servicelane_demo", fresh=True, api_port=asked.api_port, stream=asked.stream
    )
    with LiveView(console, "Servicelane demo") as view:
        try:
            stack = LocalStack(options, view.step)
            await stack.__aenter__()
        except (StackError, PortTakenError) as error:
            console.print(f"[red]{escape(str(error))}[/]")
            return 1
        try:
            summary = await run_demo(stack, asked.seed, view)
        except BaseException:
            await stack.stop()
            raise
    try:
        print_summary(console, summary)
        if asked.json:
            write_json(summary.as_dict(), asked.json)
            console.print(f"The same for programs: {asked.json}")
        await _show_pages(console, stack, summary, asked.pictures)
        if console.is_terminal:
            await _stay(console, stack)
    finally:
        await stack.stop()
    return 0 if summary.closed else 1


async def _show_pages(console: Console, stack: LocalStack, summary: RunSummary, pictures: Path | None) -> None:
    """Says where the booked car's owner looks, and takes pictures of it where they are wanted."""
    if summary.booking is None:
        return
    async with open_pool(stack.database_url, maximum=1) as pool, pool.connection() as connection:
        owner_id = await store.fetch_owner(connection, summary.booking.vin)
    if console.is_terminal:
        console.print(f"\n[bold]Pages[/]   {stack.web_url}/sign-in?hint={owner_id}   (the owner of the booked car)")
    if pictures and owner_id:
        from servicelane.pictures import ChromiumMissingError, take_pictures

        try:
            for path in await take_pictures(stack.web_url, owner_id, summary.booking.vin, pictures):
                console.print(f"A picture: {path}")
        except ChromiumMissingError as error:
            console.print(f"[red]{error}[/]")


async def _stay(console: Console, stack: LocalStack) -> None:
    console.print(f"The pages and the API ([bold]{stack.api_url}/docs[/]) keep running until Ctrl-C.")
    console.print(f"A token for the API:  servicelane token owner --as owner-1 --data-dir {stack.folder}")
    await asyncio.Event().wait()
