import pytest

V1 = "/api/v1"


@pytest.mark.parametrize(
    "path", ["calls", "moments", "themes", "gaps", "collateral", "facts", "search?q=expensive", "guide?format=md"]
)
def test_what_is_held_already_is_not_sent_again(client, path):
    first = client.get(f"{V1}/{path}")
    again = client.get(f"{V1}/{path}", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(f"{V1}/{path}", headers={"If-None-Match": '"other"'}).content == first.content


def test_a_change_is_sent(client):
    mark = client.get(f"{V1}/calls").headers["etag"]
    client.delete(f"{V1}/calls/harbour-1")
    changed = client.get(f"{V1}/calls", headers={"If-None-Match": mark})
    assert (changed.status_code, changed.json()["total"]) == (200, 2)


def test_errors_pages_and_recordings_are_left_as_they_are(client, recording):
    assert "etag" not in client.get(f"{V1}/calls/nowhere").headers
    assert "etag" not in client.get("/calls").headers
    sound = client.get(f"{V1}/calls/{recording.id}/audio")
    assert sound.headers["etag"].strip('"').endswith(".ogg")
