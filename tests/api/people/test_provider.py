"""Signing in by OpenID Connect, with a provider that really signs, on this machine."""

import builtins
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from api.people.provider import WAY_LASTS, Provider, provider_of
from pipeline.errors import BadInput, MissingPart
from pipeline.settings import Settings

ADDRESS = "http://127.0.0.1:8000"
V1 = "/api/v1"


@pytest.fixture
def browser(app_with, provider):
    return TestClient(app_with(provider), base_url=ADDRESS, follow_redirects=False)


def come_back(browser, back="/gaps"):
    """Go to the provider, which agrees, and return the address that it leads back to."""
    sent = browser.get(f"/sign-in/provider?next={back}")
    assert sent.status_code == 303, sent.text
    led = httpx.get(sent.headers["location"])
    assert led.status_code == 303
    return led.headers["location"].removeprefix(ADDRESS)


def test_who_has_an_account_is_let_in_by_the_provider_and_led_to_where_they_wanted(browser):
    assert "Sign in with 127.0.0.1" in browser.get("/sign-in?next=/gaps").text
    answer = browser.get(come_back(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/gaps")
    assert browser.get(f"{V1}/me").json() | {"scope": ""} == {
        "name": "Ann",
        "role": "admin",
        "scope": "",
        "by": "session",
    }


def test_no_secret_of_ours_goes_through_the_browser(browser, provider):
    words = parse_qs(urlsplit(browser.get("/sign-in/provider").headers["location"]).query)
    assert words["code_challenge_method"] == ["S256"]
    assert not {"client_secret", "code_verifier"} & set(words)
    assert provider.secret not in str(words)


def test_strangers_stay_out_unless_a_role_is_set_for_them(app_with, provider):
    provider.person = {"sub": "2", "email": "zoe@acme.example", "email_verified": True}
    closed = TestClient(app_with(provider), base_url=ADDRESS, follow_redirects=False)
    refused = closed.get(come_back(closed))
    assert refused.status_code == 401
    assert "no account zoe@acme.example" in refused.text
    opened = TestClient(app_with(provider, oidc_new_role="viewer"), base_url=ADDRESS, follow_redirects=False)
    assert opened.get(come_back(opened)).status_code == 303
    assert opened.get(f"{V1}/me").json()["role"] == "viewer"
    again = TestClient(app_with(provider), base_url=ADDRESS, follow_redirects=False)
    assert again.get(come_back(again)).status_code == 303


def test_an_address_that_is_not_verified_is_no_name(browser, provider):
    provider.person = {"sub": "3", "email": "Ann"}
    refused = browser.get(come_back(browser))
    assert (refused.status_code, "has not verified" in refused.text) == (401, True)


def test_another_claim_can_be_the_name(app_with, provider):
    provider.person = {"sub": "4", "upn": "Eve"}
    browser = TestClient(app_with(provider, oidc_claim="upn"), base_url=ADDRESS, follow_redirects=False)
    assert browser.get(come_back(browser)).status_code == 303
    assert browser.get(f"{V1}/me").json()["name"] == "Eve"


@pytest.mark.parametrize(
    "altered",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["buyerspeak", "another"]},
        {"aud": ["buyerspeak", "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"exp": 1_700_000_000},
    ],
    ids=str,
)
def test_a_statement_that_is_not_for_this_sign_in_lets_nobody_in(browser, provider, altered):
    provider.altered = altered
    refused = browser.get(come_back(browser))
    assert refused.status_code == 401
    assert browser.get(f"{V1}/me").status_code == 401


@pytest.mark.parametrize("way", ["by_another", "by_the_public_key", "not_at_all"])
def test_a_statement_that_the_provider_did_not_sign_lets_nobody_in(browser, provider, way):
    provider.sign = getattr(provider, way)
    assert browser.get(come_back(browser)).status_code == 401
    assert browser.get(f"{V1}/me").status_code == 401


def test_an_answer_is_taken_once_and_only_in_the_browser_that_was_sent(browser):
    back = come_back(browser)
    stranger = TestClient(browser.app, base_url=ADDRESS, follow_redirects=False)
    assert stranger.get(back).status_code == 401
    cookie = browser.cookies["buyerspeak_way"]
    assert browser.get(back).status_code == 303
    browser.cookies.set("buyerspeak_way", cookie, domain="127.0.0.1", path="/sign-in")
    assert browser.get(back).status_code == 401


def test_an_answer_that_comes_too_late_is_no_use(app_with, provider, clock):
    app = app_with(provider)
    app.state.provider = Provider(app.state.desk.toolkit.settings, clock)
    browser = TestClient(app, base_url=ADDRESS, follow_redirects=False)
    back = come_back(browser)
    clock.move(minutes=WAY_LASTS / timedelta(minutes=1) + 1)
    assert "took too long" in browser.get(back).text


def test_who_does_not_agree_at_the_provider_is_told(browser):
    state = parse_qs(urlsplit(browser.get("/sign-in/provider").headers["location"]).query)["state"][0]
    refused = browser.get(f"/sign-in/back?state={state}&error=access_denied")
    assert (refused.status_code, "access_denied" in refused.text) == (401, True)


def test_nobody_is_led_to_another_site(browser):
    assert browser.get(come_back(browser, back="//elsewhere.example")).headers["location"] == "/"


def test_while_the_provider_is_down_passwords_still_open(browser, provider):
    provider.is_down = True
    answer = browser.get("/sign-in/provider")
    assert answer.status_code == 502
    assert "does not answer as it should" in answer.text
    assert 'type="password"' in answer.text


def test_a_session_of_before_ends_when_somebody_comes_by_the_provider(browser):
    browser.get(come_back(browser))
    former = browser.cookies["buyerspeak_session"]
    browser.get(come_back(browser))
    assert browser.cookies["buyerspeak_session"] != former
    late = TestClient(browser.app, base_url=ADDRESS, cookies={"buyerspeak_session": former})
    assert late.get(f"{V1}/me").status_code == 401


def test_half_a_provider_is_refused_with_what_is_missing():
    with pytest.raises(BadInput, match="BUYERSPEAK_OIDC_CLIENT_ID and BUYERSPEAK_OIDC_CLIENT_SECRET"):
        provider_of(Settings(oidc_issuer="https://login.acme.example"))


def test_a_provider_is_asked_over_an_encrypted_line():
    with pytest.raises(BadInput, match="https://"):
        provider_of(Settings(oidc_issuer="http://login.acme.example", oidc_client_id="a", oidc_client_secret="b"))


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch):
    usual = builtins.__import__

    def without(name, *rest):
        if name == "joserfc":
            raise ModuleNotFoundError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPart, match=r"pip install 'buyerspeak\[oidc\]'"):
        provider_of(Settings(oidc_issuer="https://a.example", oidc_client_id="a", oidc_client_secret="b"))


def test_the_secret_is_not_shown_among_the_settings(app_with, provider):
    app = app_with(provider)
    browser = TestClient(app, base_url=ADDRESS, follow_redirects=False)
    browser.get(come_back(browser))
    assert browser.get("/settings").status_code == 200
    assert provider.secret not in browser.get("/settings").text + browser.get(f"{V1}/settings").text


def test_where_no_provider_is_set_the_page_offers_none_and_the_way_leads_nowhere(stranger):
    assert "Sign in with" not in stranger.get("/sign-in").text
    assert stranger.get("/sign-in/provider").status_code == 404
