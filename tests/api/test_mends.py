"""Words put right over HTTP and by forms, with the history of who did what."""

import re

import pytest
from starlette.testclient import TestClient

from api.people.door import add_person, add_token

V1 = "/api/v1"
ADDRESS = "http://127.0.0.1:8000"
TEXT = "Honestly it is too expensive for a small team like ours."


def mend(client, status=201, turn=1, **said):
    answer = client.post(f"{V1}/calls/fenwick-1/turns/{turn}/mends", json={"who": "Ann", **said})
    assert answer.status_code == status, answer.text
    return answer.json()


def said_now(client):
    return client.get(f"{V1}/calls/fenwick-1/turns").json()["items"][1]["text"]


def moments(client):
    return client.get(f"{V1}/calls/fenwick-1/moments").json()["items"]


def test_a_mended_word_is_shown_searched_counted_and_put_back(client, finish):
    made = mend(client, quote="small team", text="tiny crew", note="I was there")
    assert (made["before"], made["after"]) == ("small team", "tiny crew")
    assert (made["who"], made["note"]) == ("Ann", "I was there")
    for _ in range(2):
        assert said_now(client) == TEXT.replace("small team", "tiny crew")
        assert [moment["quote"] for moment in moments(client)] == [said_now(client)]
        finish()
    found = client.get(f"{V1}/search", params={"q": "tiny crew", "exact": "true"}).json()
    assert {hit["call"] for hit in found["hits"]} == {"fenwick-1"}
    undone = client.delete(f"{V1}/mends/{made['id']}", params={"who": "Bo"}).json()
    assert (undone["undoes"], undone["who"], undone["after"]) == (made["id"], "Bo", "small team")
    finish()
    assert said_now(client) == TEXT
    assert client.delete(f"{V1}/mends/{made['id']}", params={"who": "Bo"}).status_code == 409
    told = client.get(f"{V1}/calls/fenwick-1/mends").json()
    assert [one["who"] for one in told["mends"]] == ["Ann", "Bo"]


@pytest.mark.parametrize(
    "said",
    [{}, {"quote": "never said", "text": "x"}, {"quote": "small", "text": "small"}, {"start_char": 3, "text": "x"},
     {"quote": "small", "text": "x" * 501}, {"quote": "small", "text": "x", "who": " "},
     {"quote": "small", "text": "x", "colour": "red"}],
)  # fmt: skip
def test_what_cannot_be_mended_is_a_problem_document(client, said):
    assert mend(client, 422, **said)["detail"]
    assert said_now(client) == TEXT


def test_what_is_not_held_is_not_found_and_another_site_changes_nothing(client):
    mend(client, 404, turn=9, quote="x", text="y")
    assert client.delete(f"{V1}/mends/none", params={"who": "Ann"}).status_code == 404
    assert client.get(f"{V1}/calls/none/mends").status_code == 404
    foreign = {"Origin": "https://evil.example"}
    for path in (f"{V1}/calls/fenwick-1/turns/1/mends", "/calls/fenwick-1/mend", "/moments/x/correct"):
        assert client.post(path, headers=foreign).status_code == 403


def form(client, address, status=303, **fields):
    answer = client.post(address, data={"who": "Ann Ä", **fields}, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers.get("location", answer.text)


def test_forms_correct_without_a_script_and_lead_back_to_the_turn(client, finish):
    page = client.get("/calls/fenwick-1?edit=1").text
    assert page.count('<section class="forms"') == 1
    held = moments(client)[0]["id"]
    where = form(client, f"/moments/{held}/correct", action="changed", label="pain", quote="too expensive")
    assert where == "/calls/fenwick-1#turn-1"
    [now] = moments(client)
    assert (now["kind"], now["quote"]) == ("pain", "too expensive")
    form(client, f"/moments/{now['id']}/correct", action="confirmed", label="pain", quote="too expensive")
    form(client, "/calls/fenwick-1/moments", turn=1, label="objection:timing", quote="a small team")
    form(client, "/calls/fenwick-1/mend", turn=1, quote="small", text="tiny")
    finish()
    held = {(moment["kind"], moment["quote"]) for moment in moments(client)}
    assert held == {("pain", "too expensive"), ("objection", "a tiny team")}
    page = client.get("/calls/fenwick-1").text
    for told in ("changed to Pain", "confirmed Pain", "added Objection · Timing", "mended “small” to “tiny”"):
        assert told in page
    assert page.count("<b>Ann Ä</b>") == 4
    undo = dict(re.findall(r'<input type="hidden" name="(mend)" value="(\w+)">', page))
    assert form(client, "/calls/fenwick-1/undo", **undo) == "/calls/fenwick-1#turn-1"
    assert said_now(client) == TEXT
    [added] = [said for said in client.get(f"{V1}/corrections").json()["items"] if said["action"] == "added"]
    form(client, "/calls/fenwick-1/undo", correction=added["id"])
    finish()
    assert "a small team" not in {moment["quote"] for moment in moments(client)}
    form(client, "/calls/fenwick-1/undo", 422)


def test_the_words_stay_when_the_label_alone_is_changed_and_the_label_when_the_words_are(client):
    held = moments(client)[0]
    form(client, f"/moments/{held['id']}/correct", action="changed", label="objection:timing", quote=TEXT)
    [now] = moments(client)
    assert (now["category"], now["quote"]) == ("timing", TEXT)
    form(client, f"/moments/{now['id']}/correct", action="changed", start_char=0, end_char=8)
    [now] = moments(client)
    assert (now["category"], now["quote"]) == ("timing", "Honestly")


def test_a_form_leads_to_pages_of_this_server_alone(client):
    held = moments(client)[0]["id"]
    assert form(client, f"/moments/{held}/correct", action="confirmed", back="/?q=a") == "/?q=a"
    for foreign in ("//evil.example", "https://evil.example", "/\\evil.example", "x"):
        assert form(client, f"/moments/{held}/correct", action="confirmed", back=foreign) == "/calls/fenwick-1#turn-1"


def test_swapped_roles_are_told_with_who_did_it(client, finish):
    form(client, "/calls/fenwick-1/roles/swap")
    finish()
    assert "swapped roles: Joan is the rep, Marcus is the customer" in client.get("/calls/fenwick-1").text
    assert client.get(f"{V1}/calls/fenwick-1/mends").json()["roles"][0]["who"] == "Ann Ä"


def test_viewers_correct_nothing(app, toolkit):
    add_person(toolkit.store, "Ann", "admin", "correct horse battery")
    add_person(toolkit.store, "Vic", "viewer", "correct horse battery")
    _, key = add_token(toolkit.store, "Vic", label="v", scope="read")
    viewer = TestClient(app, base_url=ADDRESS, headers={"Authorization": f"Bearer {key}"})
    for path in (
        f"{V1}/calls/fenwick-1/turns/1/mends",
        "/calls/fenwick-1/mend",
        "/calls/fenwick-1/moments",
        "/calls/fenwick-1/undo",
        "/moments/x/correct",
    ):
        assert viewer.post(path).status_code == 403
    assert viewer.delete(f"{V1}/mends/x").status_code == 403


def test_who_is_signed_in_says_it_whatever_the_form_says(app, toolkit):
    add_person(toolkit.store, "Ann", "admin", "correct horse battery")
    _, key = add_token(toolkit.store, "Ann", label="a", scope="admin")
    ann = TestClient(app, base_url=ADDRESS, headers={"Authorization": f"Bearer {key}"})
    assert mend(ann, quote="small", text="tiny", who="Somebody else")["who"] == "Ann"
