"""What an operator sees at a glance: who is connected, what waits, what is missing, what is found, what ends soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from booking_api import store
from booking_api.access import Access, write_down_vins
from booking_api.fleet import store as fleet
from database.connection import Connection
from streaming.contract import Stream
from vehicles import certification
from vehicles.models import DeviceCertificate

CONNECTED_WITHIN: Final = timedelta(minutes=10)
HEARD_WITHIN: Final = timedelta(days=1)
GAPS_WITHIN: Final = timedelta(days=7)
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """`cars`: enrolled, connected, heard, never_heard, last_received_at. `lags`: records by group of the stream.

    `gaps`: boots, those that miss most first. `set_aside`: by reason. `findings`: by make, model and kind.
    `to_renew`: the newest certificates of cars that should have renewed them.
    """

    cars: fleet.Row
    lags: Mapping[str, int]
    stops: Sequence[fleet.Row]
    gaps: Sequence[fleet.Row]
    set_aside: Sequence[fleet.Row]
    findings: Sequence[fleet.Row]
    to_renew: Sequence[DeviceCertificate]


async def overview(connection: Connection, registry: Connection, stream: Stream, access: Access) -> Overview:
    """`registry`: with the rights of `vehicles`. Cars that are named are written into their access logs."""
    now = access.now
    gaps = await fleet.fetch_gaps(connection, now - GAPS_WITHIN, MOST)
    to_renew = await certification.ending(registry, now, MOST)
    await write_down_vins(connection, access, [*(row["vin"] for row in gaps), *(one.vin for one in to_renew)])
    return Overview(
        cars=await fleet.count_cars_heard(connection, now - CONNECTED_WITHIN, now - HEARD_WITHIN),
        lags=await stream.lags(),
        stops=await fleet.fetch_open_intake_stops(connection),
        gaps=gaps,
        set_aside=await store.count_quarantine(connection),
        findings=await fleet.count_findings_by_model(connection, MOST),
        to_renew=to_renew,
    )
