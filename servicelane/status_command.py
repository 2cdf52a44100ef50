"""`servicelane status`: what a running stack is doing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from database.connection import Connection, open_pool
from servicelane import store
from servicelane.local_stream import stream_of
from servicelane.readiness import READY, readiness_of
from servicelane.state_file import StackState, read_state


async def status(console: Console, data_folder: Path) -> int:
    """The exit status: 0 when a stack runs here and every part of it lives and is ready."""
    state = read_state(data_folder)
    if state is None:
        console.print(f"No stack runs with {data_folder}. `servicelane up` starts one, `servicelane demo` shows all.")
        return 1
    alive = _print_parts(console, state, await readiness_of(state.health_ports))
    async with open_pool(state.database_url, maximum=1) as pool:
        async with stream_of(pool, state.stream_environment) as stream:
            lags = await stream.lags()
        async with pool.connection() as connection:
            await _print_figures(console, connection, lags)
    return 0 if alive else 1


def _print_parts(console: Console, state: StackState, readiness: Mapping[str, str]) -> bool:
    table = Table(title="Parts", title_justify="left")
    table.add_column("part")
    table.add_column("process")
    table.add_column("")
    table.add_column("ready")
    table.add_column("health and metrics")
    lives = {name: Path(f"/proc/{pid}").exists() for name, pid in state.parts.items()}
    for name, pid in state.parts.items():
        ready = readiness.get(name, "")
        table.add_row(
            name,
            str(pid),
            "[green]runs[/]" if lives[name] else "[red]has ended[/]",
            f"[green]{READY}[/]" if ready == READY else f"[red]{ready}[/]",
            f"127.0.0.1:{state.health_ports[name]}" if name in state.health_ports else "",
        )
    console.print(table)
    pages = f"pages {state.web_url}   " if state.web_url else ""
    console.print(f"{pages}API {state.api_url}/docs   cars {state.device_host}:{state.device_port}")
    return all(lives.values()) and all(said == READY for said in readiness.values())


async def _print_figures(console: Console, connection: Connection, lags: dict[str, int]) -> None:
    figures = await store.count_progress(connection)
    waiting = ", ".join(f"{name} {lag:,}" for name, lag in sorted(lags.items()) if lag) or "nothing"
    console.print(
        f"cars heard {figures['vehicles_heard']:,}   service-level findings {figures['findings']:,}   ", end=""
    )
    console.print(f"recommendations {figures['recommendations']:,}   waiting on the stream: {waiting}")
