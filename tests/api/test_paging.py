import pytest

from api.paging import Part

V1 = "/api/v1"


def test_pages_follow_each_other_though_items_come_and_go():
    first, cursor = Part(0, 2).page(list("abcde"), str)
    assert (first, cursor is not None) == (["a", "b"], True)
    assert Part(2, 2, "b").page(list("XabcdeY"), str)[0] == ["c", "d"]
    assert Part(2, 2, "b").page(list("bcde"), str)[0] == ["c", "d"]
    assert Part(2, 2, "b").page(list("acde"), str)[0] == ["d", "e"]
    assert Part(4, 2, "d").page(list("abcde"), str) == (["e"], None)
    assert Part(9, 2, "z").page(list("abc"), str) == ([], None)


@pytest.mark.parametrize("order", ["call", "score"])
def test_moments_are_walked_through_once_each(client, order):
    everything = [m["id"] for m in client.get(f"{V1}/moments", params={"order": order}).json()["items"]]
    walked, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{V1}/moments", params={"order": order, "limit": 1, "cursor": cursor}).json()
        walked += [moment["id"] for moment in page["items"]]
        cursor = page["next"]
    assert walked == everything
    assert len(everything) == 4


def test_a_moment_that_goes_shifts_no_page(client, toolkit, doubted):
    first = client.get(f"{V1}/moments", params={"limit": 2}).json()
    with toolkit.store.begin() as tx:
        tx.calls.forget(first["items"][0]["call"])
    rest = client.get(f"{V1}/moments", params={"limit": 9, "cursor": first["next"]}).json()["items"]
    left = [moment["id"] for moment in client.get(f"{V1}/moments").json()["items"]]
    assert [moment["id"] for moment in rest] == left[left.index(first["items"][1]["id"]) + 1 :]


@pytest.mark.parametrize("cursor", ["x", "ZnJvbTo", "ZnJvbTotMQ", "ZnJvbToxOgA", "☃", "a" * 1001])
def test_a_cursor_that_was_not_given_out_is_refused(client, cursor):
    for path in ("moments", "calls", "themes", "collateral"):
        assert client.get(f"{V1}/{path}", params={"cursor": cursor}).status_code == 422
