"""Which tokens are taken: every good one, and none of the forged. And where the keys come from."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI
from joserfc.jwk import ECKey, OctKey, RSAKey

from booking_api import signing_keys
from booking_api.development_issuer import AUDIENCE, ISSUER, KEY_SET, ensure_development_keys, issue_token
from booking_api.errors import InvalidTokenError, IssuerUnavailableError
from booking_api.models import Caller
from booking_api.signing_keys import KeyDocumentError, SigningKeys, discovered_keys, file_keys, usable_keys
from booking_api.tokens import CLOCK_SKEW_SECONDS, TokenRules, TokenVerifier
from tests.booking_api.forgeries import RULES, Forger, forgeries

KEY = ec.generate_private_key(ec.SECP256R1())
FORGER = Forger(KEY, "key-1")


def published(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    kind = RSAKey if isinstance(key, rsa.RSAPrivateKey) else ECKey
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {**kind.import_key(pem).as_dict(private=False), "kid": kid, **more}


class Issuer:
    """What an issuer publishes, and how often it was asked; a clock that the test moves."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.document: dict[str, Any] = {"keys": list(keys)}
        self.asked = 0
        self.answers = True
        self.now = 1000.0

    async def read(self) -> dict[str, Any]:
        self.asked += 1
        if not self.answers:
            raise OSError("no answer")
        return self.document

    def verifier(self, rules: TokenRules = RULES) -> TokenVerifier:
        return TokenVerifier(rules, SigningKeys(self.read, lambda: self.now))


async def accepted(verifier: TokenVerifier, token: str) -> bool:
    try:
        await verifier.verify(token)
    except InvalidTokenError:
        return False
    return True


async def test_no_forged_token_is_taken() -> None:
    rsa_key = rsa.generate_private_key(65537, 2048)
    issuer = Issuer(published(KEY, "key-1"), published(rsa_key, "key-2"))
    verifier = issuer.verifier()
    families = forgeries(FORGER)
    families["an algorithm that is not pinned"] = [FORGER.by_rsa(rsa_key, "key-2")]
    taken = {name: [one for one in tokens if await accepted(verifier, one)] for name, tokens in families.items()}
    assert taken == {name: [] for name in families}
    assert sum(map(len, families.values())) > 150
    assert await accepted(verifier, FORGER.token())


async def test_every_good_token_is_taken() -> None:
    rsa_key = rsa.generate_private_key(65537, 2048)
    issuer = Issuer(published(KEY, "key-1"), published(rsa_key, "key-2"))
    now, skew = int(time.time()), CLOCK_SKEW_SECONDS - 10
    good = [
        FORGER.token(),
        FORGER.token(aud=["another", RULES.audience]),
        FORGER.token(exp=now - skew, iat=now - 90),
        FORGER.token(iat=now + skew),
        FORGER.token(nbf=now + skew),
        FORGER.token(exp=now + 60.5),
        FORGER.token(header={"typ": None}),
        FORGER.token(header={"typ": "at+jwt"}),
        FORGER.token(header={"x5t": "abc"}),
        FORGER.token(sub="车主-1"),
        FORGER.token(scope="openid", email_verified=True, groups=["a"]),
        FORGER.token(role="technician", organisation_id="workshop-1"),
        FORGER.by_rsa(rsa_key, "key-2"),
    ]
    both = TokenRules(RULES.issuer, RULES.audience, ("ES256", "RS256"))
    verifier = issuer.verifier(both)
    assert [await accepted(verifier, one) for one in good] == [True] * len(good)
    assert await verifier.verify(good[11]) == Caller("owner-1", "technician", "workshop-1")
    organised_owner = await verifier.verify(FORGER.token(organisation_id="workshop-1"))
    assert organised_owner == Caller("owner-1", "owner", None)


async def test_the_issuer_s_own_names_of_claims_are_taken() -> None:
    rules = TokenRules(RULES.issuer, RULES.audience, role_claim="https://x/role", organisation_claim="org")
    verifier = Issuer(published(KEY, "key-1")).verifier(rules)
    token = FORGER.token(**{"role": None, "https://x/role": "technician", "org": "workshop-1"})
    assert await verifier.verify(token) == Caller("owner-1", "technician", "workshop-1")
    assert not await accepted(verifier, FORGER.token())


async def test_over_http_a_forged_token_is_a_401_with_nothing_to_learn_from(app: FastAPI, keys_folder: Path) -> None:
    transport = httpx.ASGITransport(app)
    details = set()
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        for token in (FORGER.token(), "x", "\u00e9", "a" * 100_000):
            answer = await client.get("/v1/vehicles", headers={"Authorization": f"Bearer {token}".encode()})
            assert (answer.status_code, answer.json()["type"]) == (401, "invalid-token")
            assert answer.headers["www-authenticate"] == "Bearer"
            details.add(answer.json()["detail"])
        good = issue_token(keys_folder, subject="owner-1", role="owner")
        answer = await client.get("/v1/vehicles", headers={"Authorization": f"Bearer {good}"})
    assert len(details) == 1
    assert answer.status_code == 200


async def test_a_new_key_is_found_and_a_withdrawn_one_dropped() -> None:
    issuer, new_key = Issuer(published(KEY, "key-1")), ec.generate_private_key(ec.SECP256R1())
    verifier, rotated = issuer.verifier(), Forger(new_key, "key-2")
    assert await accepted(verifier, FORGER.token())
    issuer.document = {"keys": [published(KEY, "key-1"), published(new_key, "key-2")]}
    issuer.now += signing_keys.COOL_DOWN_SECONDS
    assert await accepted(verifier, rotated.token())
    assert await accepted(verifier, FORGER.token())
    issuer.document = {"keys": [published(new_key, "key-2")]}
    issuer.now += signing_keys.FRESH_SECONDS + 1
    assert not await accepted(verifier, FORGER.token())
    assert await accepted(verifier, rotated.token())
    assert issuer.asked == 3


async def test_unknown_key_ids_do_not_make_us_ask_more_often() -> None:
    issuer = Issuer(published(KEY, "key-1"))
    verifier = issuer.verifier()
    tokens = [FORGER.token(header={"kid": f"key-{number}"}) for number in range(2, 100)]
    await asyncio.gather(*(accepted(verifier, one) for one in tokens))
    assert issuer.asked == 1
    assert await accepted(verifier, FORGER.token())
    issuer.now += signing_keys.COOL_DOWN_SECONDS
    await asyncio.gather(*(accepted(verifier, one) for one in tokens))
    assert issuer.asked == 2


async def test_an_issuer_that_is_silent_is_done_without_for_an_hour() -> None:
    issuer = Issuer(published(KEY, "key-1"))
    verifier = issuer.verifier()
    assert await accepted(verifier, FORGER.token())
    issuer.answers = False
    issuer.now += signing_keys.STALE_SECONDS - 1
    assert await accepted(verifier, FORGER.token())
    issuer.now += 2
    with pytest.raises(IssuerUnavailableError):
        await verifier.verify(FORGER.token())
    issuer.answers = True
    issuer.now += signing_keys.COOL_DOWN_SECONDS
    assert await accepted(verifier, FORGER.token())


@pytest.mark.filterwarnings("ignore:Key size")
def test_keys_of_another_kind_are_passed_over() -> None:
    others = [
        OctKey.generate_key(256).as_dict(private=True) | {"kid": "secret"},
        published(ec.generate_private_key(ec.SECP384R1()), "p-384"),
        published(rsa.generate_private_key(65537, 1024), "short"),
        published(KEY, "for-encryption", use="enc"),
        published(KEY, "for-another-algorithm", alg="ES384"),
        {**published(KEY, "x"), "kid": None},
        {"kty": "AKP", "kid": "future"},
        "no key",
        {**published(KEY, "broken"), "x": "AAAA"},
    ]
    assert set(usable_keys({"keys": [*others, published(KEY, "key-1")]})) == {("key-1", "ES256")}
    for document in ({"keys": others}, {}, {"keys": {}}, {"keys": [published(KEY, "a"), published(KEY, "a")]}):
        with pytest.raises(KeyDocumentError):
            usable_keys(document)


@contextmanager
def serving(pages: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """An issuer's web server on this machine."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = pages.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("Location", "/jwks.json")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_keys_are_found_by_discovery() -> None:
    pages: dict[str, tuple[int, bytes]] = {}
    with serving(pages) as issuer:

        def configure(**changes: Any) -> None:
            found = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks.json"} | changes
            pages["/.well-known/openid-configuration"] = 200, json.dumps(found).encode()

        configure()
        pages["/jwks.json"] = 200, json.dumps({"keys": [published(KEY, "key-1")]}).encode()
        rules = TokenRules(issuer, RULES.audience)
        assert await accepted(TokenVerifier(rules, SigningKeys(discovered_keys(issuer))), FORGER.token(iss=issuer))
        for changes in (
            {"issuer": "https://evil.example"},
            {"jwks_uri": "http://evil.example/jwks"},
            {"jwks_uri": "file:///x"},
        ):
            configure(**changes)
            with pytest.raises(KeyDocumentError):
                await discovered_keys(issuer)()
        configure(jwks_uri=f"{issuer}/moved")
        for page in ((302, b""), (200, b" " * 70_000), (200, b"[]"), (200, b"no json"), (500, b"{}")):
            pages["/moved"] = page
            with pytest.raises(ValueError):
                await discovered_keys(issuer)()
    with pytest.raises(KeyDocumentError, match="https"):
        await discovered_keys("http://issuer.example")()


async def test_the_development_issuer_s_keys_are_for_their_owner_alone_and_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    ensure_development_keys(folder)
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    ensure_development_keys(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in contents} == {
        "private.pem": 0o600,
        KEY_SET: 0o600,
    }
    assert not {"d", "p", "q"} & json.loads(contents[KEY_SET])["keys"][0].keys()
    verifier = TokenVerifier(TokenRules(ISSUER, AUDIENCE), SigningKeys(file_keys(folder / KEY_SET)))
    for role, of in (("operator", None), ("technician", "workshop-1")):
        token = issue_token(folder, subject="somebody-1", role=role, organisation_id=of)
        assert await verifier.verify(token) == Caller("somebody-1", role, of)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no role"):
        issue_token(folder, subject="owner-1", role="god")
    with pytest.raises(ValueError, match="organisation"):
        issue_token(folder, subject="technician-1", role="technician")
