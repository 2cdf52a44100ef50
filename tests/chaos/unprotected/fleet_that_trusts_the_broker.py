"""Cars that take the broker's acknowledgement for ours.

The protection that is removed: only `down/ack` releases a message at the head unit.
"""

from __future__ import annotations

from typing import Any

from head_unit.transport import MqttTransport
from telemetry_schema.events import Acknowledgement, encode_acknowledgements
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Down
from tests.chaos.fleet import main

_on_publish = MqttTransport._on_publish


def release_at_once(self: MqttTransport, client: Any, user: Any, mid: int, reason: Any, properties: Any) -> None:
    sent = self._published.get(mid)
    _on_publish(self, client, user, mid, reason, properties)
    if sent is not None and not reason.is_failure:
        answer = Acknowledgement(sent.boot_id, sent.sequence, wire.DISPOSITION_STORED)
        self.listener.heard(Down.ACK, encode_acknowledgements([answer]))


if __name__ == "__main__":
    MqttTransport._on_publish = release_at_once  # type: ignore[method-assign]
    main()
