"""A car keeps its certificate good by itself: in time, and after it was away past its end. Against the real enrolment
service, a real database and a broker that takes cars by certificate."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography import x509

from database.connection import Pool
from head_unit.renewal import Renewal, RenewalError
from head_unit.settings import HeadUnitSettings, TlsSettings
from head_unit.unit import HeadUnit
from servicelane.broker import keep_broker
from servicelane.ports import free_port, wait_until_open_async
from telemetry_schema.frames import SignalColumn
from tests.certified_cars import CarClient, CertifiedBroker, car_at
from tests.head_unit.conftest import VIN, Answerer
from tests.journeys.conftest import until
from vehicles import certification
from vehicles import service as vehicles
from vehicles.authority import write_private
from vehicles.certificates import key_pem, new_key
from vehicles.models import EnrolmentRequest

DAY = timedelta(days=1)
T0 = 1_780_000_000_000


@dataclass
class Site:
    """A broker, a database with one car, and what starts the enrolment service."""

    broker: CertifiedBroker
    pool: Pool
    database_url: str
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    async def identity(self, age: timedelta, life: timedelta = 90 * DAY) -> Path:
        """The car's file, issued so long ago."""
        key, issued_at = new_key(), datetime.now(UTC) - age
        async with self.pool.connection() as connection:
            issued = await certification.issue(
                connection, self.broker.authority, VIN, key.public_key(), issued_at, life
            )
        path = self.folder / "identity.pem"
        write_private(path, key_pem(key) + issued.chain_pem.encode())
        return path

    def unit(self, identity: Path, **more: Any) -> HeadUnit:
        """With twelve frames on board."""
        settings = HeadUnitSettings(
            VIN, self.folder / "buffer.sqlite", port=self.broker.device_port, batch_frames=4, resend_seconds=0.5,
            tls=TlsSettings(self.broker.files.ca, identity), enrolment_url=self.url, **more,
        )  # fmt: skip
        unit = HeadUnit(settings)
        unit.record_frames(T0 + np.arange(12, dtype=np.int64), {1: SignalColumn(np.arange(12, dtype=np.float32))})
        return unit

    @asynccontextmanager
    async def enrolment(self, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "VEHICLES_AUTHORITY_FOLDER": str(self.broker.folder / "authority"),
            "VEHICLES_SERVER_FOLDER": str(self.broker.folder),
            "VEHICLES_ENROLMENT_PORT": str(self.port),
            **settings,
        }
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "vehicles", env=environment)
        try:
            assert await wait_until_open_async("127.0.0.1", self.port, 30)
            yield process
        finally:
            process.terminate()
            assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.fixture
async def site(pool: Pool, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with pool.connection() as connection:
        await vehicles.enrol(connection, EnrolmentRequest(VIN, "m", "M", "M", 2022, "petrol", date(2022, 1, 1)))
    broker = CertifiedBroker(tmp_path / "broker")
    broker.start()
    yield Site(broker, pool, database_url, tmp_path, free_port())
    broker.stop()


def serial(identity: Path) -> int:
    return x509.load_pem_x509_certificate(identity.read_bytes()).serial_number


async def delivered(unit: HeadUnit, seconds: float = 20) -> bool:
    return await asyncio.to_thread(unit.wait_until_delivered, seconds)


async def test_a_car_renews_in_time_and_goes_on_sending_with_the_new_certificate(site: Site) -> None:
    identity = await site.identity(age=61 * DAY)
    before = serial(identity)
    answerer = Answerer(site.broker)
    unit = site.unit(identity)
    async with site.enrolment():
        unit.start()
        await until(lambda: _true(serial(identity) != before), 20, "a new certificate")
    certificate = x509.load_pem_x509_certificate(identity.read_bytes())
    assert certificate.not_valid_after_utc > datetime.now(UTC) + 89 * DAY
    assert stat.S_IMODE(identity.stat().st_mode) == 0o600
    assert not identity.with_name("identity.pem.next").exists()
    assert await delivered(unit)
    await until(lambda: _true(site.broker.log_path.read_text().count(f" as {VIN} ") == 2), 20, "a second connection")
    unit.record_frames(T0 + 20 + np.arange(4, dtype=np.int64), {1: SignalColumn(np.zeros(4, dtype=np.float32))})
    assert await delivered(unit)
    unit.close()
    answerer.stop()


async def test_a_car_with_a_young_certificate_asks_for_none(site: Site) -> None:
    identity = await site.identity(age=59 * DAY)
    renewal = Renewal(identity, site.broker.files.ca, site.url, lambda: None)
    assert not renewal.is_due()
    assert Renewal(identity, None, site.url, lambda: None, now=lambda: datetime.now(UTC) + 2 * DAY).is_due()


async def test_a_car_that_was_away_past_its_end_comes_back_and_delivers_what_it_holds(site: Site) -> None:
    identity = await site.identity(age=200 * DAY)
    answerer = Answerer(site.broker)
    unit = site.unit(identity)
    unit.start()
    assert not await delivered(unit, 2)  # nobody renews it: the broker refuses
    assert answerer.heard == []
    async with site.enrolment():
        assert await delivered(unit, 60)
    assert sorted(heard.sequence for heard in answerer.heard) == [1, 2, 3]
    unit.close()
    answerer.stop()


async def test_a_revoked_car_has_no_way_back(site: Site) -> None:
    identity = await site.identity(age=200 * DAY)
    async with site.pool.connection() as connection:
        await certification.revoke(connection, VIN, None, datetime.now(UTC))
    renewal = Renewal(identity, site.broker.files.ca, site.url, lambda: None)
    before = identity.read_bytes()
    async with site.enrolment():
        with pytest.raises(RenewalError, match="revoked"):
            await asyncio.to_thread(renewal.renew)
    assert identity.read_bytes() == before


async def test_an_answer_that_is_lost_and_a_kill_in_between_cost_no_certificate(site: Site) -> None:
    """The new key is on disk before anybody hears of it, so a second attempt asks for the same."""
    identity = await site.identity(age=61 * DAY)
    before = identity.read_bytes()
    renewal = Renewal(identity, site.broker.files.ca, site.url, lambda: None)
    async with site.enrolment():
        await asyncio.to_thread(renewal.renew)
        first = serial(identity)
        key = identity.read_bytes().split(b"-----BEGIN CERTIFICATE")[0]
        write_private(identity, before)
        write_private(identity.with_name("identity.pem.next"), key)  # as it was when the answer was on its way
        await asyncio.to_thread(Renewal(identity, site.broker.files.ca, site.url, lambda: None).renew)
        assert serial(identity) == first
        write_private(identity.with_name("identity.pem.next"), key)  # killed before the old key was cleared away
        await asyncio.to_thread(renewal.renew)
        assert serial(identity) != first


async def test_a_car_does_not_ask_whom_it_does_not_trust(site: Site, tmp_path: Path) -> None:
    identity = await site.identity(age=61 * DAY)
    stranger = CertifiedBroker(tmp_path / "stranger")
    async with site.enrolment():
        with pytest.raises(RenewalError, match="certificate verify failed"):
            await asyncio.to_thread(Renewal(identity, stranger.files.ca, site.url, lambda: None).renew)
    with pytest.raises(RenewalError, match="does not answer"):
        await asyncio.to_thread(Renewal(identity, site.broker.files.ca, site.url, lambda: None).renew)


async def test_the_service_keeps_the_broker_s_certificate_and_list_good_while_cars_stay_connected(site: Site) -> None:
    """Of two seconds of life: the list ends twice over in this test, and the certificate is replaced."""
    stopping = asyncio.Event()
    keeper = asyncio.create_task(keep_broker(site.broker, stopping))
    first = site.broker.files.certificate.read_bytes()
    settings = {
        "VEHICLES_REVOCATION_LIST_DAYS": str(2 / 86400),
        "VEHICLES_SERVER_NAMES": "localhost,127.0.0.1,another",
        "VEHICLES_LOOK_SECONDS": "0.1",
    }
    identity = await site.identity(age=DAY)
    site.broker.files.revocation_list.unlink()
    async with site.enrolment(**settings):
        await asyncio.sleep(1)  # the broker is made to read them
        with car_at(site.broker, identity) as lasting:
            lasting.connected()
            await asyncio.sleep(5)
            assert lasting.ends.empty()
            assert site.broker.files.certificate.read_bytes() != first
            with car_at(site.broker, identity) as later:
                later.connected()
    await asyncio.sleep(3)  # nobody renews the list any more: it ends
    stopping.set()
    await keeper
    late = await asyncio.to_thread(CarClient, site.broker.files.ca, site.broker.device_port, identity)
    assert await asyncio.to_thread(late.ends.get, timeout=20)
    assert late.answers.empty()
    late.close()


async def test_a_renewal_that_fails_is_tried_again_after_a_pause_and_holds_nobody_up(site: Site) -> None:
    """The loop of a fleet goes on while a request is under way: it has a thread of its own for as long as it lasts."""
    identity = await site.identity(age=61 * DAY)
    renewed = threading.Event()
    renewal = Renewal(identity, site.broker.files.ca, site.url, renewed.set)
    renewal.tick(0.0)  # nobody answers yet
    assert renewal._thread is not None
    await asyncio.to_thread(renewal._thread.join, 20)
    assert not renewed.is_set()
    renewal.tick(1.0)
    assert not renewed.is_set()
    async with site.enrolment():
        renewal.tick(10.0)
        assert await asyncio.to_thread(renewed.wait, 20)


async def _true(value: bool) -> bool:
    return value
