"""Positions leave only where they were asked for; a pseudonym leads to no car and to no other export."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from data_export.layout import ExportFormat
from data_export.pseudonyms import pseudonym
from data_export.reader import read_export, read_metadata
from database.connection import Pool, open_pool
from database.errors import PermissionMissingError
from database.roles import role_of
from servicelane.schema import PACKAGES
from tests.data_export.conftest import ALL_SIGNALS, OTHER_VIN, T0, VIN, export, put, put_position, put_sample

FORMATS: tuple[ExportFormat, ...] = ("parquet", "csv")
SALT = bytes(range(32))


@pytest.mark.parametrize("package", [name for name in PACKAGES if name not in ("streaming", "ingest", "data_export")])
async def test_nobody_else_may_read_positions(database_url: str, package: str) -> None:
    async with open_pool(database_url, role_of(package)) as pool:
        for table in ("published.positions", "telemetry.positions"):
            with pytest.raises(PermissionMissingError):
                async with pool.connection() as connection:
                    await connection.execute(f"select * from {table}".encode())


async def test_an_export_may_read_what_is_published_and_write_nothing(exporter: Pool) -> None:
    async with exporter.connection() as connection:
        await connection.execute("select * from published.positions")
    for statement in (b"select * from telemetry.samples", b"select * from published.vehicle_owners"):
        with pytest.raises(PermissionMissingError):
            async with exporter.connection() as connection:
                await connection.execute(statement)


@pytest.mark.parametrize("format_", FORMATS)
async def test_positions_leave_only_when_asked_for(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    later = T0 + timedelta(milliseconds=1)
    async with pool.connection() as connection:
        for at in (T0, later):
            await put_sample(connection, cars[0], at, odometer_km=5)
        await put_position(connection, cars[0], T0, latitude_deg=48.123456789, longitude_deg=-11.5)
        await put_position(connection, cars[1], later, latitude_deg=1, longitude_deg=1)
    without = await export(exporter, ALL_SIGNALS, format=format_, vins=(VIN,))
    assert not {"latitude_deg", "longitude_deg", "altitude_m"} & set(read_export(without).columns)
    assert b"48.123456789" not in without
    assert read_metadata(without)["positions"] is False
    frame = read_export(await export(exporter, ALL_SIGNALS, format=format_, vins=(VIN,), with_positions=True))
    assert frame["latitude_deg"].fillna(0).tolist() == [48.123456789, 0]
    assert frame["longitude_deg"].fillna(0).tolist() == [-11.5, 0]
    assert frame["altitude_m"].isna().all()
    assert frame.attrs["metadata"][0]["positions"] is True


@pytest.mark.parametrize("format_", FORMATS)
async def test_under_pseudonyms_no_vin_leaves_and_each_car_has_one_key(
    pool: Pool, exporter: Pool, cars: tuple[int, int], format_: ExportFormat
) -> None:
    async with pool.connection() as connection:
        for car in cars:
            for second in (0, 1):
                await put_sample(connection, car, T0 + timedelta(seconds=second), odometer_km=car)
    for vins in (None, (VIN,)):
        file = await export(exporter, ALL_SIGNALS, format=format_, vins=vins, pseudonym_salt=SALT)
        assert VIN.encode() not in file
        assert OTHER_VIN.encode() not in file
    frame = read_export(await export(exporter, ALL_SIGNALS, format=format_, pseudonym_salt=SALT))
    assert "vin" not in frame
    keys = frame.groupby("odometer_km")["vehicle_key"].agg(lambda values: set(values)).to_dict()
    assert keys == {cars[0]: {pseudonym(VIN, SALT)}, cars[1]: {pseudonym(OTHER_VIN, SALT)}}


async def test_the_order_of_pseudonyms_tells_nothing_of_the_order_of_vins(
    pool: Pool, exporter: Pool, cars: tuple[int, int]
) -> None:
    async with pool.connection() as connection:
        for car in cars:
            await put_sample(connection, car, odometer_km=car)
    salts = [bytes([number]) * 32 for number in range(8)]
    firsts = set()
    for salt in salts:
        frame = read_export(await export(exporter, ALL_SIGNALS, pseudonym_salt=salt))
        assert frame["vehicle_key"].tolist() == sorted(frame["vehicle_key"])
        firsts.add(frame["odometer_km"].iloc[0])
    assert firsts == set(map(float, cars))


def test_another_salt_gives_another_key() -> None:
    salts = [secrets.token_bytes(32) for _ in range(100)]
    assert len({pseudonym(VIN, salt) for salt in salts}) == 100
    assert pseudonym(VIN, SALT) == pseudonym(VIN, SALT) != pseudonym(OTHER_VIN, SALT)


async def test_a_findings_id_stays_inside_under_a_pseudonym(pool: Pool, exporter: Pool, cars: tuple[int, int]) -> None:
    row = {"finding_id": UUID(int=1), "vehicle_id": cars[0], "kind": "k", "component": "c", "severity": 1}
    row |= {"found_at": T0, "onset_at": T0, "evidence": Jsonb([]), "texts": Jsonb({"en": "x"})}
    async with pool.connection() as connection:
        await put(connection, "diagnostics.findings", row)
    frame = read_export(await export(exporter, ALL_SIGNALS, what="findings", pseudonym_salt=SALT))
    assert len(frame) == 1
    assert "finding_id" not in frame
    assert "finding_id" in read_export(await export(exporter, ALL_SIGNALS, what="findings"))
