"""What the parts of a stack say when they are asked whether they can work."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx

READY: Final = "ready"
_ANSWER_SECONDS: Final = 8.0  # longer than the checks of a part may take


async def readiness_of(ports: Mapping[str, int]) -> dict[str, str]:
    """By part: READY, or what is wrong with it."""
    async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
        said = await asyncio.gather(*(_ask(client, port) for port in ports.values()))
    return dict(zip(ports, said, strict=True))


async def _ask(client: httpx.AsyncClient, port: int) -> str:
    try:
        answer = await client.get(f"http://127.0.0.1:{port}/readyz")
    except httpx.HTTPError as error:
        return f"does not answer ({type(error).__name__})"
    if answer.status_code == httpx.codes.OK:
        return READY
    checks = answer.json().get("checks", {})
    wrong = [f"{name}: {said}" for name, said in checks.items() if said != "ok"]
    return ", ".join(wrong) or f"not ready ({answer.status_code})"
