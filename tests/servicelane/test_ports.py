"""A port that was chosen stays with who chose it until its server listens."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from rich.console import Console

from servicelane.ports import PortTakenError, accepts_connections, free_port, keep_port
from servicelane.stack import StackOptions
from servicelane.up_command import up


def test_a_chosen_port_is_given_to_nobody_who_does_not_name_it() -> None:
    port = free_port()
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind(("127.0.0.1", port))
    assert not accepts_connections("127.0.0.1", port)


async def test_its_server_listens_on_it_and_may_come_back() -> None:
    port = keep_port(None)
    for _ in range(2):
        async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port):
            assert await asyncio.to_thread(accepts_connections, "127.0.0.1", port)
        assert keep_port(port) == port


def test_a_named_port_somebody_listens_on_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} cannot be used: Address already in use.*another port"):
            keep_port(port)
    assert keep_port(port) == port


async def test_up_says_that_its_port_is_taken_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger, (tmp_path / "said").open("w") as said:
        port = stranger.getsockname()[1]
        options = StackOptions(tmp_path / "data", database_url=None, web_port=port)
        assert await up(Console(file=said, width=200), options) == 1
    assert (tmp_path / "said").read_text().startswith(f"Port {port} cannot be used")
    assert not (tmp_path / "data").exists()
