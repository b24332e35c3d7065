"""Samples for labelling: held as drawn, read in order, and without the calls that were forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import NotFound
from pipeline.store.quality import LabelledSpan, QualityItem, QualitySample

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIZES = {("a", "long"): 3, ("a", "short"): 5, ("b", "long"): 4}
ITEMS = [
    QualityItem(1, "b", 0, "long", "h1"),
    QualityItem(2, "a", 1, "short", "h2"),
    QualityItem(3, "a", 0, "long", "h3"),
]


@pytest.fixture
def held(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        hold(tx, "b")
        tx.quality.add(QualitySample("s", NOON, str(2**64)), SIZES, ITEMS)
    return store


def test_a_sample_is_read_as_it_was_drawn(held):
    with held.read() as tx:
        assert tx.quality.get("s") == QualitySample("s", NOON, str(2**64))
        assert tx.quality.sizes("s") == {"long": 7, "short": 5}
        assert tx.quality.calls("s") == ["a", "b"]
        assert tx.quality.items("s") == ITEMS


def test_no_moment_is_another_thing_than_not_read(held):
    span = LabelledSpan(0, 4, "objection", "price")
    with held.begin() as tx:
        tx.quality.label("s", 1, [])
        tx.quality.label("s", 3, [span])
    with held.begin() as tx:
        assert [item.labels for item in tx.quality.items("s")] == [(), None, (span,)]
        tx.quality.label("s", 3, None)
        assert [item.labels for item in tx.quality.items("s")] == [(), None, None]


def test_the_last_sample_that_somebody_read_counts(held):
    with held.begin() as tx:
        with pytest.raises(NotFound, match="No sample has been labelled"):
            tx.quality.latest_read()
        tx.quality.add(QualitySample("later", NOON + timedelta(hours=1), "1"), SIZES, ITEMS)
        tx.quality.label("s", 1, [])
        assert tx.quality.latest_read().id == "s"
        tx.quality.label("later", 1, [])
        assert tx.quality.latest_read().id == "later"


def test_a_forgotten_call_leaves_every_sample(held):
    with held.begin() as tx:
        tx.calls.forget("a")
    with held.read() as tx:
        assert tx.quality.sizes("s") == {"long": 4}
        assert tx.quality.calls("s") == ["b"]
        assert tx.quality.items("s") == ITEMS[:1]


def test_what_is_not_held_is_said(held):
    with held.begin() as tx:
        with pytest.raises(NotFound, match="No sample 'x'"):
            tx.quality.get("x")
        with pytest.raises(NotFound, match="no turn 9"):
            tx.quality.label("s", 9, [])
