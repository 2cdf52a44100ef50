"""Sign-in by OpenID Connect: the authorisation code flow with PKCE (RFC 7636), `state` and `nonce`.

What comes back is trusted as little as a token of the API: the same verifier, with this client as the audience.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from booking_api.error_texts import BAD_TOKEN, NO_KEYS
from booking_api.errors import InvalidTokenError, IssuerUnavailableError
from booking_api.models import Caller
from booking_api.tokens import TokenVerifier
from web.settings import WebSettings

_TIMEOUT_SECONDS: Final = 10.0
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the browser keeps, sealed, while somebody is at the issuer. `next_path`: where they wanted to go."""

    state: str
    nonce: str
    verifier: str
    next_path: str

    @classmethod
    def new(cls, next_path: str) -> Attempt:
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next_path)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Issuer:
    """The OpenID Connect provider, as its discovery document describes it; asked for with the first sign-in."""

    def __init__(self, settings: WebSettings, verifier: TokenVerifier) -> None:
        self._settings = settings
        self._verifier = verifier
        self._metadata: Mapping[str, str] | None = None

    async def address_for(self, attempt: Attempt, hint: str | None = None) -> str:
        """Where the browser goes to sign in. `hint`: who probably wants to. Raises IssuerUnavailableError."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.callback,
            "scope": "openid",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge_of(attempt.verifier),
            "code_challenge_method": "S256",
        }
        asked |= {"login_hint": hint} if hint else {}
        return f"{(await self._discovered())['authorization_endpoint']}?{urlencode(asked)}"

    async def caller(self, attempt: Attempt, state: str, code: str) -> Caller:
        """Who has signed in. Raises InvalidTokenError and IssuerUnavailableError."""
        if not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise InvalidTokenError(BAD_TOKEN)
        claims = await self._verifier.claims(await self._exchange(attempt, code))
        if not hmac.compare_digest(attempt.nonce.encode(), str(claims.get("nonce")).encode()):
            raise InvalidTokenError(BAD_TOKEN)
        return self._verifier.caller(claims)

    async def _exchange(self, attempt: Attempt, code: str) -> str:
        """The ID token for the code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.callback,
            "client_id": self._settings.client_id,
            "code_verifier": attempt.verifier,
        }
        if secret := self._settings.client_secret:
            form["client_secret"] = secret.get_secret_value()
        answer = await _ask("POST", (await self._discovered())["token_endpoint"], data=form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise InvalidTokenError(BAD_TOKEN)
        return token

    async def _discovered(self) -> Mapping[str, str]:
        if self._metadata is None:
            settings = self._settings
            found = await _ask("GET", settings.metadata_url or f"{settings.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != settings.issuer or not all(isinstance(found.get(one), str) for one in _ENDPOINTS):
                raise IssuerUnavailableError(NO_KEYS)
            self._metadata = found
        return self._metadata


async def _ask(method: str, url: str, **request: Any) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
            answer = await client.request(method, url, **request)
            content = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise IssuerUnavailableError(NO_KEYS) from error
    if answer.status_code in (400, 401, 403):
        raise InvalidTokenError(BAD_TOKEN)
    if answer.status_code != 200 or not isinstance(content, dict):
        raise IssuerUnavailableError(NO_KEYS)
    return content
