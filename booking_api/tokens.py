"""Bearer tokens: JSON Web Tokens signed with ES256, and nothing else, by a key pair in a folder."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any, Final, get_args

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from booking_api.errors import InvalidTokenError
from booking_api.models import Caller, Role

ISSUER: Final = "servicelane"
AUDIENCE: Final = "servicelane-booking-api"
ALGORITHM: Final = "ES256"
_PRIVATE: Final = "private.pem"
_PUBLIC: Final = "public.pem"
_LONGEST_SUBJECT: Final = 200
_CLAIMS: Final = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    exp={"essential": True},
    sub={"essential": True},
)


def ensure_development_keys(folder: Path) -> None:
    """Creates the key pair where it is missing: two PEM files that only their owner may read.

    For development: a real deployment brings the public key of whoever issues its tokens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_new(folder / _PRIVATE, ECKey.generate_key("P-256").as_pem(private=True))
    _write_new(folder / _PUBLIC, _read_key(folder / _PRIVATE).as_pem(private=False))


def issue_token(folder: Path, *, subject: str, role: str, lifetime_seconds: int = 3600) -> str:
    """A token for this subject. Raises ValueError for a role that does not exist."""
    if role not in get_args(Role):
        raise ValueError(f"{role} is no role; there are {', '.join(get_args(Role))}")
    now = int(time.time())
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "role": role}
    claims |= {"iat": now, "exp": now + lifetime_seconds}
    return jwt.encode({"alg": ALGORITHM}, claims, _read_key(folder / _PRIVATE))


class TokenVerifier:
    """Knows the public key alone."""

    def __init__(self, folder: Path) -> None:
        """Raises FileNotFoundError where the folder has no public key."""
        self._key = _read_key(folder / _PUBLIC)

    def verify(self, token: str) -> Caller:
        """Raises InvalidTokenError: not signed by our key, expired, or not meant for this API."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            _CLAIMS.validate(claims)
        except (JoseError, ValueError) as error:
            raise InvalidTokenError("The token is not valid here, or no longer. Get a new one.") from error
        subject: str = claims["sub"]
        role: Any = claims.get("role")
        if role not in get_args(Role):  # here, because joserfc would let a list of roles pass
            raise InvalidTokenError("The token names no role that this API knows.")
        if not (subject.isprintable() and 0 < len(subject) <= _LONGEST_SUBJECT):
            raise InvalidTokenError("The token names no subject that this API takes.")
        return Caller(subject, role)


def _read_key(path: Path) -> ECKey:
    return ECKey.import_key(path.read_bytes())


def _write_new(path: Path, content: bytes) -> None:
    """Whoever comes second keeps what the first has written. A reader never sees half a file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
