"""What the authority signs, and what it never signs: checked with a verifier that is not ours."""

from __future__ import annotations

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from vehicles.authority import Authority, AuthorityError, ensure_authority, open_authority
from vehicles.certificates import (
    CertificateRefused,
    Revocation,
    certificate_pem,
    common_name,
    is_issued_by,
    make_signing_request,
    new_key,
    read_signing_request,
)
from vehicles.server_files import ServerFiles

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
VIN = "1M8GDM9AXKP042788"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return ensure_authority(tmp_path / "authority", NOW)


def openssl(folder: Path, certificate: x509.Certificate, authority: Authority, *words: str) -> bool:
    """Whether `openssl verify` accepts it at that instant."""
    (folder / "leaf.pem").write_bytes(certificate_pem(certificate))
    (folder / "trust.pem").write_bytes(authority.trust_pem)
    command = ["openssl", "verify", "-x509_strict", "-CAfile", str(folder / "trust.pem"), *words]
    return subprocess.run([*command, str(folder / "leaf.pem")], capture_output=True, check=False).returncode == 0


def at(instant: datetime) -> tuple[str, str]:
    return "-attime", str(int(instant.timestamp()))


def test_a_car_s_certificate_says_which_car_and_proves_a_client_and_nothing_else(
    authority: Authority, tmp_path: Path
) -> None:
    one = authority.issue_for_car(VIN, new_key().public_key(), NOW, 90 * DAY)
    assert common_name(one.subject) == VIN
    usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert list(usage.value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert openssl(tmp_path, one, authority, *at(NOW), "-purpose", "sslclient")
    assert not openssl(tmp_path, one, authority, *at(NOW), "-purpose", "sslserver")
    assert not openssl(tmp_path, one, authority, *at(NOW - DAY), "-purpose", "sslclient")
    assert not openssl(tmp_path, one, authority, *at(NOW + 91 * DAY), "-purpose", "sslclient")


def test_a_server_s_certificate_proves_its_names_and_no_client(authority: Authority, tmp_path: Path) -> None:
    one = authority.issue_for_server(["cars.example", "192.0.2.1"], new_key().public_key(), NOW, 90 * DAY)
    sound = (*at(NOW), "-purpose", "sslserver")
    assert openssl(tmp_path, one, authority, *sound, "-verify_hostname", "cars.example")
    assert openssl(tmp_path, one, authority, *sound, "-verify_ip", "192.0.2.1")
    assert not openssl(tmp_path, one, authority, *sound, "-verify_hostname", "other.example")
    assert not openssl(tmp_path, one, authority, *at(NOW), "-purpose", "sslclient")


def test_serials_are_random_and_keys_are_never_shared(authority: Authority) -> None:
    many = [authority.issue_for_car(VIN, new_key().public_key(), NOW, DAY) for _ in range(50)]
    assert len({one.serial_number for one in many}) == 50
    assert min(one.serial_number for one in many).bit_length() > 100


@pytest.mark.parametrize(
    "name", ["", "#", "+", VIN[:-1], VIN + "1", VIN.lower(), VIN[:-1] + "O", VIN + "\n", VIN[:-2] + "/#", "ingest"]
)
def test_no_other_name_than_a_vin_is_ever_signed(authority: Authority, name: str) -> None:
    with pytest.raises(CertificateRefused, match="17 capital letters"):
        authority.issue_for_car(name, new_key().public_key(), NOW, DAY)


def test_of_a_request_only_the_key_is_taken_over(authority: Authority) -> None:
    key = new_key()
    request = make_signing_request(key, VIN)
    assert read_signing_request(request.public_bytes(serialization.Encoding.PEM), VIN) == key.public_key()


def test_a_request_is_refused_with_the_reason(authority: Authority) -> None:
    pem = serialization.Encoding.PEM
    key = new_key()
    named = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    weak = x509.CertificateSigningRequestBuilder().subject_name(make_signing_request(key, VIN).subject)
    broken = bytearray(make_signing_request(key, VIN).public_bytes(serialization.Encoding.DER))
    broken[-1] ^= 1
    for request, reason in (
        (b"nonsense", "no certificate signing request"),
        (make_signing_request(key, "11111111111111111").public_bytes(pem), "not the VIN"),
        (named.sign(key, hashes.SHA256()).public_bytes(pem), "not the VIN"),
        (weak.sign(rsa.generate_private_key(65537, 2048), hashes.SHA256()).public_bytes(pem), "P-256"),
        (weak.sign(ec.generate_private_key(ec.SECP384R1()), hashes.SHA256()).public_bytes(pem), "P-256"),
        (x509.load_der_x509_csr(bytes(broken)).public_bytes(pem), "not signed by its own key"),
    ):
        with pytest.raises(CertificateRefused, match=reason):
            read_signing_request(request, VIN)


def test_keys_are_for_their_owner_only_and_an_authority_stays_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    first = ensure_authority(folder, NOW)
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("root.key", "issuer.key")} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert ensure_authority(folder, NOW + DAY).trust_pem == first.trust_pem
    (folder / "root.key").unlink()  # kept in a safe
    again = open_authority(folder)
    assert is_issued_by(again.issue_for_car(VIN, new_key().public_key(), NOW, DAY), first.issuer.certificate)


def test_an_authority_that_is_damaged_or_ends_says_what_to_do(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match="make a new one"):
        authority.issue_for_car(VIN, new_key().public_key(), NOW + timedelta(days=9.5 * 365), DAY)
    (tmp_path / "authority" / "issuer.key").write_bytes(b"")
    with pytest.raises(AuthorityError, match="back-up"):
        ensure_authority(tmp_path / "authority", NOW)


# --- What the broker reads --------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> ServerFiles:
    return ServerFiles(tmp_path / "broker", ("localhost",), 90 * DAY, 7 * DAY)


def test_the_server_s_certificate_is_renewed_when_a_third_is_left_or_its_names_change(
    authority: Authority, files: ServerFiles
) -> None:
    assert files.renew_certificate(authority, NOW)
    assert not files.renew_certificate(authority, NOW + 59 * DAY)
    assert files.renew_certificate(authority, NOW + 61 * DAY)
    renamed = ServerFiles(files.folder, ("localhost", "cars.example"), files.certificate_life, 7 * DAY)
    assert renamed.renew_certificate(authority, NOW + 61 * DAY)
    assert not renamed.renew_certificate(authority, NOW + 61 * DAY)
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600


def test_the_server_gets_a_certificate_of_a_new_authority(
    authority: Authority, files: ServerFiles, tmp_path: Path
) -> None:
    files.renew_certificate(authority, NOW)
    other = ensure_authority(tmp_path / "other", NOW)
    assert files.renew_certificate(other, NOW)
    assert files.ca.read_bytes() == other.trust_pem


def test_the_list_is_written_again_long_before_it_ends(authority: Authority, files: ServerFiles) -> None:
    assert files.is_revocation_list_due(NOW)
    files.write_revocation_list(authority, [], NOW)
    assert not files.is_revocation_list_due(NOW + 0.9 * DAY)
    assert files.is_revocation_list_due(NOW + 1.1 * DAY)
    left = files.revocation_list_left(NOW + 1.1 * DAY)
    assert left is not None
    assert left > 5 * DAY


def test_each_list_is_later_than_the_one_before_even_when_the_clock_stands_still(
    authority: Authority, files: ServerFiles
) -> None:
    seen = []
    for serial in range(1, 4):
        files.write_revocation_list(authority, [Revocation(serial, NOW)], NOW - serial * DAY)
        written = x509.load_pem_x509_crl(files.revocation_list.read_bytes())
        assert [entry.serial_number for entry in written] == [serial]
        seen.append(written.last_update_utc)
    assert seen == sorted(set(seen))
