"""What a filter leaves of the themes is ranked and counted anew; only what is shown is read."""

import pytest

from api.narrowing import ranked_themes, read_themes, themes_within


@pytest.fixture
def theme(client):
    return client.get("/api/v1/themes").json()["items"][0]["id"]


def test_themes_are_ranked_by_the_chosen_calls_and_counted_in_them(toolkit, theme):
    with toolkit.store.read() as tx:
        whole = tx.themes.get(theme)
        every = ranked_themes(tx, {})
        narrowed = ranked_themes(tx, {"account": ("harbour kitchen",)})
        assert list(every) == tx.themes.ids()
        assert read_themes(tx, every, [theme]) == [whole]
        for where, ranked in (({}, every), ({"account": ("harbour kitchen",)}, narrowed)):
            first = read_themes(tx, ranked, list(ranked)[:1])
            assert themes_within(tx, where, most=1) == (first, len(ranked))
            assert themes_within(tx, where, start=len(ranked), most=1) == ([], len(ranked))
        [found] = read_themes(tx, narrowed, [theme])
    assert (found.label, found.n_accounts) == (whole.label, 1)
    assert 0 < found.n_moments < whole.n_moments


def test_a_filter_that_no_call_passes_leaves_no_theme(toolkit, theme):
    with toolkit.store.read() as tx:
        assert theme in tx.themes.ids()
        assert ranked_themes(tx, {"account": ("nobody",)}) == {}
