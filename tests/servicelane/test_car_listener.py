"""Who gets in where cars connect, and what a car that got in can do to others.

Nothing is judged by acknowledgements: 2.0.11 grants subscriptions that it never serves. Every refusal stands beside a
car that is let in by the same broker, so that refusing everybody passes nothing, and where a line of the configuration
is what refuses, beside the same broker without that line.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from telemetry_schema.topics import Down, Up, down_topic, up_topic
from tests.certified_cars import (
    SECONDS,
    CarClient,
    CertifiedBroker,
    car_at,
    identity_of,
    tls_context,
    wait_for_either,
)
from tests.servicelane.test_broker import Peer, bridge
from vehicles.authority import ensure_authority, write_private
from vehicles.certificates import issue_for_car, key_pem, new_key

ONE, TWO = "1M8GDM9AXKP042788", "11111111111111111"
DAY = timedelta(days=1)
Make = Callable[..., CertifiedBroker]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Running brokers of the test's own."""
    with ExitStack() as stack:

        def start(**lines: object) -> CertifiedBroker:
            broker = CertifiedBroker(tmp_path / f"broker-{len(list(tmp_path.iterdir()))}", **lines)  # type: ignore[arg-type]
            broker.start()
            stack.callback(broker.stop)
            return broker

        yield start


def heard_from(broker: CertifiedBroker, identity: Path | None) -> bool:
    """Whether anything of this client reaches the bridge. A car that is let in speaks after it, as a fence."""
    with bridge(broker) as service:
        with car_at(broker, identity) as stranger:
            stranger.publish(up_topic(ONE, Up.BATCHES), b"stranger")
            if stranger.ends.empty() and stranger.answers.empty():
                wait_for_either(stranger)
            if not stranger.answers.empty():
                assert service.heard.get(timeout=SECONDS) == (up_topic(ONE, Up.BATCHES), b"stranger")
                return True
        with car_at(broker, broker.identity(TWO)) as honest:
            honest.connected().publish(up_topic(TWO, Up.BATCHES), b"fence")
            assert service.heard.get(timeout=SECONDS) == (up_topic(TWO, Up.BATCHES), b"fence")
    return False


def test_a_car_of_ours_is_heard(make: Make) -> None:
    broker = make()
    assert heard_from(broker, broker.identity(ONE))


@pytest.mark.parametrize("age", [-3 * DAY, 3 * DAY], ids=["expired", "not yet valid"])
def test_a_certificate_out_of_its_time_is_refused(make: Make, age: timedelta) -> None:
    broker = make()
    assert not heard_from(broker, broker.identity(ONE, DAY, datetime.now(UTC) + age))
    assert heard_from(broker, broker.identity(ONE, DAY))


def test_a_revoked_car_is_refused_once_the_broker_has_read_the_list(make: Make) -> None:
    broker = make()
    identity = broker.identity(ONE)
    assert heard_from(broker, identity)
    broker.revoke(identity)
    assert not heard_from(broker, identity)
    assert heard_from(broker, broker.identity(ONE))


def test_without_the_list_a_revoked_car_would_be_heard(make: Make) -> None:
    broker = make(without=["crlfile"])
    identity = broker.identity(ONE)
    broker.revoke(identity)
    assert heard_from(broker, identity)


def test_two_cars_that_are_revoked_within_a_second_are_both_refused(make: Make) -> None:
    """The broker keeps every list it has read and takes the latest; two of the same second would be equals."""
    broker = make()
    identities = [broker.identity(ONE) for _ in range(3)]
    for identity in identities[:2]:
        broker.revoke(identity)
    assert [heard_from(broker, identity) for identity in identities] == [False, False, True]


def test_the_same_name_from_another_authority_is_refused(make: Make, tmp_path: Path) -> None:
    broker, other = make(), ensure_authority(tmp_path / "forger", datetime.now(UTC))
    forged = identity_of(other, ONE, tmp_path)
    assert not heard_from(broker, forged)
    broker.stop()
    broker.files.ca.write_bytes(broker.authority.trust_pem + other.trust_pem)
    broker.files.revocation_list.write_bytes(
        broker.files.revocation_list.read_bytes() + list_of(other, tmp_path / "forged")
    )
    broker.start()
    assert heard_from(broker, forged)


def list_of(authority: object, folder: Path) -> bytes:
    from vehicles.authority import Authority
    from vehicles.server_files import ServerFiles

    assert isinstance(authority, Authority)
    files = ServerFiles(folder, ("localhost",), DAY, DAY)
    files.write_revocation_list(authority, [], datetime.now(UTC))
    return files.revocation_list.read_bytes()


def test_a_server_s_certificate_with_a_car_s_name_is_refused(make: Make) -> None:
    broker = make()
    key = new_key()
    certificate = broker.authority.issue_for_server([ONE], key.public_key(), datetime.now(UTC), DAY)
    identity = broker.folder / "server-as-car.pem"
    write_private(identity, key_pem(key) + broker.authority.chain_pem(certificate))
    assert not heard_from(broker, identity)


def test_without_a_certificate_the_broker_says_no_word(make: Make) -> None:
    broker = make()
    assert not heard_from(broker, None)
    open_to_all = make(without=["require_certificate"])
    with car_at(open_to_all, None) as nobody:  # the next line of defence, use_identity_as_username
        assert nobody.answers.get(timeout=SECONDS) != "Success"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_an_old_tls_is_refused(make: Make) -> None:
    broker = make()
    assert handshake(broker, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises(OSError, match="protocol version"):
        handshake(broker, ssl.TLSVersion.TLSv1_1)


def handshake(broker: CertifiedBroker, version: ssl.TLSVersion) -> str | None:
    context = tls_context(broker.files.ca, broker.identity(ONE))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", broker.device_port), SECONDS) as plain:
        return context.wrap_socket(plain, server_hostname="localhost").version()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_a_session_that_is_taken_up_again_does_not_get_round_the_list(make: Make, version: ssl.TLSVersion) -> None:
    broker = make()
    identity = broker.identity(ONE)
    context = tls_context(broker.files.ca, identity)
    context.maximum_version = version
    session, reused, answered = mqtt_handshake(broker, context, None)
    assert answered
    _, reused, answered = mqtt_handshake(broker, context, session)
    assert (reused, answered) == (True, True)  # it would be of use
    broker.revoke(identity)
    _, _, answered = mqtt_handshake(broker, context, session)
    assert not answered


def mqtt_handshake(
    broker: CertifiedBroker, context: ssl.SSLContext, session: ssl.SSLSession | None
) -> tuple[ssl.SSLSession | None, bool | None, bool]:
    """The TLS session, whether it was taken up again, and whether the broker answered CONNECT with CONNACK."""
    connect = b"\x00\x04MQTT\x04\x02\x00\x3c\x00\x11" + ONE.encode()
    with socket.create_connection(("127.0.0.1", broker.device_port), SECONDS) as plain:
        try:
            secured = context.wrap_socket(plain, server_hostname="localhost", session=session)
            secured.sendall(bytes([0x10, len(connect)]) + connect)
            answer = secured.recv(4)
            return secured.session, secured.session_reused, answer[:1] == b"\x20"
        except OSError:
            return None, None, False


@pytest.mark.parametrize("name", ["#", "+", "../" + ONE, ONE + "/up"])
def test_a_name_that_is_no_vin_reaches_nothing_even_with_our_signature(make: Make, name: str) -> None:
    """The authority never signs such a name (tests/vehicles); this is what would become of one."""
    broker = make()
    key = new_key()
    issuer = broker.authority.issuer
    certificate = issue_for_car(issuer, ONE, key.public_key(), datetime.now(UTC), DAY)
    renamed = rename(certificate, name, issuer.key)
    identity = broker.folder / "renamed.pem"
    write_private(identity, key_pem(key) + broker.authority.chain_pem(renamed))
    with bridge(broker) as service, car_at(broker, identity) as odd, car_at(broker, broker.identity(TWO)) as honest:
        odd.publish(up_topic(ONE, Up.BATCHES), b"odd")
        odd.client.subscribe(down_topic(ONE, Down.ACK), 1)
        odd.client.subscribe("#", 1)
        honest.connected().subscribe(down_topic(TWO, Down.ACK))
        honest.publish(up_topic(TWO, Up.BATCHES), b"fence")
        assert service.heard.get(timeout=SECONDS) == (up_topic(TWO, Up.BATCHES), b"fence")
        service.client.publish(down_topic(ONE, Down.ACK), b"for one", 1)
        service.client.publish(down_topic(TWO, Down.ACK), b"for two", 1)
        assert honest.heard.get(timeout=SECONDS) == (down_topic(TWO, Down.ACK), b"for two")
        assert odd.heard.empty()


def rename(certificate: x509.Certificate, name: str, key: object) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(certificate.issuer)
        .public_key(certificate.public_key())
        .serial_number(certificate.serial_number)
        .not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(certificate.not_valid_after_utc)
    )
    for extension in certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(key, hashes.SHA256())  # type: ignore[arg-type]


# --- What a valid car can do to another ------------------------------------------------------------------------------

ATTACKS = (up_topic(ONE, Up.BATCHES), up_topic(ONE, Up.EVENTS), down_topic(ONE, Down.COMMANDS), "anything/else")


@contextmanager
def thief_at(broker: CertifiedBroker, **more: object) -> Iterator[tuple[Peer, CarClient, CarClient]]:
    """The bridge, the car that is to be harmed, and another car with a certificate of its own."""
    with (
        bridge(broker) as service,
        car_at(broker, broker.identity(ONE)) as victim,
        car_at(broker, broker.identity(TWO), **more) as thief,
    ):
        victim.connected().subscribe(down_topic(ONE, Down.ACK), down_topic(ONE, Down.COMMANDS))
        thief.connected()
        yield service, victim, thief


@pytest.mark.parametrize("topic", ATTACKS)
def test_a_car_cannot_publish_as_another(make: Make, topic: str) -> None:
    with thief_at(make(), user=ONE) as (service, victim, thief):
        service.subscribe("#")
        thief.publish(topic, b"forged")
        thief.publish(up_topic(TWO, Up.BATCHES), b"honest")
        assert service.heard.get(timeout=SECONDS) == (up_topic(TWO, Up.BATCHES), b"honest")
        assert victim.heard.empty()


def test_without_the_rules_a_car_would_publish_as_another(make: Make) -> None:
    with thief_at(make(without=["acl_file"])) as (service, victim, thief):
        thief.publish(up_topic(ONE, Up.BATCHES), b"forged")
        thief.publish(down_topic(ONE, Down.COMMANDS), b"forged")
        assert service.heard.get(timeout=SECONDS) == (up_topic(ONE, Up.BATCHES), b"forged")
        assert victim.heard.get(timeout=SECONDS) == (down_topic(ONE, Down.COMMANDS), b"forged")


WISHES = ("#", "$SYS/#", down_topic(ONE, Down.ACK), "servicelane/v1/+/down/#", up_topic(ONE, Up.BATCHES))


def eavesdrop(broker: CertifiedBroker) -> set[str]:
    """The topics of what a car hears that has subscribed to everything it can think of."""
    with thief_at(broker) as (service, victim, thief):
        thief.subscribe(*WISHES, down_topic(TWO, Down.ACK))
        victim.publish(up_topic(ONE, Up.BATCHES), b"private")
        assert service.heard.get(timeout=SECONDS) == (up_topic(ONE, Up.BATCHES), b"private")
        service.client.publish(down_topic(ONE, Down.ACK), b"for one", 1)
        assert victim.heard.get(timeout=SECONDS) == (down_topic(ONE, Down.ACK), b"for one")
        service.client.publish(down_topic(TWO, Down.ACK), b"for two", 1)
        heard = [thief.heard.get(timeout=SECONDS)]
        while heard[-1][1] != b"for two":
            heard.append(thief.heard.get(timeout=SECONDS))
        return {topic for topic, _ in heard}


def test_a_car_cannot_hear_another_nor_the_broker(make: Make) -> None:
    assert eavesdrop(make()) == {down_topic(TWO, Down.ACK)}


def test_without_the_rules_a_car_would_hear_everybody(make: Make) -> None:
    heard = eavesdrop(make(without=["acl_file"]))
    assert {up_topic(ONE, Up.BATCHES), down_topic(ONE, Down.ACK)} <= heard
    assert any(topic.startswith("$SYS/") for topic in heard)  # kept by the broker, so it comes at once


def leave_a_will(broker: CertifiedBroker) -> bool:
    """Whether the will of a car that vanishes reaches the bridge under another car's name."""
    topic = up_topic(ONE, Up.BATCHES)
    with bridge(broker) as service:
        dying = CarClient(broker.files.ca, broker.device_port, broker.identity(TWO), will=topic)
        wait_for_either(dying)
        if not dying.answers.empty() and dying.answers.get() == "Success":
            dying.vanish()
        with car_at(broker, broker.identity(TWO)) as honest:  # whose connection ends the first, if it still stands
            honest.connected().publish(up_topic(TWO, Up.BATCHES), b"fence")
            heard = [service.heard.get(timeout=SECONDS)]
            while heard[-1][1] != b"fence":
                heard.append(service.heard.get(timeout=SECONDS))
    return (topic, b"will") in heard


def test_a_car_s_last_will_cannot_speak_for_another(make: Make) -> None:
    assert not leave_a_will(make())
    assert leave_a_will(make(without=["acl_file"]))


def take_over(broker: CertifiedBroker) -> list[bytes]:
    """What a car hears that was away while a command came and another car connected with its client id."""
    identity, topic = broker.identity(ONE), down_topic(ONE, Down.COMMANDS)
    with car_at(broker, identity, client_id=ONE, session_seconds=600) as victim:
        victim.connected().subscribe(topic)
    with bridge(broker) as service:
        service.client.publish(topic, b"command", 1).wait_for_publish(SECONDS)
        with car_at(broker, broker.identity(TWO), client_id=ONE) as thief:
            thief.connected()
        with car_at(broker, identity, client_id=ONE, session_seconds=600) as victim:
            victim.connected().subscribe(topic)
            service.client.publish(topic, b"fence", 1)
            heard = [victim.heard.get(timeout=SECONDS)[1]]
            while heard[-1] != b"fence":
                heard.append(victim.heard.get(timeout=SECONDS)[1])
    return heard


def test_a_car_cannot_take_another_s_session_and_what_waits_in_it(make: Make) -> None:
    assert take_over(make()) == [b"command", b"fence"]
    assert take_over(make(without=["use_username_as_clientid"])) == [b"fence"]


def test_a_car_cannot_end_another_s_connection(make: Make) -> None:
    for lines, stands in (((), True), (("use_username_as_clientid",), False)):
        broker = make(without=lines)
        with car_at(broker, broker.identity(ONE), client_id=ONE) as victim:
            victim.connected()
            with car_at(broker, broker.identity(TWO), client_id=ONE) as thief:
                thief.connected()
                victim.client.subscribe(down_topic(ONE, Down.ACK), 1)
                if stands:
                    victim.subscribed.get(timeout=SECONDS)
                    assert victim.ends.empty()
                else:
                    assert victim.ends.get(timeout=SECONDS)
