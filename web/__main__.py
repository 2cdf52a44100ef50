"""`python -m web`: the pages as a process."""

from __future__ import annotations

from typing import Final

import uvicorn

from observability.logs import configure_logs
from web.app import create_app
from web.settings import WebSettings

_SECONDS: Final = 2
"""How long an end waits for open pages: streams of events never end by themselves."""


def main() -> None:
    configure_logs("web")
    settings = WebSettings()
    # No access log: paths name cars.
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_SECONDS,
    )


if __name__ == "__main__":
    main()
