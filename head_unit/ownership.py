"""The car's part in becoming somebody's: it signs the number of their claim with the key that it has anyway."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from telemetry_schema.ownership_claim import claim_statement


def claim_proof(identity: Path, claim_id: UUID) -> str:
    """The body of `PUT /v1/ownership-claims/{claim_id}/proof`, for the app that the car has shown the number to.

    `identity`: the car's key and certificate, PEM. Raises OSError and ValueError where it cannot be read.
    """
    pem = identity.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the key is not on an elliptic curve")
    certificate = x509.load_pem_x509_certificates(pem)[0]
    signature = key.sign(claim_statement(claim_id), ec.ECDSA(hashes.SHA256()))
    words = {
        "certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        "signature": b64encode(signature).decode(),
    }
    return json.dumps(words)
