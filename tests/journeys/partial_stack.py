"""The real stack without some of its parts."""

from __future__ import annotations

from typing import ClassVar

from servicelane.stack import LocalStack
from servicelane.supervisor import Part


class PartialStack(LocalStack):
    """LEFT_OUT names the parts that are neither started nor waited for."""

    LEFT_OUT: ClassVar[frozenset[str]]

    def _parts(self) -> list[Part]:
        return [part for part in super()._parts() if part.name not in self.LEFT_OUT]

    async def _wait_for(self, part: str, complaint: str, port: int) -> None:
        if part not in self.LEFT_OUT:
            await super()._wait_for(part, complaint, port)
