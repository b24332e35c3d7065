import re

import pytest

V1 = "/api/v1"
PASSWORD = "correct horse battery"


def test_an_admin_adds_changes_and_removes_people(signed_in, stranger):
    browser = signed_in("Ann")
    added = {"name": "Zoë", "role": "viewer", "password": PASSWORD}
    assert "Zoë" in browser.post("/people/add", data=added).text
    assert "Editor" in browser.post("/people/role", data={"name": "Zoë", "role": "editor"}).text
    assert browser.post("/people/password", data={"name": "Zoë", "password": PASSWORD + "!"}).status_code == 200
    assert stranger.post("/sign-in", data={"name": "Zoë", "password": PASSWORD}).status_code == 401
    assert stranger.post("/sign-in", data={"name": "Zoë", "password": PASSWORD + "!"}).status_code == 200
    browser.post("/people/sign-out", data={"name": "Zoë"})
    assert stranger.get(f"{V1}/me").status_code == 401
    assert "Zoë" not in browser.post("/people/remove", data={"name": "Zoë"}).text


@pytest.mark.parametrize(
    ("path", "form", "reason"),
    [
        ("/people/add", {"name": "Zoë", "role": "viewer", "password": "short"}, "12 to 200 characters"),
        ("/people/add", {"name": "ann", "role": "viewer", "password": PASSWORD}, "already"),
        ("/people/role", {"name": "Ann", "role": "viewer"}, "only admin"),
        ("/people/remove", {"name": "Ann"}, "only admin"),
        ("/people/tokens", {"label": " ", "name": "Ann"}, "label"),
        ("/people/tokens", {"label": "x", "name": "Ann", "days": "366"}, "days"),
    ],
)
def test_what_cannot_be_is_told_on_the_page(signed_in, path, form, reason):
    answer = signed_in("Ann").post(path, data=form)
    assert answer.status_code == 422
    assert reason in answer.text


def test_a_token_is_shown_once_works_and_is_revoked(signed_in, stranger):
    browser = signed_in("Ann")
    page = browser.post("/people/tokens", data={"label": "Nightly", "name": "Vic", "scope": "read", "days": "7"})
    assert (page.status_code, page.headers["cache-control"]) == (201, "no-store")
    [key] = re.findall(r"bsp_[\w-]{43}", page.text)
    assert key not in browser.get("/people").text
    assert stranger.get(f"{V1}/me", headers={"Authorization": f"Bearer {key}"}).json()["name"] == "Vic"
    [token] = browser.get(f"{V1}/tokens").json()["items"]
    browser.post("/people/tokens/revoke", data={"token": token["id"]})
    assert stranger.get(f"{V1}/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_everybody_changes_their_own_password_and_is_signed_out(signed_in, stranger):
    browser = signed_in("Vic")
    assert "viewer" in browser.get("/me").text
    new = PASSWORD + " staple"
    wrong = browser.post("/me/password", data={"password": "wrong", "new": new})
    assert (wrong.status_code, "nothing was changed" in wrong.text) == (422, True)
    browser.post("/me/password", data={"password": PASSWORD, "new": new}, follow_redirects=False)
    assert browser.get(f"{V1}/me").status_code == 401
    assert stranger.post("/sign-in", data={"name": "Vic", "password": new}).status_code == 200


def test_people_over_http_hold_no_hash(signed_in):
    browser = signed_in("Ann")
    made = browser.post(f"{V1}/people", json={"name": "Zoë", "password": PASSWORD, "role": "editor"})
    assert made.status_code == 201
    assert set(made.json()) == {"name", "role", "added_at"}
    assert browser.patch(f"{V1}/people/Zoë", json={"role": "viewer"}).json()["role"] == "viewer"
    assert [person["name"] for person in browser.get(f"{V1}/people").json()["items"]] == ["Ann", "Eve", "Vic", "Zoë"]
    assert browser.delete(f"{V1}/people/Zoë").status_code == 204
    assert browser.delete(f"{V1}/people/Zoë").status_code == 404


def test_viewers_are_shown_no_form_that_would_be_refused(signed_in):
    assert '<body class="reader">' in signed_in("Vic").get("/collateral").text
    assert "Add calls" not in signed_in("Vic").get("/").text
    assert "Add calls" in signed_in("Eve").get("/").text


def test_the_first_account_is_an_admin(unpeopled):
    refused = unpeopled.post("/people/add", data={"name": "Vic", "role": "viewer", "password": PASSWORD})
    assert (refused.status_code, "must be an admin" in refused.text) == (422, True)
    made = unpeopled.post(
        "/people/add", data={"name": "Ann", "role": "admin", "password": PASSWORD}, follow_redirects=False
    )
    assert made.status_code == 303
    assert unpeopled.get("/people", follow_redirects=False).headers["location"].startswith("/sign-in")
