"""How a car helps somebody to become its owner: it signs the number of their claim with the key of its certificate.

The person gives the number to the car, by the app or at the dashboard; so whoever claims a car has sat in it. A VIN or
a plate can be read through the windscreen and proves nothing.
"""

from __future__ import annotations

from uuid import UUID


def claim_statement(claim_id: UUID) -> bytes:
    """What is signed (ECDSA on P-256 with SHA-256, DER): these words and the claim's 16 bytes."""
    return b"servicelane ownership claim v1\n" + claim_id.bytes
