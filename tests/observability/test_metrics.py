"""Every metric is documented, written by some part, and holds few series."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import REGISTRY

from observability import metrics
from observability.disk import watch_disk
from observability.document import exposed_name, metrics_markdown
from observability.expiry import UNREADABLE, expires_at, watch_expiry

ROOT = Path(__file__).parents[2]
WRITES = {"inc", "set", "observe", "time", "set_function"}


def test_the_page_of_metrics_is_up_to_date() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text() == metrics_markdown(), "run `servicelane docs`"


def test_every_metric_has_a_row_and_every_label_an_explanation() -> None:
    page = metrics_markdown()
    for metric in metrics.ALL:
        assert f"| `{exposed_name(metric)}` |" in page
    assert {name for metric in metrics.ALL for name in metric._labelnames} == set(metrics.LABELS)


def _written_in(path: Path) -> Iterator[str]:
    """Names X in X.inc(…), X.labels(…).inc(…), metrics.X.set(…) and so on."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            yield from (one.id for one in ast.walk(node.func.value) if isinstance(one, ast.Name))
            yield from (one.attr for one in ast.walk(node.func.value) if isinstance(one, ast.Attribute))


def test_every_metric_is_written_by_a_part() -> None:
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    sources = [path for package in packages for path in package.rglob("*.py") if path.name != "metrics.py"]
    written = {name for path in sources for name in _written_in(path)}
    tables = {"FIGURES": {"BROKER_DROPPED", "BROKER_CLIENTS", "BROKER_QUEUED"}}  # written through a table of topics
    written |= {name for table, names in tables.items() if table in written for name in names}
    defined = {name for name, value in vars(metrics).items() if name.isupper() and value in metrics.ALL}
    assert len(defined) == len(metrics.ALL)
    assert defined - written == set()


def certificate(ends_at: datetime, name: str = "servicelane") -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(ends_at - timedelta(days=9)).not_valid_after(ends_at).sign(key, hashes.SHA256())
    return made, key


def test_the_end_of_a_certificate_and_of_a_revocation_list_is_shown(tmp_path: Path) -> None:
    soon = datetime(2026, 5, 4, tzinfo=UTC)
    early, key = certificate(soon)
    late, _ = certificate(soon + timedelta(days=1))
    pem = serialization.Encoding.PEM
    (tmp_path / "chain.pem").write_bytes(late.public_bytes(pem) + early.public_bytes(pem))
    crl = x509.CertificateRevocationListBuilder(early.subject, soon - timedelta(days=1), soon).sign(
        key, hashes.SHA256()
    )
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(pem))
    assert expires_at(tmp_path / "chain.pem") == soon.timestamp()
    assert expires_at(tmp_path / "crl.pem") == soon.timestamp()
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    assert expires_at(tmp_path / "broken.pem") == expires_at(tmp_path / "none.pem") == UNREADABLE
    watch_expiry([tmp_path / "chain.pem"])
    assert _shown("servicelane_file_expires_timestamp_seconds", file="chain.pem") == soon.timestamp()
    (tmp_path / "chain.pem").write_bytes(late.public_bytes(pem))
    assert _shown("servicelane_file_expires_timestamp_seconds", file="chain.pem") > soon.timestamp()


def test_the_disk_of_a_folder_is_shown(tmp_path: Path) -> None:
    watch_disk(tmp_path)
    assert 0 < _shown("servicelane_disk_free_bytes") < _shown("servicelane_disk_bytes")
    watch_disk(tmp_path / "missing")
    assert _shown("servicelane_disk_bytes") != _shown("servicelane_disk_bytes")  # NaN


def _shown(name: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(name, labels)
    if value is None:
        pytest.fail(f"{name} is not shown")
    return value
