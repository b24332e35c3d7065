"""The listening list is spread over themes, calls and accounts, and ends when its minutes are full."""

from dataclasses import replace

from pipeline.insights.listening_list import LEAD_S, TAIL_S, choose_listening
from pipeline.records import Moment, Theme


def moment(n, call, theme=None, **more):
    text = f"Quote {n}."
    made = Moment(
        f"m{n}", call, f"{call}.wav", f"{call} Ltd", n, "S1", "customer", n * 60.0, n * 60.0 + 5, "pain", None, text,
        text, 0.9, "machine", theme, "asserted", 0, len(text), "2026-11-01",
    )  # fmt: skip
    return replace(made, **more)


def theme(name, accounts):
    return Theme(name, name.title(), (), "m0", 1, 1, accounts, 0, 0.9)


THEMES = {"price": theme("price", 5), "time": theme("time", 3)}


def chosen(moments, most_s=600.0):
    return [item.moment.id for item in choose_listening(moments, THEMES, most_s=most_s)]


def test_themes_take_turns_that_of_most_accounts_first_and_no_theme_last():
    held = [moment(0, "a"), moment(1, "b", "time"), moment(2, "c", "price"), moment(3, "d", "price", score=0.8)]
    assert chosen(held) == ["m2", "m1", "m0", "m3"]


def test_what_a_person_confirmed_comes_before_what_is_surer():
    held = [moment(0, "a", "price", score=0.99), moment(1, "b", "price", state="heard", score=0.7)]
    assert chosen(held) == ["m1", "m0"]


def test_two_of_one_call_follow_each_other_only_where_nothing_else_is_left():
    surest = [moment(n, "a", "price", score=0.99 - n / 100) for n in (0, 1)]
    held = [*surest, moment(2, "b", "price", score=0.6)]
    assert chosen(held) == ["m0", "m2", "m1"]


def test_a_call_has_three_until_the_others_are_used_up():
    talker = [moment(n, "a", "price", score=0.99) for n in range(6)]
    others = [moment(n, f"c{n}", "price", score=0.6) for n in (10, 11, 12, 13)]
    order = chosen([*talker, *others])
    assert len(order) == 10
    assert sum(name in {"m0", "m1", "m2", "m3", "m4", "m5"} for name in order[:7]) == 3


def test_it_is_as_long_as_asked_and_each_starts_before_and_ends_after_its_words():
    items = choose_listening([moment(n, f"c{n}") for n in range(1, 9)], THEMES, most_s=20.0)
    assert [item.lasts_s for item in items] == [5 + LEAD_S + TAIL_S] * 2
    assert (items[0].from_s, items[0].to_s) == (60 - LEAD_S, 65 + TAIL_S)
    assert choose_listening([moment(0, "a")], {}, most_s=60)[0].from_s == 0.0


def test_what_is_doubtful_too_short_too_long_or_without_times_is_left_out():
    held = [
        moment(1, "a", score=0.4),
        moment(2, "b", end_s=121.0),
        moment(3, "c", end_s=400.0),
        moment(4, "d", start_s=None, end_s=None),
    ]
    assert chosen(held) == []


def test_of_moments_that_share_words_one_is_played():
    held = [moment(0, "a", "price"), moment(1, "a", "time", turn=0, start_s=2.0, end_s=5.0, start_char=6)]
    assert chosen(held) == ["m0"]
