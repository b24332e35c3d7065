import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.people.door import SESSION_LASTS, SESSION_RESTS, add_person
from api.people.gate import COOKIE, FIRST_ACCOUNT

V1 = "/api/v1"
PASSWORD = "correct horse battery"
ADDRESS = "http://127.0.0.1:8000"
QUOTE = "too expensive for a small team"
"""What only the call of Fenwick Gardens holds, which viewers do not see."""
READ = [
    "/",
    "/?q=expensive",
    "/calls",
    "/themes",
    "/gaps",
    "/guide",
    "/collateral",
    f"{V1}/search?q=expensive",
    f"{V1}/search?q=%22expensive%22&exact=true",
    f"{V1}/moments",
    f"{V1}/themes",
    f"{V1}/gaps",
    f"{V1}/guide?format=md",
    f"{V1}/answers",
    f"{V1}/calls",
]


def test_without_an_account_everything_is_open(unpeopled):
    assert unpeopled.get(f"{V1}/me").json() == {"name": None, "role": "admin", "scope": "admin", "by": "nothing"}
    assert unpeopled.get("/people").status_code == 200


def test_beyond_this_machine_nothing_is_served_without_an_account(toolkit):
    app = create_app(toolkit, any_address=True, needs_account=True)
    client = TestClient(app, base_url="http://10.0.0.7:8000")
    answer = client.get(f"{V1}/calls")
    assert (answer.status_code, FIRST_ACCOUNT in answer.json()["detail"]) == (403, True)
    add_person(toolkit.store, "Ann", "admin", PASSWORD)
    assert client.get(f"{V1}/calls").status_code == 401
    app.state.desk.queue.close()


@pytest.mark.parametrize("path", READ)
def test_strangers_are_asked_who_they_are(stranger, path):
    answer = stranger.get(path, follow_redirects=False)
    if path.startswith("/api"):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


def test_whoever_signs_in_is_led_back_and_known(stranger, signed_in):
    asked = stranger.get("/calls?where.segment=small", follow_redirects=False)
    page = stranger.get(asked.headers["location"])
    assert 'value="/calls?where.segment=small"' in page.text
    answer = stranger.post(
        "/sign-in", data={"name": "ann", "password": PASSWORD, "next": "/calls"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "Ann" in stranger.get("/").text
    assert stranger.get(f"{V1}/me").json()["name"] == "Ann"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_foreign_page(stranger, back):
    answer = stranger.post("/sign-in", data={"name": "Ann", "password": PASSWORD, "next": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("name", ["Ann", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(stranger, name):
    answer = stranger.post("/sign-in", data={"name": name, "password": "wrong"})
    assert answer.status_code == 401
    assert "Name or password is wrong." in answer.text
    assert COOKIE not in stranger.cookies


def test_too_many_failures_are_made_to_wait(stranger, clock):
    for _ in range(10):
        stranger.post("/sign-in", data={"name": "Ann", "password": "wrong"})
    refused = stranger.post("/sign-in", data={"name": "Ann", "password": PASSWORD})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")
    clock.move(minutes=15)
    assert stranger.post("/sign-in", data={"name": "Ann", "password": PASSWORD}).status_code == 200


def test_a_session_is_rotated_ended_and_expires(signed_in, clock):
    browser = signed_in("Ann")
    first = browser.cookies[COOKIE]
    browser.post("/sign-in", data={"name": "Ann", "password": PASSWORD}, follow_redirects=False)
    second = browser.cookies[COOKIE]
    assert second != first
    for key, status in ((first, 401), (second, 200)):
        assert browser.get(f"{V1}/me", headers={"Cookie": f"{COOKIE}={key}"}).status_code == status
    browser.post("/sign-out", follow_redirects=False)
    assert browser.get(f"{V1}/me", headers={"Cookie": f"{COOKIE}={second}"}).status_code == 401
    resting = signed_in("Ann")
    clock.move(seconds=SESSION_RESTS.total_seconds())
    assert resting.get(f"{V1}/me").status_code == 401
    busy = signed_in("Ann")
    for _ in range(int(SESSION_LASTS / SESSION_RESTS * 2) - 1):
        clock.move(seconds=SESSION_RESTS.total_seconds() / 2)
        assert busy.get(f"{V1}/me").status_code == 200
    clock.move(seconds=SESSION_RESTS.total_seconds() / 2)
    assert busy.get(f"{V1}/me").status_code == 401


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_a_session_writes_only_from_our_own_pages(app, signed_in, headers):
    key = signed_in("Eve").cookies[COOKIE]
    other = TestClient(app, base_url=ADDRESS, headers={"Cookie": f"{COOKIE}={key}", **headers})
    assert other.post("/themes/refresh").status_code == 403
    assert other.delete(f"{V1}/calls/harbour-1").status_code == 403
    assert other.get(f"{V1}/calls/harbour-1").status_code == 200


@pytest.mark.parametrize("path", READ)
def test_viewers_read_nothing_without_consent(signed_in, path):
    text = signed_in("Vic").get(path).text
    assert QUOTE not in text
    assert "Fenwick" not in text
    assert "Crumb" not in text


def test_editors_read_what_viewers_do_not(signed_in):
    everything = signed_in("Eve").get(f"{V1}/moments").json()
    assert any(QUOTE in moment["quote"] for moment in everything["items"])
    assert {moment["call"] for moment in signed_in("Vic").get(f"{V1}/moments").json()["items"]} == {"harbour-1"}
    assert signed_in("Vic").get(f"{V1}/calls/fenwick-1").status_code == 404
    assert signed_in("Vic").get("/calls/fenwick-1").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/themes/refresh"),
        ("POST", "/calls/harbour-1/roles/swap"),
        ("POST", "/calls/harbour-1/forget"),
        ("POST", "/add"),
        ("POST", f"{V1}/themes/refresh"),
        ("DELETE", f"{V1}/calls/harbour-1"),
        ("PUT", f"{V1}/themes/x/pin"),
        ("POST", f"{V1}/quality/samples"),
    ],
)
def test_viewers_write_nothing(signed_in, method, path):
    answer = signed_in("Vic").request(method, path)
    assert answer.status_code == 403
    assert "editors and admins" in answer.text


@pytest.mark.parametrize("path", ["/people", f"{V1}/people", f"{V1}/tokens", f"{V1}/webhooks"])
def test_editors_administer_nothing(signed_in, path):
    assert signed_in("Eve").get(path).status_code == 403
    assert signed_in("Eve").post(path, json={}).status_code == 403
    assert signed_in("Ann").get(path).status_code == 200


def test_corrections_carry_the_name_of_who_signed_in(signed_in):
    browser = signed_in("Eve")
    moment = browser.get(f"{V1}/moments?call=harbour-1").json()["items"][0]["id"]
    said = {"action": "confirmed", "who": "Somebody Else"}
    kept = browser.post(f"{V1}/moments/{moment}/corrections", json=said)
    assert (kept.status_code, kept.json()["who"]) == (201, "Eve")
    assert browser.delete(f"{V1}/corrections/{kept.json()['id']}").json()["undone_by"] == "Eve"


def test_a_token_reaches_no_further_than_its_scope_and_its_person(with_token):
    reads, writes = with_token("Eve", "read"), with_token("Eve", "write")
    assert reads.get(f"{V1}/calls").json()["total"] == 3
    refused = reads.post(f"{V1}/themes/refresh")
    assert (refused.status_code, "scope read" in refused.json()["detail"]) == (403, True)
    assert writes.post(f"{V1}/themes/refresh").status_code == 200
    assert with_token("Vic", "admin").post(f"{V1}/themes/refresh").status_code == 403
    assert with_token("Vic", "admin").get(f"{V1}/calls").json()["total"] == 1
    assert with_token("Eve", "admin").get(f"{V1}/people").status_code == 403


def test_a_token_that_is_over_or_made_up_lets_nobody_in(stranger, with_token, clock):
    token = with_token("Ann", "admin")
    assert token.get(f"{V1}/me").json()["by"] == "token"
    clock.move(days=91)
    assert token.get(f"{V1}/me").status_code == 401
    for key in ("bsp_made-up", "", "x" * 5000):
        assert stranger.get(f"{V1}/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_an_odd_cookie_is_nobodys(stranger):
    for cookie in (f"{COOKIE}=", f'{COOKIE}="; x', "=;;=", f"{COOKIE}={'y' * 4000}"):
        assert stranger.get(f"{V1}/me", headers={"Cookie": cookie}).status_code == 401
