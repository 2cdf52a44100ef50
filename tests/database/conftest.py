"""Ways to work against the bare server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from database.connection import Pool, open_pool


@pytest.fixture
async def empty_pool(empty_database_url: str) -> AsyncIterator[Pool]:
    """On a database without any schema of ours."""
    async with open_pool(empty_database_url) as opened:
        yield opened
