"""`servicelane up`: the whole of Servicelane on one machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from servicelane.stack import LocalStack, StackError, StackOptions
from servicelane.state_file import read_state
from streaming.settings import StreamKind


async def up(
    console: Console, data_folder: Path, api_port: int, device_host: str, device_port: int, stream: StreamKind
) -> int:
    if (running := read_state(data_folder)) is not None:
        console.print(f"A stack runs here already (process {running.pid}, API at {running.api_url}).")
        return 1
    options = StackOptions(
        data_folder, api_port=api_port, device_host=device_host, device_port=device_port, stream=stream
    )
    try:
        async with LocalStack(options, console.print) as stack:
            console.print(f"Servicelane is up. API: [bold]{stack.api_url}/docs[/]  cars: {device_host}:{device_port}")
            console.print("In another terminal: servicelane simulate, servicelane replay FILES, servicelane status")
            await asyncio.Event().wait()
    except StackError as error:
        console.print(f"[red]{escape(str(error))}[/]")
    return 1
