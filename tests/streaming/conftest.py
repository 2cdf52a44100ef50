"""A stream with no more rights than a package has, and an administrator who may look at everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from database.connection import Connection, Pool, open_pool
from streaming.contract import Record
from streaming.postgres import PostgresStream


class Notebook:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    @property
    def values(self) -> list[bytes]:
        return [record.value for record in self.records]

    async def __call__(self, records: Sequence[Record], connection: Connection) -> None:
        self.records.extend(records)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
async def any_pool(any_database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(any_database_url, role="servicelane_ingest", maximum=6) as opened:
        yield opened


@pytest.fixture
async def stream(any_pool: Pool) -> PostgresStream:
    return PostgresStream(any_pool)


@pytest.fixture
async def administrator(any_database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(any_database_url) as opened:
        yield opened
