"""`python -m booking_api`: the API as a process, and beside it what happens by itself."""

from __future__ import annotations

import contextlib
from typing import Final

import uvicorn
import uvloop

from booking_api.app import create_app
from booking_api.settings import BookingApiSettings
from booking_api.worker import working
from database.connection import open_pool
from database.roles import role_of
from observability.logs import configure_logs
from streaming.choice import open_stream

GRACE_SECONDS: Final = 5
"""For answers on their way; a stream of events would keep the process for as long as somebody listens."""


async def serve(settings: BookingApiSettings) -> None:
    # No access log: paths name cars, and a line per request tells nothing that the metrics do not.
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    private = settings.webhook_private_addresses
    async with (
        open_pool(settings.database_url, role_of("booking_api"), maximum=3) as pool,
        open_stream(pool) as stream,
        working(pool, stream, private_webhooks=private),
    ):
        await uvicorn.Server(config).serve()


def main() -> None:
    configure_logs("booking-api")
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(BookingApiSettings()))


if __name__ == "__main__":
    main()
