"""Trackers over HTTP: shown before they are kept, read over all that is held, corrected, removed."""

import pytest

V1 = "/api/v1"
GIVEN = {
    "name": "price",
    "examples": ["too expensive for us", "it is too expensive", "that is expensive for a team", "expensive, I fear"],
    "counter_examples": ["what does it cost"],
    "who": "Ann",
}
EVERYTHING = {**GIVEN, "threshold": 0}


@pytest.fixture
def tracked(client):
    answer = client.post(f"{V1}/trackers", json=EVERYTHING)
    assert answer.status_code == 201, answer.text
    return client


def test_a_preview_shows_what_would_be_found_and_keeps_nothing(client):
    told = client.post(f"{V1}/trackers/preview", json=EVERYTHING).json()
    assert told["reading"]["turns"] == told["reading"]["turns_read"] == 4
    assert [find["score"] for find in told["reading"]["finds"]] == sorted(
        (find["score"] for find in told["reading"]["finds"]), reverse=True
    )
    assert "expensive" in told["reading"]["finds"][0]["quote"]
    assert len(told["unsure"]) > 0
    assert "4 examples" in told["reading"]["notes"][0]
    assert client.get(f"{V1}/trackers").json()["items"] == []


def test_a_tracker_is_kept_listed_and_removed(tracked):
    [held] = tracked.get(f"{V1}/trackers").json()["items"]
    assert (held["name"], held["role"], held["threshold"], held["who"]) == ("price", "customer", 0.0, "Ann")
    assert sorted(held["examples"]) == sorted(GIVEN["examples"])
    assert held["counter_examples"] == GIVEN["counter_examples"]
    assert tracked.get(f"{V1}/trackers/price").json() == held
    assert tracked.delete(f"{V1}/trackers/price").status_code == 204
    assert tracked.get(f"{V1}/trackers").json()["total"] == 0


def test_finds_are_paged_to_the_end_without_a_double(tracked):
    seen, cursor = [], ""
    while cursor is not None:
        page = tracked.get(f"{V1}/trackers/price/finds", params={"limit": 3, "cursor": cursor}).json()
        assert (page["reading"]["turns"], page["reading"]["calls"]) == (4, 3)
        seen += [(find["call"], find["turn"]) for find in page["reading"]["finds"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 4


def test_finds_are_exact_and_filtered_by_metadata(tracked):
    page = tracked.get(f"{V1}/trackers/price/finds", params={"where.segment": "mid"}).json()["reading"]
    assert {find["account"] for find in page["finds"]} == {"Fenwick Gardens"}
    assert page["calls_held"] == 1
    for find in page["finds"]:
        assert find["context"][find["start_char"] : find["end_char"]] == find["quote"]


def test_answers_to_suggestions_are_examples_at_once(tracked):
    first, second, *_ = tracked.get(f"{V1}/trackers/price/suggestions", params={"n": 4}).json()
    said = {"yes": [first["id"]], "no": [second["id"]], "who": "Zoë"}
    told = tracked.post(f"{V1}/trackers/price/answers", json=said).json()
    assert first["quote"] in told["examples"]
    assert second["quote"] in told["counter_examples"]
    scores = {find["id"]: find["score"] for find in finds(tracked)}
    assert scores[first["id"]] == 1.0
    assert scores.get(second["id"], 0.0) == 0.0


def finds(client):
    return client.get(f"{V1}/trackers/price/finds").json()["reading"]["finds"]


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("trackers", {**GIVEN, "examples": ["one", "two"]}, 422, "too few"),
        ("trackers", {**GIVEN, "name": "a/b"}, 422, "no name"),
        ("trackers", {**GIVEN, "role": "boss"}, 422, "customer"),
        ("trackers", {**GIVEN, "threshold": 3}, 422, "threshold"),
        ("trackers", GIVEN, 409, "already"),
        ("trackers/preview", {**GIVEN, "counter_examples": GIVEN["examples"]}, 422, "counter-example"),
        ("trackers/price/answers", {"who": "Ann"}, 422, "names nothing"),
        ("trackers/price/answers", {"yes": ["nothing"], "who": "Ann"}, 404, "nothing"),
        ("trackers/prise/answers", {"yes": ["fenwick-1:1"], "who": "Ann"}, 404, "Did you mean 'price'"),
    ],
)
def test_what_cannot_be_is_a_problem_document(tracked, path, body, status, reason):
    answer = tracked.post(f"{V1}/{path}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert reason in answer.json()["detail"]


def test_an_unknown_tracker_is_not_found_anywhere(client):
    for path in ("trackers/none", "trackers/none/finds", "trackers/none/suggestions"):
        assert client.get(f"{V1}/{path}").status_code == 404
    assert client.delete(f"{V1}/trackers/none").status_code == 404
