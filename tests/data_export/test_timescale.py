"""The same exports from TimescaleDB."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data_export import service
from data_export.reader import read_export
from database.connection import connect
from database.roles import role_of
from tests.data_export.conftest import ALL_SIGNALS, DAY, NOW, OTHER_VIN, T0, VIN, enrol, put_position, put_sample

pytestmark = pytest.mark.timeout(240)


async def test_a_fleet_leaves_a_hypertable_car_by_car_in_the_order_of_time(timescale_url: str) -> None:
    """One connection at a time: the WebAssembly build has no more."""
    async with await connect(timescale_url) as connection:
        for vin in (OTHER_VIN, VIN):
            car = await enrol(connection, vin)
            for days in (9, 0, 5):
                await put_sample(connection, car, T0 + days * DAY, odometer_km=days)
            await put_position(connection, car, T0, latitude_deg=48.5)
    request = replace(ALL_SIGNALS, to_at=T0 + 30 * DAY, with_positions=True)
    async with await connect(timescale_url, role_of("data_export")) as connection:
        await service.begin(connection)
        plan = await service.plan(connection, request, NOW)
        frame = read_export(b"".join([chunk async for chunk in service.chunks(connection, plan)]))
    assert frame["vin"].tolist() == [VIN] * 3 + [OTHER_VIN] * 3
    assert frame["odometer_km"].tolist() == [0, 5, 9] * 2
    assert frame["latitude_deg"].fillna(0).tolist() == [48.5, 0, 0] * 2
