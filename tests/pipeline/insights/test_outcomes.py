"""Outcomes: differences with intervals that hold the truth, and on data without any, next to nothing flagged."""

import numpy as np
import pytest

from pipeline.insights.outcome_deals import Deal, read_deals
from pipeline.insights.outcome_statistics import (
    Table,
    benjamini_hochberg,
    cochran,
    mantel_haenszel,
    newcombe,
)
from pipeline.insights.outcomes import Factor, associate, exposure_bands, read_outcomes
from pipeline.records import PhraseFilter, SpottedMoment, Theme

SEGMENTS = ("small", "mid", "large")


def make_deals(dice, n, won):
    """Deals whose chance to be won is `won(words, segment)`; a third of the others ends without a decision."""
    deals = []
    for place in range(n):
        words, segment = int(dice.integers(200, 4_000)), SEGMENTS[int(dice.integers(3))]
        lost = "no_decision" if dice.random() < 1 / 3 else "lost"
        outcome = "won" if dice.random() < won(words, segment) else lost
        deals.append(Deal(f"d{place}", "deal", (f"c{place}",), outcome, "demo", segment, None, words))
    return deals


def mentioned(dice, deals, name, chance):
    return Factor(name, name, {deal.id: ("m",) for deal in deals if dice.random() < chance(deal)})


def test_on_null_data_at_most_one_theme_of_twenty_is_flagged():
    dice = np.random.default_rng(1)
    flagged = n = 0
    for _ in range(12):
        # Longer deals mention everything more often and are won more often: the themes themselves do nothing.
        deals = make_deals(dice, 80, lambda words, _: 0.2 + 0.5 * words / 4_000)
        themes = [mentioned(dice, deals, f"t{k}", lambda d: 1 - np.exp(-d.exposure / 3_000)) for k in range(10)]
        found = associate(deals, themes)
        flagged += sum(any(contrast.is_associated for contrast in one.contrasts) for one in found)
        n += len(found)
    assert flagged <= 0.05 * n


def test_without_its_correction_exposure_would_look_like_an_effect():
    dice = np.random.default_rng(1)
    deals = make_deals(dice, 3_000, lambda words, _: 0.1 + 0.8 * words / 4_000)
    theme = mentioned(dice, deals, "t", lambda d: d.exposure / 4_000)
    won = associate(deals, [theme])[0].contrasts[0]
    corrected = next(one.difference for one in won.adjusted if one.by == "exposure")
    assert won.difference.low > 0.15
    assert abs(corrected.value) < 0.06


def test_planted_effects_lie_in_the_intervals():
    dice = np.random.default_rng(2)
    held = crude = 0
    base = {"small": 0.3, "mid": 0.5, "large": 0.7}
    n = 150
    for _ in range(n):
        rows = []
        for place in range(60):
            segment = SEGMENTS[place % 3]
            raised = bool(dice.random() < 0.4)
            won = dice.random() < base[segment] - 0.25 * raised
            rows.append((Deal(f"d{place}", "deal", ("c",), "won" if won else "lost", None, segment, None, 1), raised))
        theme = Factor("t", "t", {deal.id: ("m",) for deal, raised in rows if raised})
        contrast = associate([deal for deal, _ in rows], [theme])[0].contrasts[0]
        within = next(one.difference for one in contrast.adjusted if one.by == "segment")
        held += within.low <= -0.25 <= within.high
        crude += contrast.difference.low <= -0.25 <= contrast.difference.high
    assert held >= 0.92 * n
    assert crude >= 0.92 * n


def test_a_strong_effect_is_flagged_and_no_other():
    dice = np.random.default_rng(5)
    deals = make_deals(dice, 120, lambda *_: 0.5)
    killer = Factor("killer", "killer", {d.id: ("m",) for d in deals if d.outcome != "won" and dice.random() < 0.8})
    others = [mentioned(dice, deals, f"t{k}", lambda _: 0.4) for k in range(8)]
    found = associate(deals, [*others, killer])
    assert found[0].factor == "killer"
    assert found[0].contrasts[0].is_associated
    assert found[0].contrasts[0].difference.high < 0
    assert not any(contrast.is_associated for one in found[1:] for contrast in one.contrasts)


def test_thirty_deals_give_wide_intervals_and_no_flag():
    dice = np.random.default_rng(4)
    deals = make_deals(dice, 30, lambda *_: 0.5)
    won = associate(deals, [mentioned(dice, deals, "t", lambda _: 0.4)])[0].contrasts[0]
    assert won.difference.high - won.difference.low > 0.5
    assert not won.is_associated


def test_newcombes_interval_is_that_of_his_paper():
    found = newcombe(Table(56, 70, 48, 80))
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_an_empty_group_has_no_difference():
    assert newcombe(Table(0, 0, 3, 8)) is None
    assert mantel_haenszel([Table(0, 0, 3, 8), Table(1, 2, 0, 0)]) is None
    assert cochran([Table(0, 0, 3, 8)]) is None


def test_strata_take_away_what_stands_behind_both():
    # Simpson's paradox: within each stratum the difference is nil.
    strata = [Table(8, 10, 32, 40), Table(8, 40, 2, 10)]
    whole = Table(16, 50, 34, 50)
    assert newcombe(whole).high < 0
    assert mantel_haenszel(strata).value == pytest.approx(0)
    assert cochran(strata) > 0.5


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg():
    assert benjamini_hochberg([0.01, None, 0.04, 0.03]) == [pytest.approx(0.03), None, 0.04, 0.04]


def test_exposure_bands_are_as_many_as_the_deals_allow():
    deals = [Deal(str(n), "deal", (), "won", None, None, None, n) for n in range(45)]
    bands = exposure_bands(deals)
    assert sorted(bands.values()).count(0) == 15
    assert max(bands.values()) == 2
    assert set(exposure_bands(deals[:20]).values()) == {0}


@pytest.fixture
def corpus(toolkit, write_call, ingest):
    """Two calls of one deal, one of an account without a deal, and one of nobody; all but the last are closed."""
    given = {
        "first": {"deal": "D-1", "account": "Acme", "outcome": "open", "recorded_at": "2026-01-01", "amount": 10},
        "second": {"deal": "D-1", "account": "Acme", "outcome": "won", "recorded_at": "2026-02-01"},
        "third": {"account": "Borealis", "outcome": "lost"},
        "fourth": {},
    }
    ids = ingest(*[write_call(name, "R: Hello.", "C: It is too dear for us.", **more) for name, more in given.items()])
    with toolkit.store.begin() as tx:
        for name in ids:
            tx.moments.replace(name, [SpottedMoment(1, 0, 9, "objection", "price", "asserted", 0.9)])
        members = [moment.id for moment in tx.moments.select(PhraseFilter(calls=tuple(ids[:2])))]
        theme = Theme("t", "too dear", (), members[0], 2, 2, 1, 1, 1.0)
        tx.themes.replace([theme], {"t": members}, stamp="s")
    return toolkit


def test_the_deal_is_the_unit_and_the_account_where_none_is_named(corpus):
    with corpus.store.read() as tx:
        deals = {deal.id: deal for deal in read_deals(tx)}
    assert (deals["D-1"].kind, len(deals["D-1"].calls), deals["D-1"].outcome) == ("deal", 2, "won")
    assert (deals["Borealis"].kind, deals["Borealis"].outcome) == ("account", "lost")
    assert sorted(deal.kind for deal in deals.values()) == ["account", "call", "deal"]


def test_each_count_leads_to_its_deals_and_moments(corpus):
    with corpus.store.read() as tx:
        found = read_outcomes(tx)
        moments = {moment.id for moment in tx.moments.select(PhraseFilter())}
    one = found.associations[0]
    assert (found.ended, found.n_unknown) == ({"won": 1, "lost": 1, "no_decision": 0}, 1)
    assert (one.n_with, one.n_without) == (1, 1)
    assert [(shown.deal.id, len(shown.moments)) for shown in one.deals] == [("D-1", 2)]
    assert set(one.deals[0].moments) <= moments


def test_a_withdrawn_quote_raises_nothing(corpus):
    with corpus.store.begin() as tx:
        for moment in tx.moments.select(PhraseFilter(themes=("t",))):
            tx.moments.set_state(moment.id, "withdrawn")
    with corpus.store.read() as tx:
        assert read_outcomes(tx).associations[0].n_with == 0


def test_nothing_held_gives_nothing(toolkit):
    with toolkit.store.read() as tx:
        assert read_outcomes(tx).associations == ()
