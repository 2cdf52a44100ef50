"""Every implementation of the stream, each on servers of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from database.connection import Pool, open_pool
from streaming.postgres import PostgresStream


@pytest.fixture
async def stream_pool(any_database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(any_database_url, role="servicelane_ingest", maximum=8) as opened:
        yield opened


@pytest.fixture
async def stream(stream_pool: Pool) -> PostgresStream:
    return PostgresStream(stream_pool)
