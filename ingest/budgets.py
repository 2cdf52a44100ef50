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

    A bucket is the instant from which it lets something through: that at which it will be full again, less its depth.
    So a car whose buckets are full needs no memory and is forgotten. A message is admitted while no bucket is
    overdrawn, and may overdraw it: none is too large for ever.
    """

    def __init__(self, messages: Allowance, payload_bytes: Allowance, values: Allowance) -> None:
        self._message_cost = messages.cost_seconds
        self._byte_cost = payload_bytes.cost_seconds
        self._value_cost = values.cost_seconds
        self._depths = (messages.depth_seconds, payload_bytes.depth_seconds, values.depth_seconds)
        self._open_at: dict[str, list[float]] = {}
        self._sweep_at_size = _FIRST_SWEEP

    def __len__(self) -> int:
        """Cars that are remembered."""
        return len(self._open_at)

    def wait_seconds(self, vin: str, payload_bytes: int, now: float) -> float:
        """0 for a message that is admitted, and charged; else how long the car shall pause. `now` is monotonic."""
        open_at = self._open_at.get(vin) or self._remember(vin, now)
        messages, sent_bytes, values = open_at
        if messages > now or sent_bytes > now or values > now:
            return max(messages - now, sent_bytes - now, values - now, SHORTEST_PAUSE_SECONDS)
        message_depth, byte_depth, _ = self._depths
        full, filled = now - message_depth, now - byte_depth
        open_at[0] = (messages if messages > full else full) + self._message_cost
        open_at[1] = (sent_bytes if sent_bytes > filled else filled) + payload_bytes * self._byte_cost
        return 0.0

    def charge_values(self, vin: str, values: int, now: float) -> None:
        """Takes the values of an admitted message, whose number is known only once it has been read."""
        open_at = self._open_at.get(vin) or self._remember(vin, now)
        open_at[2] = max(open_at[2], now - self._depths[2]) + values * self._value_cost

    def _remember(self, vin: str, now: float) -> list[float]:
        full = [now - depth for depth in self._depths]
        if len(self._open_at) >= self._sweep_at_size:
            self._open_at = {
                name: buckets
                for name, buckets in self._open_at.items()
                if any(one > filled for one, filled in zip(buckets, full, strict=True))
            }
            self._sweep_at_size = max(_FIRST_SWEEP, 2 * len(self._open_at))
        self._open_at[vin] = full
        return full
