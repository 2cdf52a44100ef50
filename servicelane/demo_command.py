"""`servicelane demo`: the stack, the run, the summary, and the API while somebody looks."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from servicelane.demo import run_demo
from servicelane.live_view import LiveView
from servicelane.report import print_summary
from servicelane.run_folders import empty_folder
from servicelane.stack import LocalStack, StackError, StackOptions
from servicelane.summary import write_json
from streaming.settings import StreamKind


async def demo(
    console: Console, data_folder: Path, json: Path | None, seed: int, api_port: int | None, stream: StreamKind
) -> int:
    """The exit status: 0 when the loop closed."""
    console.print("Servicelane demo: cars send, faults are found, a slot is booked. Nothing leaves this machine.")
    empty_folder(data_folder / "run")
    options = StackOptions(data_folder, database_name="servicelane_demo", fresh=True, api_port=api_port, stream=stream)
    with LiveView(console, "Servicelane demo") as view:
        stack = LocalStack(options, view.step)
        try:
            await stack.__aenter__()
        except StackError as error:
            console.print(f"[red]{escape(str(error))}[/]")
            return 1
        try:
            summary = await run_demo(stack, seed, view)
        except BaseException:
            await stack.stop()
            raise
    try:
        print_summary(console, summary)
        if json:
            write_json(summary.as_dict(), json)
            console.print(f"The same for programs: {json}")
        if console.is_terminal:
            await _stay(console, stack)
    finally:
        await stack.stop()
    return 0 if summary.closed else 1


async def _stay(console: Console, stack: LocalStack) -> None:
    console.print(f"\nThe pages: [bold]{stack.web_url}[/] (sign in with one click), until Ctrl-C.")
    console.print(f"The API keeps running at [bold]{stack.api_url}/docs[/].")
    console.print(f"A token for it:  servicelane token owner --as owner-1 --data-dir {stack.folder}")
    await asyncio.Event().wait()
