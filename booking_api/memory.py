"""What a process remembers of its database from one request to the next, and who of them is at work."""

from __future__ import annotations

from dataclasses import dataclass, field

from booking_api.known_workshops import KnownWorkshops
from booking_api.taken_time import TakenTime
from booking_api.turns import Turns


@dataclass(frozen=True, slots=True)
class Memory:
    workshops: KnownWorkshops = field(default_factory=KnownWorkshops)
    taken: TakenTime = field(default_factory=TakenTime)
    turns: Turns = field(default_factory=Turns)
