"""`python -m observability.probe [PORT]`: asks a process beside it whether it can work (`/readyz`); for containers.

The port is that of STREAMING_HEALTH_PORT unless one is given. Exit status 0: ready; 1: not, and why on the last line.
"""

from __future__ import annotations

import http.client
import os
import sys
from typing import Final

_TIMEOUT_SECONDS: Final = 8.0
"""Longer than the endpoint takes for its own checks (observability.health)."""


def ask(port: int) -> tuple[bool, str]:
    """Whether it is ready, and what it said or why it said nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return False, f"port {port} does not answer: {error!r}"
    finally:
        connection.close()


def main() -> int:
    port = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STREAMING_HEALTH_PORT", "")
    if not port.isdecimal():
        print(__doc__, file=sys.stderr)
        return 2
    ready, answer = ask(int(port))
    print(answer)
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main())
