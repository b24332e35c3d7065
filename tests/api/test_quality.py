"""Samples to label and the stated quality, over HTTP."""

import pytest

V1 = "/api/v1/quality"


@pytest.fixture
def sample(client):
    answer = client.post(f"{V1}/samples", json={"n": 50, "seed": 3})
    assert answer.status_code == 201
    return answer.json()


def items_of(client, sample):
    return client.get(f"{V1}/samples/{sample['id']}/items", params={"limit": 500}).json()["items"]


def test_drawn_turns_are_shown_with_their_neighbours_and_without_what_was_found(client, sample):
    items = items_of(client, sample)
    # The reps were given as such, so that only customers' turns may hold a moment.
    assert [item["position"] for item in items] == list(range(1, sample["items"] + 1))
    assert {item["speaker"] for item in items} == {"Rob", "Joan", "Ina"}
    assert {key for item in items for key in item} == {
        *("position", "call", "source", "turn", "speaker", "text", "before", "after", "labels")
    }
    assert items[0]["labels"] is None
    assert client.get(f"{V1}/samples/{sample['id']}/items", params={"limit": 1}).json()["next"]


def test_labels_are_kept_and_state_the_quality(client, sample):
    assert client.get(V1).status_code == 404
    for item in items_of(client, sample):
        start = item["text"].find("We like the app.")
        labels = [{"start_char": start, "end_char": start + 16, "kind": "signal"}] if start >= 0 else []
        put = client.put(f"{V1}/samples/{sample['id']}/items/{item['position']}", json={"labels": labels})
        assert put.status_code == 204
    told = client.get(V1).json()
    kinds = {kind["kind"]: kind for kind in told["kinds"]}
    assert (told["read"], told["unread"], told["calls"]) == (4, 0, 3)
    assert kinds["objection"]["precision"]["value"] == 0
    assert kinds["signal"]["recall"]["value"] == 0
    assert kinds["signal"]["moments"]["value"] == 1
    assert kinds["pain"]["recall"] is None
    assert kinds["pain"]["note"]
    assert client.get(V1, params={"sample": "none"}).status_code == 404


@pytest.mark.parametrize(
    "labels",
    [
        [{"start_char": 0, "end_char": 9_999, "kind": "pain"}],
        [{"start_char": 5, "end_char": 5, "kind": "pain"}],
        [{"start_char": 0, "end_char": 5, "kind": "mood"}],
        [{"start_char": 0, "end_char": 5, "kind": "pain", "category": "price"}],
    ],
)
def test_labels_that_cannot_be_are_a_problem_document(client, sample, labels):
    answer = client.put(f"{V1}/samples/{sample['id']}/items/1", json={"labels": labels})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_drawn_cannot_be_labelled(client, sample):
    assert client.put(f"{V1}/samples/{sample['id']}/items/99", json={"labels": []}).status_code == 404
    assert client.put(f"{V1}/samples/none/items/1", json={"labels": []}).status_code == 404
    assert client.post(f"{V1}/samples", json={"n": 3}).status_code == 422
