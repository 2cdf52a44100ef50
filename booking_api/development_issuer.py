"""Tokens for one's own machine: a key pair in a folder, and the key set that the API reads.

Never for a real deployment: whoever can read the folder can be anybody.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any, Final, get_args

from joserfc import jwt
from joserfc.jwk import ECKey

from booking_api.models import ORGANISED_ROLES, Role

ISSUER: Final = "urn:servicelane:development-issuer"
AUDIENCE: Final = "servicelane"
ALGORITHM: Final = "ES256"
KEY_SET: Final = "jwks.json"
_PRIVATE: Final = "private.pem"


def ensure_development_keys(folder: Path) -> None:
    """Creates what is missing: the private key, which only its owner may read, and the key set."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_new(folder / _PRIVATE, ECKey.generate_key("P-256").as_pem(private=True))
    _write_new(folder / KEY_SET, json.dumps({"keys": [_published(_private_key(folder))]}).encode())


def issue_token(
    folder: Path,
    *,
    subject: str,
    role: str,
    organisation_id: str | None = None,
    lifetime_seconds: int = 3600,
    audience: str = AUDIENCE,
    nonce: str | None = None,
) -> str:
    """A token for this subject; `nonce` where it answers a sign-in.

    Raises ValueError for a role that does not exist or lacks its organisation.
    """
    if role not in get_args(Role):
        raise ValueError(f"{role} is no role; there are {', '.join(get_args(Role))}")
    if role in ORGANISED_ROLES and not organisation_id:
        raise ValueError(f"a {role} belongs to an organisation; name the workshop or the fleet")
    now = int(time.time())
    claims: dict[str, Any] = {"iss": ISSUER, "aud": audience, "sub": subject, "role": role}
    claims |= {"organisation_id": organisation_id} if organisation_id else {}
    claims |= {"nonce": nonce} if nonce else {}
    claims |= {"iat": now, "exp": now + lifetime_seconds}
    key = _private_key(folder)
    return jwt.encode({"alg": ALGORITHM, "kid": key.thumbprint()}, claims, key)


def _published(key: ECKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": ALGORITHM, "use": "sig"}


def _private_key(folder: Path) -> ECKey:
    return ECKey.import_key((folder / _PRIVATE).read_bytes())


def _write_new(path: Path, content: bytes) -> None:
    """Whoever comes second keeps what the first has written. A reader never sees half a file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
