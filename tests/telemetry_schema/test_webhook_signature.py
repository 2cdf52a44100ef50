"""A signed webhook is known; one that was changed, overheard or invented is not."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from telemetry_schema.webhook_signature import (
    TOLERANCE_SECONDS,
    is_genuine,
    secret_bytes,
    secret_text,
    signed_headers,
)

SECRET = bytes(range(32))
BODY = '{"kind": "visit.booked", "text": "预约"}'.encode()
AT = 1_774_000_000


def test_the_signature_is_the_one_that_the_specification_describes() -> None:
    headers = signed_headers(SECRET, "message-1", BODY, AT)
    wanted = hmac.new(SECRET, b"message-1.1774000000." + BODY, hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "message-1",
        "webhook-timestamp": "1774000000",
        "webhook-signature": "v1," + base64.b64encode(wanted).decode(),
    }
    assert is_genuine(SECRET, headers, BODY, AT)


def test_one_good_signature_among_several_is_enough() -> None:
    headers = signed_headers(SECRET, "message-1", BODY, AT)
    headers["webhook-signature"] = f"v1,AAAA v2,AAAA {headers['webhook-signature']}"
    assert is_genuine(SECRET, headers, BODY, AT)


@pytest.mark.parametrize("seconds", [-TOLERANCE_SECONDS, TOLERANCE_SECONDS])
def test_a_message_counts_for_as_long_as_clocks_may_differ(seconds: int) -> None:
    headers = signed_headers(SECRET, "message-1", BODY, AT)
    assert is_genuine(SECRET, headers, BODY, AT + seconds)
    assert not is_genuine(SECRET, headers, BODY, AT + seconds + (1 if seconds > 0 else -1))


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "message-2"},
        {"webhook-timestamp": str(AT + 1)},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "１７７４００００００"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,ÄÖ"},
        {"webhook-signature": "v2," + "A" * 44},
    ],
)
def test_what_was_changed_is_not_genuine(change: dict[str, str]) -> None:
    assert not is_genuine(SECRET, signed_headers(SECRET, "message-1", BODY, AT) | change, BODY, AT)


def test_another_body_another_secret_and_no_header_are_not_genuine() -> None:
    headers = signed_headers(SECRET, "message-1", BODY, AT)
    assert not is_genuine(SECRET, headers, BODY + b" ", AT)
    assert not is_genuine(b"x" * 32, headers, BODY, AT)
    assert not is_genuine(SECRET, {}, BODY, AT)


def test_a_secret_is_text_and_back() -> None:
    assert secret_bytes(secret_text(SECRET)) == SECRET
    assert secret_text(SECRET).startswith("whsec_")
    with pytest.raises(ValueError, match="whsec_"):
        secret_bytes("whsec_%%%")
