"""Trends tell what rises and falls, and no more of it by chance than was allowed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from pipeline.insights.theme_reading import theme_moments
from pipeline.insights.theme_trends import Trend, _told, _trend, concentration, read_trends, wilson
from pipeline.records import Call, PhraseFilter, SpottedMoment, Theme, Turn
from pipeline.store.open import open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hold(tx, place, *, week, objects, account):
    """Hold a call of a week in which the customer objects, or not."""
    name = f"c{place:03}"
    day = (NOON + timedelta(weeks=week)).date().isoformat()
    metadata = {"recorded_at": day, "account": account, "deal": f"deal of {account}"}
    tx.calls.add(Call(name, f"{name}.json", name, "transcript", None, None, None, metadata, NOON))
    tx.talk.replace_turns(name, [Turn(name, 0, "S1", "customer", 1.0, None, None, "It is too dear.")])
    kind = "objection" if objects else "signal"
    tx.moments.replace(name, [SpottedMoment(0, 0, 15, kind, None, "asserted", 0.9)])


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'trends.db'}")
    yield opened
    opened.close()


def fill(store, objects_in_week):
    with store.begin() as tx:
        place = 0
        for week, share in enumerate(objects_in_week):
            for n in range(20):
                hold(tx, place, week=week, objects=n < share, account="Acme" if n < 2 else f"a{place}")
                place += 1
        said = [moment.id for moment in tx.moments.select(PhraseFilter()) if moment.kind == "objection"]
        theme = Theme("T1", "too dear", (), said[0], len(said), 1, 1, 1, 0.9)
        tx.themes.replace([theme], {"T1": said}, stamp="1")


def test_a_theme_of_more_calls_each_week_rises_and_its_shares_have_intervals(store):
    fill(store, [1, 4, 9, 16])
    with store.read() as tx:
        trend = read_trends(tx)["T1"]
    assert trend.direction == "rising"
    assert [(week.calls.n, week.calls.out_of) for week in trend.weeks] == [(1, 20), (4, 20), (9, 20), (16, 20)]
    assert trend.weeks[0].start == NOON.date()
    last = trend.weeks[-1].calls
    assert last.low < 0.8 < last.high
    assert trend.weeks[0].accounts.out_of == 19
    assert trend.weeks[0].uncovered.n == 0


def test_a_theme_of_as_many_calls_each_week_neither_rises_nor_falls(store):
    fill(store, [5, 5, 5, 5])
    with store.read() as tx:
        assert read_trends(tx)["T1"].direction is None


def test_weeks_without_a_call_are_in_the_row(store):
    with store.begin() as tx:
        for place, week in enumerate((0, 3)):
            hold(tx, place, week=week, objects=True, account="A")
        said = [moment.id for moment in tx.moments.select(PhraseFilter())]
        tx.themes.replace([Theme("T1", "dear", (), said[0], 2, 2, 1, 1, 0.9)], {"T1": said}, stamp="1")
        trend = read_trends(tx)["T1"]
    assert [week.calls.out_of for week in trend.weeks] == [1, 0, 0, 1]
    assert trend.p_value is None


def test_an_account_that_makes_much_of_a_theme_is_named(store):
    fill(store, [2, 2, 2, 1])
    with store.read() as tx:
        found = concentration(theme_moments(tx, "T1"))
    assert found is not None
    assert found.warning == "One account, Acme, makes 100% of this theme."


@pytest.mark.parametrize(("accounts", "warned"), [(["Acme"] * 3, "Acme"), (["Acme", "Bolt"], None), (["Acme"], None)])
def test_a_small_theme_is_one_accounts_only_if_all_of_it_is(store, accounts, warned):
    with store.begin() as tx:
        for place, account in enumerate(accounts):
            hold(tx, place, week=place, objects=True, account=account)
        ids = [moment.id for moment in tx.moments.select(PhraseFilter(kinds=("objection",), moments_only=True))]
        theme = Theme("T1", "too dear", (), ids[0], len(ids), len(ids), len(set(accounts)), 0, 1.0)
        tx.themes.replace([theme], {"T1": ids}, stamp="1")
    with store.read() as tx:
        found = concentration(theme_moments(tx, "T1"))
    assert (found.account if found else None) == warned


def test_among_many_themes_without_a_trend_few_are_told_to_have_one():
    rng = np.random.default_rng(0)
    trends = {}
    for number in range(200):
        p_value, slope = _trend([wilson(int(rng.binomial(40, 0.3)), 40) for _ in range(8)])
        trends[str(number)] = Trend(str(number), (), p_value, slope, None, 0)
    by_chance = sum(trend.p_value < 0.05 for trend in trends.values())
    told = [trend for trend in _told(trends).values() if trend.direction]
    assert by_chance >= 3
    assert len(told) <= 1


def test_the_interval_of_wilson_is_that_of_the_literature():
    share = wilson(0, 10)
    assert (round(share.low, 3), round(share.high, 3)) == (0.0, 0.278)
