"""Access tokens of an OpenID Connect issuer: signed JSON Web Tokens of the shape that is pinned here, and nothing else.

What the token itself says is never trusted before its signature: the algorithm is one of ours, the key is one that the
issuer publishes, and headers that would bring a key along (`jku`, `jwk`, `x5u`, `x5c`) or change the rules (`crit`,
`b64`, `zip`) are refused, not ignored.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Final, get_args

from joserfc import jws, jwt
from joserfc.errors import JoseError

from booking_api import error_texts
from booking_api.errors import InvalidTokenError
from booking_api.models import ORGANISED_ROLES, Caller, Role
from booking_api.signing_keys import SigningKeys

ALGORITHMS: Final = ("ES256", "RS256")
CLOCK_SKEW_SECONDS: Final = 30
LONGEST_LIFE_SECONDS: Final = 86_400
_LONGEST_TOKEN: Final = 8192
_LONGEST_NAME: Final = 200
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADERS: Final = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})
_TYPES: Final = ("jwt", "at+jwt", "application/at+jwt")
_ORGANISATION: Final = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class TokenRules:
    """`algorithms`: a part of ALGORITHMS. `role_claim` and `organisation_claim`: what the issuer calls them."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("ES256",)
    role_claim: str = "role"
    organisation_claim: str = "organisation_id"


class TokenVerifier:
    def __init__(self, rules: TokenRules, keys: SigningKeys) -> None:
        self._rules = rules
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": rules.issuer},
            aud={"essential": True, "value": rules.audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )

    async def verify(self, token: str) -> Caller:
        """Raises InvalidTokenError: not our issuer's, expired, or not meant for us; and IssuerUnavailableError."""
        return self.caller(await self.claims(token))

    async def claims(self, token: str) -> dict[str, Any]:
        """What a valid token says. Raises as `verify`."""
        try:
            header = self._header(token)
            key = await self._keys.find(header["kid"], header["alg"])
            if key is None:
                raise ValueError("no such key")
            signed = jws.deserialize_compact(token, key, algorithms=[header["alg"]])
            claims = _object(signed.payload)
            self._claims.validate(claims)
            if claims["exp"] - claims["iat"] > LONGEST_LIFE_SECONDS:
                raise ValueError("a token lives for a day at most")
        except (JoseError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise InvalidTokenError(error_texts.BAD_TOKEN) from error
        return claims

    def _header(self, token: str) -> dict[str, Any]:
        """Of a token that has the shape of one. Raises ValueError."""
        if len(token) > _LONGEST_TOKEN or not _SHAPE.fullmatch(token):
            raise ValueError("no compact signed token")
        header = _object(_decoded(token.split(".", 1)[0]))
        if not header.keys() <= _HEADERS:
            raise ValueError("a header that is not taken")
        if header.get("alg") not in self._rules.algorithms:
            raise ValueError("another algorithm")
        if str(header.get("typ", "JWT")).lower() not in _TYPES:
            raise ValueError("another kind of token")
        if not isinstance(kid := header.get("kid"), str) or not 0 < len(kid) <= _LONGEST_NAME:
            raise ValueError("no key id")
        return header

    def caller(self, claims: dict[str, Any]) -> Caller:
        """Whom the claims of a valid token stand for. Raises InvalidTokenError."""
        subject, role = claims["sub"], claims.get(self._rules.role_claim)
        organisation = claims.get(self._rules.organisation_claim)
        if not isinstance(role, str) or role not in get_args(Role):
            raise InvalidTokenError(error_texts.UNKNOWN_ROLE)
        if not (subject.isprintable() and 0 < len(subject) <= _LONGEST_NAME):
            raise InvalidTokenError(error_texts.BAD_SUBJECT)
        if role not in ORGANISED_ROLES:
            return Caller(subject, role)  # type: ignore[arg-type]  # one of get_args(Role)
        if not isinstance(organisation, str) or not _ORGANISATION.fullmatch(organisation):
            raise InvalidTokenError(error_texts.NO_ORGANISATION)
        return Caller(subject, role, organisation)  # type: ignore[arg-type]


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _object(content: bytes) -> dict[str, Any]:
    """Raises ValueError, also for a name that is there twice: readers differ in which of the two they take."""
    value = json.loads(content.decode(), object_pairs_hook=_without_repeats)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
