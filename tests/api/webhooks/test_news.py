from datetime import UTC, datetime, timedelta

import pytest

from api.webhooks.news import tell_news
from pipeline.collateral.records import Gap
from pipeline.records import PhraseFilter, Theme
from pipeline.store.webhooks import Webhook

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(toolkit):
    with toolkit.store.begin() as tx:
        tx.webhooks.add(Webhook("w1", "https://a.example/", ("gap.new", "theme.new"), "s", "Ann", NOON))
    return toolkit.store


def gaps(**status_of):
    return lambda tx: [Gap(name, name, status, 2, 2, (), (), 1.0, "") for name, status in status_of.items()]


def hold(store, *names):
    with store.begin() as tx:
        moment = tx.moments.select(PhraseFilter(moments_only=True))[0].id
        themes = [Theme(name, name, (), moment, 1, 1, 1, 0, 1.0) for name in names]
        tx.themes.replace(themes, {}, stamp=f"{names}")


def told(store):
    with store.read() as tx:
        return [(one.event, one.body["theme"]) for one in reversed(tx.webhooks.deliveries("w1"))]


def test_what_is_held_at_first_is_no_news(store):
    hold(store, "a")
    assert tell_news(store, gaps(a="missing"), NOON) == 0
    assert tell_news(store, gaps(a="missing"), NOON) == 0


def test_new_themes_and_gaps_are_told_once(store):
    hold(store, "a", "b")
    tell_news(store, gaps(a="missing", b="covered"), NOON)
    hold(store, "a", "b", "c")
    assert tell_news(store, gaps(a="missing", b="weak", c="covered"), NOON + timedelta(hours=1)) == 2
    assert told(store) == [("theme.new", "c"), ("gap.new", "b")]
    assert tell_news(store, gaps(a="missing", b="weak", c="covered"), NOON + timedelta(hours=2)) == 0


def test_a_gap_that_was_closed_and_opens_again_is_news(store):
    for names, status in ((["a"], "missing"), (["a", "b"], "covered"), (["a"], "missing")):
        hold(store, *names)
        tell_news(store, gaps(a=status), NOON)
    assert ("gap.new", "a") in told(store)


def test_nothing_of_what_customers_said_is_sent(store):
    hold(store, "a")
    tell_news(store, gaps(), NOON)
    hold(store, "a", "b")
    tell_news(store, gaps(), NOON)
    with store.read() as tx:
        [delivery] = tx.webhooks.deliveries("w1")
    assert set(delivery.body) == {"at", "theme", "label", "calls", "accounts"}


def test_without_a_webhook_nothing_is_read(toolkit):
    def fail(tx):
        raise AssertionError("gaps were read")

    assert tell_news(toolkit.store, fail, NOON) == 0
