"""A head unit's way to the broker with a deliberately bad network in between."""

from __future__ import annotations

import argparse
import socket
import time
from collections.abc import Callable
from typing import Final

from head_unit.settings import HeadUnitSettings
from head_unit.transport import Listener, MqttTransport, Outgoing, Transport
from simulator.network import BadLine, NetworkQuality
from telemetry_schema.topics import Down

RESEND_SECONDS: Final = 1.5
"""What a head unit waits before it sends again on a network that is bad on purpose: losses are many there."""


class BadTransport:
    """Loses, doubles and delays publishes on the way up and messages on the way down.

    `is_reachable` False takes the car off the air altogether: it looks connected to nobody and hears nothing.
    """

    def __init__(
        self, inner: Transport, quality: NetworkQuality, seed: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._quality = quality
        self._clock = clock
        self._began = clock()
        self._up: BadLine[Outgoing] = BadLine(quality, f"{seed}/up", clock)
        self._down: BadLine[tuple[Down, bytes]] = BadLine(quality, f"{seed}/down", clock)
        self.is_reachable = True
        self._listener: Listener

    @property
    def listener(self) -> Listener:
        """The head unit's; what is heard reaches it through the bad network."""
        return self._listener

    @listener.setter
    def listener(self, listener: Listener) -> None:
        self._listener = listener
        self._inner.listener = Listener(listener.connected, self._heard, listener.refused)

    @property
    def is_connected(self) -> bool:
        return self._inner.is_connected and self._has_network()

    @property
    def maximum_payload_bytes(self) -> int | None:
        return self._inner.maximum_payload_bytes

    def publish(self, outgoing: Outgoing) -> None:
        if self._has_network():
            for one in self._up.pass_on(outgoing):
                self._inner.publish(one)

    def tick(self, now: float) -> None:
        self._inner.tick(now)
        if self._has_network():
            for outgoing in self._up.overdue():
                self._inner.publish(outgoing)
            for message in self._down.overdue():
                self._listener.heard(*message)

    def socket(self) -> socket.socket | None:
        return self._inner.socket()

    def wants_write(self) -> bool:
        return self._inner.wants_write()

    def readable(self) -> None:
        self._inner.readable()

    def writable(self) -> None:
        self._inner.writable()

    def reconnect(self) -> None:
        self._inner.reconnect()

    def close(self) -> None:
        self._inner.close()

    def _heard(self, kind: Down, payload: bytes) -> None:
        if self._has_network():
            for message in self._down.pass_on((kind, payload)):
                self._listener.heard(*message)

    def _has_network(self) -> bool:
        since = self._clock() - self._began
        return self.is_reachable and not any(start <= since < end for start, end in self._quality.offline)


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    for name in ("drop", "repeat", "reorder"):
        parser.add_argument(
            f"--{name}", type=float, default=0.0, help=f"share of messages, 0 to 1, to {name} on purpose"
        )


def quality_from(arguments: argparse.Namespace) -> NetworkQuality:
    """Raises ValueError with the allowed range."""
    return NetworkQuality(drop=arguments.drop, repeat=arguments.repeat, reorder=arguments.reorder)


def make_transport(settings: HeadUnitSettings, quality: NetworkQuality, seed: int) -> Transport:
    """Plain MQTT, or with the bad network in between where the quality asks for one."""
    inner = MqttTransport(settings)
    return inner if quality.is_good else BadTransport(inner, quality, f"{seed}/{settings.vin}")
