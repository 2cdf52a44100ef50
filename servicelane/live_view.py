"""What a person sees while a long run goes on: one table that is redrawn, or plain lines without a terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

_PLAIN_SECONDS: Final = 10.0


class LiveView:
    """`with LiveView(console, title) as view: view.step("…"); view.show(name, {"frames sent": 10})`."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._started = time.monotonic()
        self._printed = self._started
        self._step = ""
        self._figures: dict[str, dict[str, str]] = {}
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def step(self, words: str) -> None:
        """Says what happens now."""
        self._step = words
        if self._live:
            self._redraw()
        else:
            self._console.print(f"[{self._elapsed()}] {words}", markup=False, highlight=False)

    def show(self, name: str, figures: Mapping[str, object]) -> None:
        """Replaces the figures of one part."""
        self._figures[name] = {key: _words(value) for key, value in figures.items()}
        if self._live:
            self._redraw()
        elif time.monotonic() - self._printed > _PLAIN_SECONDS:
            self._printed = time.monotonic()
            for part, values in self._figures.items():
                line = ", ".join(f"{key} {value}" for key, value in values.items())
                self._console.print(f"[{self._elapsed()}]   {part}: {line}", markup=False, highlight=False)

    def _elapsed(self) -> str:
        seconds = int(time.monotonic() - self._started)
        return f"{seconds // 60}:{seconds % 60:02d}"

    def _redraw(self) -> None:
        table = Table(title=f"{self._title}  {self._elapsed()}", caption=self._step, title_justify="left", expand=False)
        table.add_column("part")
        table.add_column("figures", overflow="fold")
        for part, values in self._figures.items():
            table.add_row(part, "   ".join(f"{key} [bold]{value}[/]" for key, value in values.items()))
        assert self._live is not None
        self._live.update(table)


def _words(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
