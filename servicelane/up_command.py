"""`servicelane up`: the whole of Servicelane on one machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console

from servicelane.stack import LocalStack, StackOptions
from servicelane.state_file import read_state


async def up(console: Console, data_folder: Path, api_port: int, device_host: str, device_port: int) -> int:
    if (running := read_state(data_folder)) is not None:
        console.print(f"A stack runs here already (process {running.pid}, API at {running.api_url}).")
        return 1
    options = StackOptions(data_folder, api_port=api_port, device_host=device_host, device_port=device_port)
    async with LocalStack(options, console.print) as stack:
        console.print(f"Servicelane is up. API: [bold]{stack.api_url}/docs[/]  cars: {device_host}:{device_port}")
        console.print("In another terminal: servicelane simulate, servicelane replay FILES, servicelane status")
        await asyncio.Event().wait()
    return 0
