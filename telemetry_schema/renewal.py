"""How a car asks for its next certificate: body and answer of `POST /v1/certificates` at the enrolment service.

The car makes a new key and a signing request for it, and proves with the key of the certificate it has that the request
is its own. The proof stands in the message, so it also works once that certificate has expired.
"""

from __future__ import annotations

from typing import Final

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

PATH: Final = "/v1/certificates"
_MAXIMUM_PEM: Final = 16_384


def statement(request_der: bytes) -> bytes:
    """What is signed with the present key (ECDSA on P-256 with SHA-256, DER): these words and the request in DER."""
    return b"servicelane certificate request v1\n" + request_der


class RenewalRequest(BaseModel):
    """`certificate`: what the car has, PEM; `request`: PKCS #10 for the new key, PEM; `proof`: base64."""

    model_config = ConfigDict(extra="forbid")

    certificate: str = Field(max_length=_MAXIMUM_PEM)
    request: str = Field(max_length=_MAXIMUM_PEM)
    proof: Base64Bytes = Field(max_length=256)


class RenewalAnswer(BaseModel):
    """The new certificate with the issuer's behind it, PEM."""

    certificate: str = Field(max_length=_MAXIMUM_PEM)


class RenewalProblem(BaseModel):
    """Why there is none: `reason` is for programs, `detail` says what to do (application/problem+json)."""

    reason: str
    detail: str
