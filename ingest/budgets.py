"""How much one car may send: token buckets for messages, bytes and signal values, one set per VIN. Pure.

What exceeds them is neither held in the broker's window, where it would take the place of other cars, nor dropped: it
is deferred. The car is told to pause, keeps the message and sends it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHORTEST_PAUSE_SECONDS: Final = 1.0
"""A car that is asked to wait for one token comes back with a whole window; in a second there is room for it."""

_FIRST_SWEEP: Final = 1024


@dataclass(frozen=True, slots=True)
class Allowance:
    """`per_second` for ever, and `burst` at once after a silence. 0 per second: without limit."""

    per_second: float
    burst: float

    @property
    def cost_seconds(self) -> float:
        """What one unit takes from the bucket, as time that it needs to fill again."""
        return 1 / self.per_second if self.per_second > 0 else 0.0

    @property
    def depth_seconds(self) -> float:
        return self.burst / self.per_second if self.per_second > 0 else 0.0


class VehicleBudgets:
    """The buckets of every car that has sent lately.

    A bucket is the instant at which it will be full again, so a car whose buckets are full needs no memory and is
    forgotten. A message is admitted while no bucket is overdrawn, and may overdraw it: none is too large for ever.
    """

    def __init__(self, messages: Allowance, payload_bytes: Allowance, values: Allowance) -> None:
        self._message_cost = messages.cost_seconds
        self._byte_cost = payload_bytes.cost_seconds
        self._value_cost = values.cost_seconds
        self._message_depth = messages.depth_seconds
        self._byte_depth = payload_bytes.depth_seconds
        self._value_depth = values.depth_seconds
        self._full_at: dict[str, list[float]] = {}
        self._sweep_at_size = _FIRST_SWEEP

    def __len__(self) -> int:
        """Cars that are remembered."""
        return len(self._full_at)

    def wait_seconds(self, vin: str, payload_bytes: int, now: float) -> float:
        """0 for a message that is admitted, and charged; else how long the car shall pause. `now` is monotonic."""
        full_at = self._full_at.get(vin)
        if full_at is None:
            full_at = self._remember(vin, now)
        messages, sent_bytes, values = full_at
        free_at = max(messages - self._message_depth, sent_bytes - self._byte_depth, values - self._value_depth)
        if free_at > now:
            return max(free_at - now, SHORTEST_PAUSE_SECONDS)
        full_at[0] = (messages if messages > now else now) + self._message_cost
        full_at[1] = (sent_bytes if sent_bytes > now else now) + payload_bytes * self._byte_cost
        return 0.0

    def charge_values(self, vin: str, values: int, now: float) -> None:
        """Takes the values of an admitted message, whose number is known only once it has been read."""
        full_at = self._full_at.get(vin)
        if full_at is None:
            full_at = self._remember(vin, now)
        filled = full_at[2]
        full_at[2] = (filled if filled > now else now) + values * self._value_cost

    def _remember(self, vin: str, now: float) -> list[float]:
        if len(self._full_at) >= self._sweep_at_size:
            self._full_at = {name: bucket for name, bucket in self._full_at.items() if max(bucket) > now}
            self._sweep_at_size = max(_FIRST_SWEEP, 2 * len(self._full_at))
        fresh = self._full_at[vin] = [now, now, now]
        return fresh
