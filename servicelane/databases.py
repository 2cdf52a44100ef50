"""Databases of our own on a server: an empty one for a demo, a lasting one for `servicelane up`."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def with_database(url: str, name: str) -> str:
    """The same server's address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def create_fresh_database(server_url: str, name: str) -> str:
    """Drops the database of that name if there is one, creates it empty, and returns its address."""
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as connection:
        await connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        await connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return with_database(server_url, name)


async def ensure_database(server_url: str, name: str) -> str:
    """Creates the database of that name where it is missing, and returns its address."""
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as connection:
        found = await connection.execute("select 1 from pg_database where datname = %s", (name,))
        if await found.fetchone() is None:
            await connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return with_database(server_url, name)
