"""Every implementation of the stream, each on servers of its own. Kafka joins here: another param of `stream`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from database.connection import Pool, connect, open_pool
from streaming.contract import Stream
from streaming.postgres import PostgresStream


@pytest.fixture
async def stream_url(any_database_url: str) -> str:
    """With a table that handlers of these tests write to."""
    async with await connect(any_database_url) as connection:
        await connection.execute("create table public.handled (topic text, key text, value bytea)")
        await connection.execute("grant select, insert on public.handled to servicelane_streamer")
    return any_database_url


@pytest.fixture
async def stream_pool(stream_url: str) -> AsyncIterator[Pool]:
    """With no more rights than a package has."""
    async with open_pool(stream_url, role="servicelane_ingest", maximum=8) as opened:
        yield opened


@pytest.fixture
async def stream(stream_pool: Pool) -> Stream:
    return PostgresStream(stream_pool)
