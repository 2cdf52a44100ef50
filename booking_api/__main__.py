"""`python -m booking_api`: the API as a process."""

from __future__ import annotations

import uvicorn

from booking_api.app import create_app
from booking_api.settings import BookingApiSettings
from observability.logs import configure_logs


def main() -> None:
    configure_logs("booking-api")
    settings = BookingApiSettings()
    # No access log: paths name cars, and a line per request tells nothing that the metrics do not.
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
