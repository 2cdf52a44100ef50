"""The public keys of the issuer: read from a file, or found by OpenID Connect discovery, and kept for a while."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from booking_api import error_texts
from booking_api.errors import IssuerUnavailableError

Document = dict[str, Any]
ReadKeys = Callable[[], Awaitable[Document]]

FRESH_SECONDS: Final = 600.0
"""So long a key that the issuer has withdrawn is still taken."""
STALE_SECONDS: Final = 3600.0
"""So long keys are used on when the issuer does not answer."""
COOL_DOWN_SECONDS: Final = 30.0
"""Between two questions to the issuer: a stranger who invents key ids does not make us ask more often."""
_TIMEOUT_SECONDS: Final = 5.0
_LARGEST_DOCUMENT: Final = 65_536
_SMALLEST_RSA_BITS: Final = 2048
_ON_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")
_log: Final = structlog.get_logger(__name__)


class KeyDocumentError(ValueError):
    """What the issuer has published cannot be used; the message says why."""


class SigningKeys:
    """The key to a key id, for one algorithm each. Keys of another kind in the document are passed over."""

    def __init__(self, read: ReadKeys, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._keys: dict[tuple[str, str], Key] = {}
        self._read_at = float("-inf")
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def find(self, kid: str, algorithm: str) -> Key | None:
        """None: the issuer has no such key for this algorithm. Raises IssuerUnavailableError."""
        known = self._keys.get((kid, algorithm))
        if known is None or self._age_seconds > FRESH_SECONDS:
            await self._refresh(self._read_at)
        if self._age_seconds > STALE_SECONDS:
            raise IssuerUnavailableError(error_texts.NO_KEYS)
        return self._keys.get((kid, algorithm))

    @property
    def _age_seconds(self) -> float:
        return self._clock() - self._read_at

    async def _refresh(self, seen_read_at: float) -> None:
        """Once for all who wait, and never more often than the cool-down allows."""
        async with self._asking:
            if self._read_at != seen_read_at or self._clock() - self._asked_at < COOL_DOWN_SECONDS:
                return
            self._asked_at = self._clock()
            try:
                self._keys = usable_keys(await self._read())
                self._read_at = self._clock()
            except (OSError, ValueError, httpx.HTTPError) as error:
                _log.warning("issuer_keys_not_read", reason=type(error).__name__, detail=str(error)[:200])


def usable_keys(document: Document) -> dict[tuple[str, str], Key]:
    """By key id and algorithm: EC on P-256 for ES256, RSA of 2,048 bits or more for RS256. Raises KeyDocumentError."""
    found: dict[tuple[str, str], Key] = {}
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise KeyDocumentError("the document of keys has no list `keys`")
    for one in listed:
        if (key := _public_key(one)) is None:
            continue
        kid, algorithm = str(one["kid"]), "ES256" if isinstance(key, ECKey) else "RS256"
        if (kid, algorithm) in found:
            raise KeyDocumentError("two keys have the same key id")
        found[kid, algorithm] = key
    if not found:
        raise KeyDocumentError("the document holds no key that can be used: EC P-256 or RSA, with a kid")
    return found


def file_keys(path: Path) -> ReadKeys:
    """A JSON Web Key Set in a file, which may be replaced while we run."""

    async def read() -> Document:
        return _object(await asyncio.to_thread(path.read_bytes))

    return read


def discovered_keys(issuer: str) -> ReadKeys:
    """What `issuer` publishes by OpenID Connect discovery; over HTTPS alone, unless it runs on this machine."""

    async def read() -> Document:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
            configuration = await _get(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration.get("issuer") != issuer:
                raise KeyDocumentError("the issuer's configuration names another issuer")
            return await _get(client, str(configuration.get("jwks_uri")))

    return read


async def _get(client: httpx.AsyncClient, url: str) -> Document:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _ON_THIS_MACHINE):
        raise KeyDocumentError("an issuer on another machine is asked over https only")
    content = bytearray()
    async with client.stream("GET", url) as answer:
        if answer.status_code != 200:
            raise KeyDocumentError(f"the issuer answered {answer.status_code}")
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > _LARGEST_DOCUMENT:
                raise KeyDocumentError("the issuer's document is too large")
    return _object(bytes(content))


def _object(content: bytes) -> Document:
    document = json.loads(content)
    if not isinstance(document, dict):
        raise KeyDocumentError("the document is no JSON object")
    return document


def _public_key(one: Any) -> Key | None:
    """None: another kind of key, another use, or none that can be read."""
    if not isinstance(one, dict) or not isinstance(one.get("kid"), str) or one.get("use", "sig") != "sig":
        return None
    if one.get("kty") not in ("EC", "RSA"):
        return None
    try:
        key = next(iter(KeySet.import_key_set({"keys": [one]})))
        is_p256 = isinstance(key, ECKey) and key.curve_name == "P-256" and one.get("alg", "ES256") == "ES256"
        is_rsa = isinstance(key, RSAKey) and one.get("alg", "RS256") == "RS256" and _bits(key) >= _SMALLEST_RSA_BITS
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if is_p256 or is_rsa else None


def _bits(key: RSAKey) -> int:
    return key.public_key.key_size
