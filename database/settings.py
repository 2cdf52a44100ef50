"""Where the database is."""

from __future__ import annotations

from pydantic_settings import BaseSettings


class DatabaseSettings(BaseSettings):
    """DATABASE_URL, for example postgresql://user:password@host:5432/name. PostgreSQL 15 or later."""

    database_url: str
