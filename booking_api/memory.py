"""What a process remembers of its database from one search to the next."""

from __future__ import annotations

from dataclasses import dataclass, field

from booking_api.known_workshops import KnownWorkshops
from booking_api.taken_time import TakenTime


@dataclass(frozen=True, slots=True)
class Memory:
    workshops: KnownWorkshops = field(default_factory=KnownWorkshops)
    taken: TakenTime = field(default_factory=TakenTime)
