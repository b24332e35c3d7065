"""The points of a theme: its most typical likely ones, however many moments it has, with vectors that are held."""

from dataclasses import replace

import pytest

from pipeline.insights import theme_points as points
from pipeline.insights.theme_points import encode_points, points_of, theme_points
from pipeline.insights.theme_reading import refresh_themes, theme_moments
from pipeline.records import text_hash


@pytest.fixture
def theme(toolkit, write_call, ingest, counting_encoder):
    said = [f"The price for {n} lorries in the winter is too high for us." for n in range(30)]
    ingest(*(write_call(f"c{n}", f"C: {text}", "R: I see.") for n, text in enumerate(said)))
    refresh_themes(toolkit.store, toolkit.encoder, counting_encoder("matters"))
    with toolkit.store.read() as tx:
        return next(one.id for one in tx.themes.all() if one.n_moments > 20)


def test_they_are_the_most_typical_likely_ones(toolkit, theme):
    with toolkit.store.read() as tx:
        moments = theme_moments(tx, theme)
        assert theme_points(tx, theme) == [moment.quote for moment in moments[:12]]
    doubtful = [replace(moment, score=0.1 if place < 5 else 0.9) for place, moment in enumerate(moments)]
    assert points_of(doubtful) == [moment.quote for moment in moments[5:17]]


@pytest.mark.parametrize(("doubtful", "n_read"), [(0, 14), (14, 30)])
def test_no_more_members_are_read_than_it_takes_to_find_likely_ones(toolkit, theme, monkeypatch, doubtful, n_read):
    monkeypatch.setattr(points, "_READ_FIRST", 14)
    asked = []
    with toolkit.store.read() as tx:
        whole = theme_moments(tx, theme)
        told = {m.id: replace(m, score=0.1 if place < doubtful else 0.9) for place, m in enumerate(whole)}
        monkeypatch.setattr(tx.moments, "by_ids", lambda ids: asked.extend(ids) or {name: told[name] for name in ids})
        assert theme_points(tx, theme) == points_of(list(told.values()))
    assert len(asked) == min(n_read, len(whole))


def test_their_vectors_are_held_and_not_made_again(toolkit, theme, counting_encoder):
    encode_points(toolkit.store, other := counting_encoder("counting"))
    first = len(other.asked)
    encode_points(toolkit.store, other)
    with toolkit.store.read() as tx:
        held = tx.vectors.of_hashes("counting", [text_hash(text) for text in theme_points(tx, theme)])
    assert first > 0
    assert (len(other.asked), len(held)) == (first, 12)


def test_few_moments_keep_the_vectors_by_which_they_were_compared(toolkit, theme):
    with toolkit.store.read() as tx:
        quotes = [text_hash(moment.quote) for moment in theme_moments(tx, theme)]
        assert len(tx.vectors.of_hashes("matters", quotes)) == len(set(quotes))
