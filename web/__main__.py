"""`python -m web`: the pages as a process."""

from __future__ import annotations

import uvicorn

from observability.logs import configure_logs
from web.app import create_app
from web.settings import WebSettings


def main() -> None:
    configure_logs("web")
    settings = WebSettings()
    # No access log: paths name cars.
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
