"""`servicelane up`: the whole of Servicelane on one machine."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.markup import escape

from servicelane.ports import PortTakenError
from servicelane.stack import LocalStack, StackError, StackOptions
from servicelane.state_file import read_state


async def up(console: Console, options: StackOptions) -> int:
    if (running := read_state(options.data_folder)) is not None:
        console.print(f"A stack runs here already (process {running.pid}, pages at {running.web_url}).")
        return 1
    cars = f"{options.device_host}:{options.device_port}"
    try:
        async with LocalStack(options, console.print) as stack:
            console.print(f"Servicelane is up. Pages: [bold]{stack.web_url}[/]  (sign in with one click)")
            console.print(f"API: [bold]{stack.api_url}/docs[/]  cars: {cars}")
            console.print("In another terminal: servicelane simulate, servicelane replay FILES, servicelane status")
            await asyncio.Event().wait()
    except (StackError, PortTakenError) as error:
        console.print(f"[red]{escape(str(error))}[/]")
    return 1
