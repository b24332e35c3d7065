"""Corrections over HTTP: applied at once, kept, paged, and taken back."""

import pytest

V1 = "/api/v1"
TEAM = "Honestly it is too expensive for a small team like ours."


def moment_of(client, call, kind="objection"):
    [held] = client.get(f"{V1}/calls/{call}/moments", params={"kind": kind}).json()["items"]
    return held


def correct(client, moment, status=201, **said):
    answer = client.post(f"{V1}/moments/{moment}/corrections", json={"who": "Ann", **said})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_rejected_moment_is_gone_at_once_and_after_the_stages(client, finish):
    held = moment_of(client, "fenwick-1")
    told = correct(client, held["id"], action="rejected", note="they joked")
    assert (told["action"], told["who"], told["note"], told["quote"]) == ("rejected", "Ann", "they joked", TEAM)
    assert (told["live"], told["placed"], told["moment"], told["kind"]) == (True, True, None, None)
    assert told["machine"]["category"] == "price"
    for _ in range(2):
        assert client.get(f"{V1}/moments/{held['id']}").status_code == 404
        assert client.get(f"{V1}/calls/fenwick-1/moments").json()["total"] == 0
        finish()
    assert client.get(f"{V1}/calls/fenwick-1").json()["call"]["state"] == "done"
    found = client.get(f"{V1}/search", params={"q": "too expensive", "kind": "objection"}).json()
    assert "fenwick-1" not in {hit["call"] for hit in found["hits"]}
    [theme] = client.get(f"{V1}/themes").json()["items"]
    assert theme["calls"] == 2
    assert "fenwick-1" not in {
        moment["call"] for gap in client.get(f"{V1}/gaps").json()["items"] for moment in gap["moments"]
    }


def test_a_confirmed_moment_is_heard(client, finish):
    held = moment_of(client, "fenwick-1")
    told = correct(client, held["id"], action="confirmed")
    assert told["moment"] == held["id"]
    finish()
    now = client.get(f"{V1}/moments/{held['id']}").json()
    assert (now["state"], now["score"]) == ("heard", 1.0)
    assert client.get(f"{V1}/moments", params={"state": "heard"}).json()["total"] == 1


def test_a_changed_moment_is_found_by_the_id_that_is_told(client, finish):
    held = moment_of(client, "fenwick-1")
    told = correct(client, held["id"], action="changed", kind="pain", quote="too expensive for a small team")
    finish()
    now = client.get(f"{V1}/moments/{told['moment']}").json()
    assert (now["kind"], now["category"], now["quote"]) == ("pain", None, "too expensive for a small team")
    by_offset = correct(client, now["id"], action="changed", start_char=0, end_char=len(TEAM))
    assert by_offset["quote"] == TEAM
    assert by_offset["point"] == told["id"]


def test_a_missed_moment_is_added_and_taken_back(client, finish):
    missed = {"turn": 1, "quote": "We like the app.", "kind": "signal", "who": "Ann"}
    answer = client.post(f"{V1}/calls/harbour-1/moments", json=missed)
    assert answer.status_code == 201
    finish()
    assert moment_of(client, "harbour-1", "signal")["id"] == answer.json()["moment"]
    undone = client.delete(f"{V1}/corrections/{answer.json()['id']}", params={"who": "Bo"}).json()
    assert (undone["undone_by"], undone["live"], undone["moment"]) == ("Bo", False, None)
    assert client.get(f"{V1}/calls/harbour-1/moments", params={"kind": "signal"}).json()["total"] == 0
    assert client.delete(f"{V1}/corrections/{answer.json()['id']}", params={"who": "Bo"}).status_code == 409
    assert client.get(f"{V1}/corrections").json()["items"][0]["undone_by"] == "Bo"


def test_corrections_are_listed_in_pages_and_by_call(client):
    first = correct(client, moment_of(client, "fenwick-1")["id"], action="confirmed")
    second = correct(client, moment_of(client, "fenwick-1")["id"], action="rejected")
    third = correct(client, moment_of(client, "crumb-1")["id"], action="confirmed")
    ids, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{V1}/corrections", params={"limit": 2, "cursor": cursor}).json()
        assert page["total"] == 3
        ids += [said["id"] for said in page["items"]]
        cursor = page["next"]
    assert ids == [first["id"], second["id"], third["id"]]

    def listed(**words):
        return [said["id"] for said in client.get(f"{V1}/corrections", params=words).json()["items"]]

    assert listed(call="fenwick-1") == ids[:2]
    assert listed(live="true") == ids[1:]
    assert listed(**{"where.segment": "small"}) == ids[2:]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"action": "changed"}, 422),
        ({"action": "changed", "kind": "mood"}, 422),
        ({"action": "changed", "quote": "never said"}, 422),
        ({"action": "changed", "category": "price"}, 422),
        ({"action": "rejected", "kind": "pain"}, 422),
        ({"action": "added"}, 422),
        ({"action": "confirmed", "who": " "}, 422),
        ({"action": "confirmed", "colour": "red"}, 422),
        ({}, 422),
    ],
)
def test_what_cannot_be_said_is_a_problem_document_and_nothing_is_kept(client, said, status):
    told = correct(client, moment_of(client, "fenwick-1")["id"], status, **said)
    assert (told["status"], told["instance"].startswith(V1)) == (status, True)
    assert told["detail"]
    assert client.get(f"{V1}/corrections").json()["total"] == 0


def test_what_is_not_held_is_not_found(client):
    correct(client, "none", 404, action="confirmed")
    missed = {"turn": 9, "quote": "x", "kind": "pain", "who": "Ann"}
    assert client.post(f"{V1}/calls/none/moments", json=missed).status_code == 404
    assert client.post(f"{V1}/calls/fenwick-1/moments", json=missed).status_code == 404
    assert client.delete(f"{V1}/corrections/none", params={"who": "Ann"}).status_code == 404
    assert client.delete(f"{V1}/corrections/none").status_code == 422


def test_another_site_cannot_correct_anything(client):
    held, foreign = moment_of(client, "fenwick-1")["id"], {"Origin": "https://evil.example"}
    for method, path in (
        ("POST", f"moments/{held}/corrections"),
        ("POST", "calls/fenwick-1/moments"),
        ("DELETE", "corrections/x"),
    ):
        assert client.request(method, f"{V1}/{path}", headers=foreign).status_code == 403
