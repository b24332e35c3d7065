"""Quotes stand for a theme by a rule: typical, contrary, drawn, and of several accounts."""

from pipeline.insights.theme_quotes import choose_quotes
from pipeline.records import Moment


def moment(place, account):
    return Moment(
        id=f"m{place}", call=f"c{place}", source="c.wav", account=account, turn=0, speaker="S1", role="customer",
        start_s=None, end_s=None, kind="objection", category=None, quote="Too dear.", context="Too dear.", score=0.9,
        state="machine", theme="t", factuality="asserted", start_char=0, end_char=9, recorded_at=None,
    )  # fmt: skip


def test_the_typical_and_the_contrary_quote_are_of_two_accounts():
    chosen = choose_quotes("t", [moment(0, "A"), moment(1, "A"), moment(2, "B"), moment(3, "A")])
    assert [(quote.role, quote.moment.id) for quote in chosen[:2]] == [
        ("most typical", "m0"),
        ("least like the others", "m2"),
    ]


def test_the_draw_is_the_same_each_time_and_takes_no_quote_twice():
    held = [moment(place, f"account {place}") for place in range(9)]
    chosen = choose_quotes("t", held)
    assert chosen == choose_quotes("t", held)
    assert len({quote.moment.id for quote in chosen}) == len({quote.moment.account for quote in chosen}) == 5


def test_one_quote_is_chosen_once():
    assert [quote.role for quote in choose_quotes("t", [moment(0, None)])] == ["most typical"]
