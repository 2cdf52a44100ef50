"""Every implementation of the stream, each on servers of its own."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator

import pytest

from database.connection import Pool, connect, open_pool
from streaming.contract import Stream
from streaming.kafka import KafkaStream
from streaming.postgres import PostgresStream
from streaming.settings import KafkaSettings
from tests.kafka_fixtures import topics_made
from tests.postgres_fixtures import fresh

TOPICS = ("numbers", "t", "busy", "quiet", "mine", "other")
"""That these tests name."""


@pytest.fixture(params=["postgres-15", "postgres-18", "kafka"])
def stream_database(request: pytest.FixtureRequest) -> Iterator[str]:
    server = request.getfixturevalue("postgres_15" if request.param == "postgres-15" else "postgres_18")
    with fresh(server) as url:
        yield url


@pytest.fixture
async def stream_url(stream_database: str) -> str:
    """With a table that handlers of these tests write to."""
    async with await connect(stream_database) as connection:
        await connection.execute("create table public.handled (topic text, key text, value bytea)")
        await connection.execute("grant select, insert on public.handled to servicelane_streamer")
    return stream_database


@pytest.fixture
async def stream_pool(stream_url: str) -> AsyncIterator[Pool]:
    """With no more rights than a package has."""
    async with open_pool(stream_url, role="servicelane_ingest", maximum=8) as opened:
        yield opened


@pytest.fixture
async def stream(request: pytest.FixtureRequest, stream_pool: Pool) -> AsyncIterator[Stream]:
    if "kafka" not in request.node.callspec.id:
        yield PostgresStream(stream_pool)
        return
    settings: KafkaSettings = request.getfixturevalue("kafka_settings")
    source = inspect.getsource(request.function)
    async with topics_made(settings, [topic for topic in TOPICS if f'"{topic}"' in source]):
        opened = KafkaStream(stream_pool, settings)
        yield opened
        await opened.close()
