"""Which artefact judges a car at which instant. Pure.

An artefact judges what is complete from the instant on at which it was put in service, until the next one takes its
place or it is taken out. So what was judged before stays as it was, and late data of that time are judged as they would
have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.models.artefact import Artefact


@dataclass(frozen=True, slots=True)
class Service:
    """`artefact` is None from where one was taken out of service."""

    from_s: float
    artefact: Artefact | None


@dataclass(frozen=True, slots=True)
class FleetModels:
    """Of one model of car, in the order of their instants."""

    services: Sequence[Service] = ()

    def at(self, at_s: float) -> Artefact | None:
        return next((one.artefact for one in reversed(self.services) if one.from_s <= at_s), None)


def always(artefact: Artefact) -> FleetModels:
    return FleetModels((Service(float("-inf"), artefact),))
