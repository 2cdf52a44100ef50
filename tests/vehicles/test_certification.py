"""A car's certificates over their life: who gets the next one, who does not, and why."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from database.connection import Connection, Pool, connect
from telemetry_schema.renewal import RenewalRequest, statement
from vehicles import certification
from vehicles import service as vehicles
from vehicles.authority import Authority, ensure_authority
from vehicles.certificates import make_signing_request, new_key
from vehicles.certification import CertificatePolicy, RenewalRefusal, RenewalRefused
from vehicles.models import DeviceCertificate, EnrolmentRequest
from vehicles.service import UnknownVehicleError

VIN, OTHER_VIN = "1M8GDM9AXKP042788", "11111111111111111"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = CertificatePolicy(life=90 * DAY, grace=365 * DAY)
Key = ec.EllipticCurvePrivateKey


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return ensure_authority(tmp_path / "authority", NOW)


@pytest.fixture
async def car(connection: Connection, authority: Authority) -> tuple[Key, DeviceCertificate]:
    """An enrolled car with its first certificate."""
    for vin in (VIN, OTHER_VIN):
        await vehicles.enrol(connection, EnrolmentRequest(vin, "m", "M", "M", 2022, "petrol", date(2022, 1, 1)))
    key = new_key()
    return key, await certification.issue(connection, authority, VIN, key.public_key(), NOW)


def asks(key: Key, certificate: DeviceCertificate, next_key: Key, vin: str = VIN) -> RenewalRequest:
    request = make_signing_request(next_key, vin)
    signed = statement(request.public_bytes(serialization.Encoding.DER))
    return RenewalRequest(
        certificate=certificate.chain_pem,
        request=request.public_bytes(serialization.Encoding.PEM).decode(),
        proof=b64encode(key.sign(signed, ec.ECDSA(hashes.SHA256()))),
    )


async def refusal(connection: Connection, authority: Authority, asked: RenewalRequest, now: datetime) -> RenewalRefusal:
    with pytest.raises(RenewalRefused) as refused:
        await certification.renew(connection, authority, asked, now, POLICY)
    assert refused.value.detail
    return refused.value.reason


async def test_a_car_renews_with_the_key_it_has(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    second_key = new_key()
    second = await certification.renew(connection, authority, asks(key, first, second_key), NOW + 60 * DAY, POLICY)
    assert (second.vin, second.renewed_from, second.not_after) == (VIN, first.serial, NOW + 150 * DAY)
    third = await certification.renew(connection, authority, asks(second_key, second, new_key()), NOW + DAY, POLICY)
    assert [one.serial for one in await certification.certificates_of(connection, VIN)] == [
        first.serial, third.serial, second.serial,
    ]  # fmt: skip


async def test_an_answer_that_was_lost_is_given_again(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    next_key = new_key()
    answers = [
        await certification.renew(connection, authority, asks(key, first, next_key), NOW + n * DAY, POLICY)
        for n in range(3)
    ]
    assert len({one.serial for one in answers}) == 1
    assert len(await certification.certificates_of(connection, VIN)) == 2


async def test_a_car_that_was_away_past_its_end_has_a_way_back_for_a_while(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    asked = asks(key, first, new_key())
    assert await refusal(connection, authority, asked, NOW + 456 * DAY) == RenewalRefusal.EXPIRED_TOO_LONG
    back = await certification.renew(connection, authority, asked, NOW + 454 * DAY, POLICY)
    assert back.not_after == NOW + 544 * DAY


async def test_past_its_end_only_the_last_certificate_is_a_way_back(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    next_key = new_key()
    second = await certification.renew(connection, authority, asks(key, first, next_key), NOW + 80 * DAY, POLICY)
    late = NOW + 200 * DAY
    assert await refusal(connection, authority, asks(key, first, new_key()), late) == RenewalRefusal.SUPERSEDED
    assert (
        await certification.renew(connection, authority, asks(next_key, second, new_key()), late, POLICY)
    ).vin == VIN


async def test_a_revoked_car_gets_nothing_before_nor_after_its_end(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    assert await certification.revoke(connection, VIN, None, NOW + DAY) == [first.serial]
    assert await certification.revoke(connection, VIN, None, NOW + 2 * DAY) == []
    for now in (NOW + 3 * DAY, NOW + 100 * DAY):
        assert await refusal(connection, authority, asks(key, first, new_key()), now) == RenewalRefusal.REVOKED
    (listed,) = await certification.revocations(connection, NOW + 3 * DAY)
    assert (f"{listed.serial:x}", listed.revoked_at) == (first.serial, NOW + DAY)
    assert await certification.revocations(connection, NOW + 100 * DAY) == []  # expired anyway: lists stay short


async def test_one_certificate_of_several_can_be_revoked(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    second_key = new_key()
    second = await certification.renew(connection, authority, asks(key, first, second_key), NOW + DAY, POLICY)
    assert await certification.revoke(connection, VIN, first.serial, NOW + DAY) == [first.serial]
    assert await refusal(connection, authority, asks(key, first, new_key()), NOW + DAY) == RenewalRefusal.REVOKED
    assert await certification.renew(connection, authority, asks(second_key, second, new_key()), NOW + DAY, POLICY)


async def test_what_proves_nothing_gets_nothing(
    connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate], tmp_path: Path
) -> None:
    key, first = car
    thief, other = new_key(), ensure_authority(tmp_path / "other", NOW)
    forged_key = new_key()
    forged = other.issue_for_car(VIN, forged_key.public_key(), NOW, DAY)
    forged_pem = other.chain_pem(forged).decode()
    sound = asks(key, first, new_key())
    swapped = sound.model_copy(update={"request": asks(key, first, new_key()).request})
    outside = authority.issue_for_car(VIN, thief.public_key(), NOW, DAY)
    unknown = authority.chain_pem(outside).decode()  # signed by us, but no row tells of it
    cases = {
        RenewalRefusal.BAD_PROOF: (asks(thief, first, new_key()), swapped),
        RenewalRefusal.UNKNOWN_CERTIFICATE: (
            asks(forged_key, first, new_key()).model_copy(update={"certificate": forged_pem}),
            asks(thief, first, new_key()).model_copy(update={"certificate": unknown}),
        ),
        RenewalRefusal.UNREADABLE: (
            asks(key, first, new_key(), OTHER_VIN),
            sound.model_copy(update={"certificate": "nonsense"}),
            sound.model_copy(update={"request": "nonsense"}),
        ),
    }
    for reason, many in cases.items():
        for asked in many:
            assert await refusal(connection, authority, asked, NOW) == reason
    assert len(await certification.certificates_of(connection)) == 1
    assert (await certification.renew(connection, authority, sound, NOW, POLICY)).vin == VIN


async def test_a_renewal_that_meets_a_revocation_does_not_slip_through(
    pool: Pool, connection: Connection, authority: Authority, car: tuple[Key, DeviceCertificate]
) -> None:
    key, first = car
    await connection.commit()
    async with pool.connection() as revoking:
        await certification.revoke(revoking, VIN, None, NOW)
        renewing = asyncio.create_task(refusal(connection, authority, asks(key, first, new_key()), NOW))
        await asyncio.sleep(0.3)
        assert not renewing.done()
    assert await renewing == RenewalRefusal.REVOKED


async def test_a_car_that_is_not_enrolled_gets_no_certificate(connection: Connection, authority: Authority) -> None:
    with pytest.raises(UnknownVehicleError, match="enrol it first"):
        await certification.issue(connection, authority, VIN, new_key().public_key(), NOW)
    with pytest.raises(UnknownVehicleError):
        await certification.revoke(connection, VIN, None, NOW)


@pytest.mark.usefixtures("car")
async def test_certificates_are_for_those_who_enrol_cars_only(database_url: str, connection: Connection) -> None:
    await connection.commit()
    one = await connect(database_url, "servicelane_vehicles")
    try:
        assert len(await certification.certificates_of(one)) == 1
    finally:
        await one.close()
    for role in ("servicelane_reader", "servicelane_ingest", "servicelane_booking_api"):
        other = await connect(database_url, role)
        try:
            with pytest.raises(Exception, match="permission denied"):
                await other.execute(b"select * from vehicles.certificates")
        finally:
            await other.close()
