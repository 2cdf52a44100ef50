"""Signing in: the code flow with PKCE against the development issuer, and everything in it that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx
import pytest

from booking_api.models import Caller
from tests.web.conftest import FORM, Site, running_site
from web.pages.sign_in import ATTEMPT_COOKIE
from web.sessions import Seal, caller_of, session_of
from web.visitors import SESSION_COOKIE

OWNER: Final = Caller("owner-1", "owner")


@pytest.fixture
def site(shared_site: Site) -> Site:
    """Signing in keeps nothing on the server, and signing out the number of a session."""
    return shared_site


def test_one_click_signs_in_and_one_signs_out(site: Site) -> None:
    client = site.client()
    assert client.get("/garage").headers["location"] == "/sign-in?next=/garage"
    answer = site.sign_in_by_clicks(client, "technician-1", "technician", "workshop-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "technician-1" in client.get("/account").text
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    client.post("/sign-out")
    assert client.get("/account").status_code == 303


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(site: Site) -> None:
    client, elsewhere = site.client(OWNER), site.client(OWNER)
    copied = site.client()
    copied.cookies.update(client.cookies)
    assert copied.get("/account").status_code == 200
    for _ in range(2):
        client.post("/sign-out")
        assert copied.get("/account").status_code == 303
        assert copied.get("/events").status_code == 303
        client.cookies.update(copied.cookies)
    assert elsewhere.get("/account").status_code == 200, "another session of the same person goes on"


def test_who_has_signed_in_comes_to_the_page_they_wanted(site: Site) -> None:
    client = site.client()
    client.get("/sign-in", params={"next": "/visits"})
    assert _back(site, client, "/sign-in?next=/visits").headers["location"] == "/visits"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(site: Site, wanted: str) -> None:
    assert _back(site, site.client(), f"/sign-in?{urlencode({'next': wanted})}").headers["location"] == "/"


def _back(site: Site, client: httpx.Client, start: str) -> httpx.Response:
    asked = dict(httpx.URL(client.get(start).headers["location"]).params)
    return client.get(_chosen(client, asked).headers["location"])


def _chosen(client: httpx.Client, asked: dict[str, str]) -> httpx.Response:
    chosen = asked | {"subject": "owner-1", "role": "owner", "organisation_id": ""}
    return client.post("/development-issuer/authorize", content=urlencode(chosen), headers=FORM)


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/sign-in/callback"},
        {"redirect_uri": "SITE/sign-in/callback/"},
        {"client_id": "another"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"response_type": "token"},
        {"scope": "profile"},
        {"nonce": ""},
    ],
)
def test_the_issuer_refuses_what_is_not_the_registered_flow(site: Site, change: dict[str, str]) -> None:
    client = site.client()
    asked = dict(httpx.URL(client.get("/sign-in").headers["location"]).params)
    changed = asked | {name: value.replace("SITE", site.address) for name, value in change.items()}
    for answer in (client.get("/development-issuer/authorize", params=changed), _chosen(client, changed)):
        assert answer.status_code in (400, 404, 422)
        assert "location" not in answer.headers


def test_a_code_is_good_once_and_with_its_verifier_alone(site: Site) -> None:
    client = site.client()
    asked = dict(httpx.URL(client.get("/sign-in").headers["location"]).params)
    exchange = {
        "grant_type": "authorization_code",
        "redirect_uri": asked["redirect_uri"],
        "client_id": asked["client_id"],
    }
    code = httpx.URL(_chosen(client, asked).headers["location"]).params["code"]
    wrong = client.post("/development-issuer/token", data=exchange | {"code": code, "code_verifier": "x" * 43})
    assert (wrong.status_code, wrong.json()) == (400, {"error": "invalid_grant"})
    back = _chosen(client, asked).headers["location"]
    assert client.get(back).status_code == 303
    kept = site.app.state.seal.close("attempt", {"state": "s", "nonce": "n", "verifier": "v" * 43, "next_path": "/"})
    again = site.client()
    again.cookies.set(ATTEMPT_COOKIE, kept)
    assert again.get(back).status_code == 401, "the code was used, and the state is another's"


def test_an_answer_with_another_state_or_without_an_attempt_signs_nobody_in(site: Site) -> None:
    client = site.client()
    asked = dict(httpx.URL(client.get("/sign-in").headers["location"]).params)
    back = httpx.URL(_chosen(client, asked).headers["location"])
    forged = client.get(back.copy_set_param("state", "another-state"))
    assert (forged.status_code, SESSION_COOKIE in client.cookies) == (401, False)
    assert site.client().get(back).status_code == 401


def test_an_answer_to_another_nonce_signs_nobody_in(site: Site) -> None:
    client = site.client()
    asked = dict(httpx.URL(client.get("/sign-in").headers["location"]).params)
    back = _chosen(client, asked | {"nonce": "somebody-else-s"}).headers["location"]
    assert client.get(back).status_code == 401
    assert SESSION_COOKIE not in client.cookies


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAA" + "x" * 90, "x" * 5000])
def test_a_session_that_we_have_not_sealed_is_none(site: Site, cookie: str) -> None:
    client = site.client()
    client.cookies.set(SESSION_COOKIE, cookie)
    assert client.get("/account").status_code == 303


def test_a_seal_is_for_its_purpose_and_key_and_time() -> None:
    seal = Seal("one secret that is long enough")
    sealed = seal.close("session", session_of(OWNER))
    assert caller_of(seal.open("session", sealed, 60) or {}) == OWNER
    assert "owner-1" not in sealed
    assert seal.open("attempt", sealed, 60) is None
    assert Seal("another secret, just as long").open("session", sealed, 60) is None
    assert seal.open("session", sealed, -1) is None


def test_without_development_keys_there_is_no_development_sign_in(database_url: str, secrets_folder: Path) -> None:
    with running_site(database_url, secrets_folder, development=False) as site:
        assert site.client().get("/development-issuer/authorize").status_code == 404
        assert site.client().post("/development-issuer/token").status_code in (404, 405)
        assert site.client().get("/sign-in").status_code == 503
