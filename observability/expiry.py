"""When certificates and revocation lists end, as a metric, read anew at each look: a renewed file is seen at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from cryptography import x509

from observability.metrics import FILE_EXPIRES

UNREADABLE: Final = 0.0
"""1970: a file that is missing or cannot be read alarms as one that has ended."""


def watch_expiry(files: Iterable[Path]) -> None:
    """PEM files of certificates or CRLs; the label is the file's name."""
    for path in files:
        FILE_EXPIRES.labels(path.name).set_function(partial(expires_at, path))


def expires_at(path: Path) -> float:
    """Unix seconds of `not after` or `next update`, the earliest where the file holds several certificates."""
    try:
        content = path.read_bytes()
        if b"BEGIN X509 CRL" in content:
            ends = x509.load_pem_x509_crl(content).next_update_utc
            return ends.timestamp() if ends else UNREADABLE
        return min(one.not_valid_after_utc.timestamp() for one in x509.load_pem_x509_certificates(content))
    except (OSError, ValueError):
        return UNREADABLE
