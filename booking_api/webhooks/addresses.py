"""Where a webhook may go: never into our own network, whatever its owner has written."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

LONGEST_URL = 500


def is_usable(url: str, *, private: bool) -> bool:
    """As it is written. `private`: plain http is taken too."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    written_well = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    tells_more = parts.username or parts.password or parts.fragment
    return (
        bool(host) and written_well and not tells_more and parts.scheme in ({"https", "http"} if private else {"https"})
    )


async def is_reachable_place(url: str, *, private: bool) -> bool:
    """Whether every address that the name stands for now is one of the public internet. `private`: any is taken."""
    if private:
        return True
    parts = urlsplit(url)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(one[4][0]).is_global for one in found)
