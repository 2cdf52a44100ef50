"""A broker that asks for an account, over TLS: the right one comes in, others are told what to look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from servicelane.kafka_server import LocalKafka
from streaming.contract import StreamSetUpError, StreamUnavailableError
from streaming.kafka_connection import client_options
from streaming.kafka_offsets import KafkaOffsets
from streaming.kafka_topics import TOPICS, ensure_topics
from streaming.settings import KafkaSettings

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka")])


def _certificate(folder: Path) -> tuple[Path, str]:
    """A self-signed one for loopback: its file, and with its key as Kafka wants it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{made.serial_number}.pem"
    path.write_bytes(certificate)
    return path, (private + certificate).decode()


class GuardedKafka(LocalKafka):
    """The shipped configuration, and in front of it TLS and an account."""

    def __init__(self, folder: Path, keystore: str) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._keystore = folder / "keystore.pem"
        self._keystore.write_text(keystore)

    def _write_configuration(self) -> None:
        super()._write_configuration()
        shipped = self._configuration.read_text().replace("listeners=PLAINTEXT://", "listeners=SASL_SSL://")
        account = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        guard = f"""
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
ssl.keystore.type=PEM
ssl.keystore.location={self._keystore}
ssl.truststore.type=PEM
ssl.truststore.location={self._keystore}
listener.name.sasl_ssl.plain.sasl.jaas.config={account} username="broker" password="inner" \\
  user_broker="inner" user_servicelane="right";
"""
        self._configuration.write_text(shipped + guard)


@pytest.fixture
def guarded(kafka_programs: None, tmp_path: Path) -> Iterator[tuple[LocalKafka, Path]]:
    authority, keystore = _certificate(tmp_path)
    kafka = GuardedKafka(tmp_path / "kafka", keystore)
    kafka.start()
    yield kafka, authority
    kafka.kill()


@pytest.mark.long
async def test_the_right_account_comes_in_and_others_are_told_why_not(
    guarded: tuple[LocalKafka, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kafka, authority = guarded
    right = KafkaSettings(
        bootstrap=kafka.bootstrap,
        replication=1,
        security_protocol="SASL_SSL",
        sasl_mechanism="PLAIN",
        user="servicelane",
        password=SecretStr("right"),
        ca_file=authority,
    )
    async with KafkaOffsets(right) as offsets:
        assert len(await ensure_topics(offsets, right)) == len(TOPICS)
    wrong = right.model_copy(update={"password": SecretStr("wrong")})
    async with KafkaOffsets(wrong) as offsets:
        with pytest.raises(StreamUnavailableError, match="STREAMING_KAFKA_USER"):
            await offsets.check()
    assert "Invalid username or password" in caplog.text
    other_authority, _ = _certificate(tmp_path)
    async with KafkaOffsets(right.model_copy(update={"ca_file": other_authority})) as offsets:
        with pytest.raises(StreamUnavailableError, match="certificates"):
            await offsets.check()
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    settings = KafkaSettings(bootstrap="k:1", security_protocol="SSL", ca_file=tmp_path / "missing.pem")
    with pytest.raises(StreamSetUpError, match="STREAMING_KAFKA_CA_FILE"):
        client_options(settings)


def test_settings_come_from_the_environment_and_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"BOOTSTRAP": "a:1,b:2", "USER": "u", "PASSWORD": "secret", "REPLICATION": "1"}.items():
        monkeypatch.setenv(f"STREAMING_KAFKA_{name}", value)
    monkeypatch.setenv("STREAMING_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    settings = KafkaSettings()
    options = client_options(settings)
    assert (options["bootstrap_servers"], options["sasl_plain_password"]) == ("a:1,b:2", "secret")
    assert options["ssl_context"] is None
    assert "secret" not in repr(settings)
