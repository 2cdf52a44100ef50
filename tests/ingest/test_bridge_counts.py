"""What the bridge and the writer say of themselves: every message is counted with what became of it."""

from __future__ import annotations

from prometheus_client import REGISTRY

from telemetry_schema.batches import encode_batch
from telemetry_schema.content import JSON, PROTOBUF
from tests.ingest.conftest import T0_MS, make_batch
from tests.ingest.test_mqtt_bridge import OTHER_VIN, Site, site, until

__all__ = ["site"]

SENT = {
    ("stored", ""): (encode_batch(make_batch(1)), PROTOBUF),
    ("refused", "vin_mismatch"): (encode_batch(make_batch(2, vin=OTHER_VIN)), PROTOBUF),
    ("quarantined", "clock_before_2000"): (encode_batch(make_batch(3, [-T0_MS])), PROTOBUF),
    ("quarantined", "undecodable"): (b"{", JSON),
    ("quarantined", "unknown_content_type"): (b"x", "text/plain"),
}


def bridge_count(disposition: str, reason: str) -> float:
    labels = {"disposition": disposition, "reason": reason}
    return REGISTRY.get_sample_value("servicelane_bridge_messages_total", labels) or 0


def quarantined(reason: str) -> float:
    return REGISTRY.get_sample_value("servicelane_quarantined_total", {"reason": reason}) or 0


async def test_each_message_is_counted_once_with_its_disposition_and_reason(site: Site) -> None:
    before = {key: bridge_count(*key) for key in SENT}
    kept = {reason: quarantined(reason) for _, reason in SENT}
    for payload, content_type in SENT.values():
        site.car.send(payload, content_type)
    assert len(await site.answered(len(SENT))) == len(SENT)

    async def counted() -> bool:
        return all(bridge_count(*key) - before[key] == 1 for key in SENT)

    await until(counted, "one more of each in the bridge's counts")
    await site.write()
    assert {reason: quarantined(reason) - kept[reason] for _, reason in SENT if reason} == {
        reason: 1 for _, reason in SENT if reason
    }
