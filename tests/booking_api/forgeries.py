"""Tokens that nobody should take, family by family: each is a good token with one thing wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from joserfc.jwk import ECKey

from booking_api.tokens import CLOCK_SKEW_SECONDS, LONGEST_LIFE_SECONDS, TokenRules

RULES: Final = TokenRules("https://issuer.example", "servicelane")
_WIDTHS: Final = {256: 32, 384: 48, 521: 66}


def text64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    """Good ones, with these changes; a claim that is None is left out."""
    now = int(time.time())
    usual = {"iss": RULES.issuer, "aud": RULES.audience, "sub": "owner-1", "role": "owner", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def raw_signature(key: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    """ECDSA as JWS writes it: two numbers of the curve's width, one after the other."""
    algorithm = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}[key.key_size]
    width = _WIDTHS[key.key_size]
    return b"".join(n.to_bytes(width) for n in utils.decode_dss_signature(key.sign(signed, ec.ECDSA(algorithm))))


@dataclass(frozen=True, slots=True)
class Forger:
    """Has the issuer's real key too, so that what is wrong with a token is one thing alone."""

    key: ec.EllipticCurvePrivateKey
    kid: str

    def header(self, **changes: Any) -> dict[str, Any]:
        usual = {"alg": "ES256", "typ": "JWT", "kid": self.kid}
        return {name: value for name, value in {**usual, **changes}.items() if value is not None}

    def compact(self, header: str, payload: str, key: ec.EllipticCurvePrivateKey | None = None) -> str:
        signed = f"{text64(header.encode())}.{text64(payload.encode())}"
        return f"{signed}.{text64(raw_signature(key or self.key, signed.encode()))}"

    def token(
        self, key: ec.EllipticCurvePrivateKey | None = None, header: dict[str, Any] | None = None, **of: Any
    ) -> str:
        """`of`: changed claims; `header`: changed headers."""
        return self.compact(json.dumps(self.header(**(header or {}))), json.dumps(claims(**of)), key)

    def by_hmac(self, secret: bytes, algorithm: str = "HS256") -> str:
        digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
        head, body = (text64(json.dumps(one).encode()) for one in (self.header(alg=algorithm), claims()))
        return f"{head}.{body}.{text64(hmac.new(secret, f'{head}.{body}'.encode(), digest).digest())}"

    def by_rsa(self, key: rsa.RSAPrivateKey, kid: str, **of: Any) -> str:
        head, body = (text64(json.dumps(one).encode()) for one in (self.header(alg="RS256", kid=kid), claims(**of)))
        signature = key.sign(f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{head}.{body}.{text64(signature)}"


def forgeries(forger: Forger) -> dict[str, list[str]]:
    return {
        "algorithm none": _none(forger),
        "algorithm confusion": _confusion(forger),
        "wrong curve": _curves(forger),
        "stripped or broken signature": _stripped(forger),
        "foreign signature": _foreign(forger),
        "audience": [forger.token(aud=one) for one in _WRONG_AUDIENCES],
        "issuer": [forger.token(iss=one) for one in _WRONG_ISSUERS],
        "time": [forger.token(**one) for one in _wrong_times()] + _absurd_times(forger),
        "key id": [forger.token(header={"kid": one}) for one in _WRONG_KIDS],
        "keys and rules in the header": _headers(forger),
        "said twice": _twice(forger),
        "oversized": [
            forger.token(padding="x" * 10_000),
            forger.compact(_deep(), json.dumps(claims())),
            _deeper(forger),
        ],
        "shape": _shapes(forger),
        "subject, role and organisation": [forger.token(**one) for one in _WRONG_CALLERS],
        "another kind of token": [
            forger.token(header={"typ": one}) for one in ("logout+jwt", "dpop+jwt", "JOSE", 7, [])
        ],
    }


_WRONG_AUDIENCES: Final = (
    None,
    "",
    "another-api",
    "servicelane ",
    "Servicelane",
    [],
    ["another"],
    {"servicelane": 1},
    7,
)
_WRONG_ISSUERS: Final = (
    None,
    "",
    "https://issuer.example/",
    "https://issuer.example.evil",
    "HTTPS://issuer.example",
    ["https://issuer.example"],
    {"https://issuer.example": 1},
    7,
)
_WRONG_KIDS: Final = (
    None,
    "",
    "unknown",
    7,
    [],
    {},
    "../../jwks.json",
    "/dev/null",
    "https://evil.example/jwks.json",
    "' or 1=1 --",
    "x" * 300,
    "\x00",
)
_WRONG_CALLERS: Final[tuple[dict[str, Any], ...]] = (
    {"sub": None},
    {"sub": ""},
    {"sub": "a\x00b"},
    {"sub": 7},
    {"sub": ["owner-1"]},
    {"sub": "x" * 201},
    {"role": "god"},
    {"role": None},
    {"role": ["owner"]},
    {"role": {"owner": 1}},
    {"role": "Owner"},
    {"role": "technician"},
    {"role": "technician", "organisation_id": ""},
    {"role": "technician", "organisation_id": "Workshop 1"},
    {"role": "technician", "organisation_id": ["workshop-1"]},
    {"role": "fleet_manager", "organisation_id": "x" * 65},
)


def _none(forger: Forger) -> list[str]:
    heads = [text64(json.dumps(forger.header(alg=alg)).encode()) for alg in ("none", "None", "NONE", "nOnE", "", 0)]
    body, good = text64(json.dumps(claims()).encode()), forger.token().split(".")[2]
    bare = text64(json.dumps({"kid": forger.kid}).encode())
    return [f"{head}.{body}.{end}" for head in (*heads, bare) for end in ("", "x", good)] + [f"{heads[0]}.{body}"]


def _confusion(forger: Forger) -> list[str]:
    """The old trick: what everybody may know, taken for a password."""
    public = forger.key.public_key()
    kinds = serialization.Encoding, serialization.PublicFormat.SubjectPublicKeyInfo
    pem, der = (public.public_bytes(one, kinds[1]) for one in (kinds[0].PEM, kinds[0].DER))
    jwk = json.dumps(ECKey.import_key(pem).as_dict(private=False)).encode()
    secrets = (pem, pem.strip(), der, jwk, b"", forger.kid.encode())
    by_hmac = [forger.by_hmac(one, name) for one in secrets for name in ("HS256", "HS384", "HS512")]
    renamed = [forger.token(header={"alg": one}) for one in ("RS256", "PS256", "ES384", "EdDSA", "es256", ["ES256"], 7)]
    own_rsa = rsa.generate_private_key(65537, 2048)
    return [*by_hmac, *renamed, forger.by_rsa(own_rsa, forger.kid)]


def _curves(forger: Forger) -> list[str]:
    keys = [ec.generate_private_key(one()) for one in (ec.SECP384R1, ec.SECP521R1, ec.SECP256K1)]
    names = ("ES384", "ES512", "ES256K")
    return [forger.token(key, {"alg": alg}) for key, own in zip(keys, names, strict=True) for alg in ("ES256", own)]


def _stripped(forger: Forger) -> list[str]:
    head, body, good = forger.token().split(".")
    numbers = base64.urlsafe_b64decode(good + "==")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    zero, one, n = bytes(32), (1).to_bytes(32), order.to_bytes(32)
    der = forger.key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    broken = (zero + zero, one + zero, zero + one, n + n, numbers[:-1], numbers + b"\0", numbers * 2, der, b"\0")
    flipped = bytes([numbers[0] ^ 1]) + numbers[1:]
    return [f"{head}.{body}.{text64(one)}" for one in (*broken, flipped)] + [f"{head}.{body}.", f"{head}.{body}"]


def _foreign(forger: Forger) -> list[str]:
    stranger = ec.generate_private_key(ec.SECP256R1())
    head, body, good = forger.token().split(".")
    other_body, other_head = (
        text64(json.dumps(claims(sub="owner-2")).encode()),
        text64(json.dumps(forger.header(typ="jwt")).encode()),
    )
    grafted = forger.token(sub="owner-2").split(".")[2]
    return [
        forger.token(stranger),
        f"{head}.{other_body}.{good}",
        f"{other_head}.{body}.{good}",
        f"{head}.{body}.{grafted}",
    ]


def _wrong_times() -> list[dict[str, Any]]:
    now, past = int(time.time()), CLOCK_SKEW_SECONDS + 30
    return [
        {"exp": 1},
        {"exp": now - past, "iat": now - 2 * past},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": str(now + 60)},
        {"exp": [now + 60]},
        {"exp": True},
        {"iat": None},
        {"iat": now + past + 60, "exp": now + past + 120},
        {"iat": "now"},
        {"nbf": now + past + 60},
        {"nbf": "later"},
        {"exp": now + LONGEST_LIFE_SECONDS + 100},
    ]


def _absurd_times(forger: Forger) -> list[str]:
    usual = json.dumps(claims(exp="EXP"))
    head = json.dumps(forger.header())
    return [forger.compact(head, usual.replace('"EXP"', one)) for one in ("NaN", "Infinity", "1e999", "-1", "9" * 5000)]


def _headers(forger: Forger) -> list[str]:
    """Signed by a stranger whose key the header brings along, and by the issuer: such headers are never taken."""
    stranger = ec.generate_private_key(ec.SECP256R1())
    pem = stranger.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    brought: tuple[dict[str, Any], ...] = (
        {"jwk": ECKey.import_key(pem).as_dict(private=False)},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/chain.pem"},
        {"x5c": [base64.b64encode(pem).decode()]},
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"zip": "DEF"},
        {"enc": "A256GCM"},
        {"cty": "JWT"},
    )
    return [forger.token(key, one) for one in brought for key in (stranger, forger.key)]


def _twice(forger: Forger) -> list[str]:
    head, body = json.dumps(forger.header()), json.dumps(claims())
    more = (
        '"sub": "owner-2"',
        '"role": "operator"',
        '"iss": "https://issuer.example"',
        '"exp": 9999999999',
        '"aud": "x"',
    )
    bodies = [forger.compact(head, f"{{{one}, {body[1:]}") for one in more]
    heads = [forger.compact(f"{{{one}, {head[1:]}", body) for one in ('"alg": "none"', '"kid": "x"', '"alg": "ES256"')]
    return [*bodies, *heads, forger.compact(head, body[:-1] + ', "role": "operator"}')]


def _deep() -> str:
    return '{"alg":' * 500 + "1" + "}" * 500


def _deeper(forger: Forger) -> str:
    return forger.compact(json.dumps(forger.header()), "[" * 3000 + "]" * 3000)


def _shapes(forger: Forger) -> list[str]:
    good = forger.token()
    head, body, signature = good.split(".")
    last = signature[:-1] + chr(ord(signature[-1]) + 1)  # other spare bits, the same bytes
    bodies = [
        forger.compact(json.dumps(forger.header()), one) for one in ("[]", '"owner-1"', "null", "", "{", "\ufeff{}")
    ]
    return [
        *bodies,
        last,
        f"{head}.{body}.{last}",
        f"{good}=",
        f"{good}.",
        f".{good}",
        f"{good}.{signature}",
        f"{head}.{body}.{signature}.{body}.{signature}",
        f" {good}",
        f"{good}\n",
        f"{head}=.{body}.{signature}",
        f"{head}.\u00e9{body}.{signature}",
        json.dumps({"protected": head, "payload": body, "signature": signature}),
        "",
        "x",
        "a.b.c",
        "..",
        "\u00e9",
        "a" * 100_000,
    ]
