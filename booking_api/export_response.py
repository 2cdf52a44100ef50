"""An answer that is written while it is sent, and that ends the query behind it however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Final

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Send

from database.errors import DatabaseError

_log: Final = structlog.get_logger(__name__)


class ExportResponse(StreamingResponse):
    """Breaks off after `limit_seconds`, when its client takes nothing for `stall_seconds`, or when the database fails.

    The status has been sent by then, so the client is told by a body without an end. `ended` is told the outcome.
    """

    def __init__(
        self,
        chunks: AsyncGenerator[bytes, None],
        *,
        media_type: str,
        headers: Mapping[str, str],
        limit_seconds: float,
        stall_seconds: float,
        ended: Callable[[str], None],
    ) -> None:
        super().__init__(chunks, headers=headers, media_type=media_type)
        self._chunks = chunks
        self._limit_seconds = limit_seconds
        self._stall_seconds = stall_seconds
        self._ended = ended

    async def stream_response(self, send: Send) -> None:
        outcome = "abandoned"
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async with asyncio.timeout(self._limit_seconds), aclosing(self._chunks) as chunks:
                async for chunk in chunks:
                    await self._send(send, chunk, more=True)
            await self._send(send, b"", more=False)
            outcome = "finished"
        except (TimeoutError, DatabaseError) as error:
            outcome = "interrupted"
            _log.warning("export_interrupted", reason=type(error).__name__)
        finally:
            self._ended(outcome)

    async def _send(self, send: Send, chunk: bytes, *, more: bool) -> None:
        async with asyncio.timeout(self._stall_seconds):
            await send({"type": "http.response.body", "body": chunk, "more_body": more})
