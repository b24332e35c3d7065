"""Themes gather what is alike from several calls, keep their ids, and do not depend on the order of the input."""

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.insights.clusters import find_clusters
from pipeline.insights.theme_labels import label_of, name_themes
from pipeline.insights.themes import Earlier, find_themes
from pipeline.records import Moment

ONBOARDING = [
    "getting everyone set up takes too long",
    "it takes weeks getting everyone set up",
    "getting everyone set up was a nightmare",
    "who is getting everyone set up and trained",
]
PAYROLL = ["does it talk to our payroll", "it has to talk to our payroll", "typing it into our payroll again"]


def moment(place, quote, *, call=None, category=None, account=None):
    return Moment(
        id=f"m{place}", call=call or f"c{place}", source=f"c{place}.wav", account=account or f"a{place % 3}", turn=0,
        speaker="S1", role="customer", start_s=None, end_s=None, kind="objection", category=category, quote=quote,
        context=quote, score=0.9, state="machine", theme=None, factuality="asserted", start_char=0,
        end_char=len(quote), recorded_at=None,
    )  # fmt: skip


def themes_of(moments, previous=None):
    vectors = HashingEncoder().encode([m.quote for m in moments])
    deals = {m.call: f"deal of {m.call}" for m in moments}
    return find_themes(moments, vectors, deals, encoder=HashingEncoder(), earlier=Earlier(previous or {}))


MOMENTS = [moment(place, quote) for place, quote in enumerate([*ONBOARDING, *PAYROLL, "zebra quagga"])]


def test_alike_quotes_are_one_theme_and_a_lonely_one_is_in_none():
    found = themes_of(MOMENTS)
    assert sorted(sorted(ids) for ids in found.members.values()) == [["m0", "m1", "m2", "m3"], ["m4", "m5", "m6"]]
    assert found.uncovered_share == pytest.approx(1 / 8)


def test_a_theme_counts_calls_accounts_and_deals_and_is_named_by_what_it_alone_says():
    first = themes_of(MOMENTS).themes[0]
    assert (first.n_moments, first.n_calls, first.n_accounts, first.n_deals) == (4, 4, 3, 4)
    assert first.medoid in {"m0", "m1", "m2", "m3"}


def test_one_talker_makes_no_theme():
    same_call = [moment(place, quote, call="c0") for place, quote in enumerate(ONBOARDING)]
    others = [moment(place + 10, quote) for place, quote in enumerate(PAYROLL)]
    assert len(themes_of([*same_call, *others]).themes) == 1


def test_the_order_of_the_input_changes_nothing():
    shuffled = [MOMENTS[place] for place in np.random.default_rng(3).permutation(len(MOMENTS))]
    one, other = themes_of(MOMENTS), themes_of(shuffled)
    assert one.themes == other.themes
    assert one.members == other.members


def test_a_theme_found_again_keeps_its_id():
    found = themes_of(MOMENTS)
    old = {"the-old-id": [*found.members[found.themes[0].id], "gone"]}
    again = themes_of(MOMENTS, previous=old)
    assert again.themes[0].id == "the-old-id"
    assert again.themes[1].id == found.themes[1].id


def test_a_theme_that_splits_gives_no_two_themes_one_id():
    whole = themes_of(MOMENTS)
    first, second = (whole.members[theme.id] for theme in whole.themes)
    previous = {whole.themes[1].id: [*first, *second], whole.themes[0].id: ["gone"]}
    again = themes_of(MOMENTS, previous=previous)
    assert len({theme.id for theme in again.themes}) == 2


def test_no_moments_give_no_themes():
    assert themes_of([]).themes == ()


def test_rows_without_neighbours_are_in_no_cluster():
    assert find_clusters(np.eye(4, dtype=np.float32)).of_row.tolist() == [-1, -1, -1, -1]
    assert find_clusters(np.zeros((0, 4), dtype=np.float32)).of_row.tolist() == []


def test_a_theme_is_named_by_what_the_others_do_not_say():
    groups = [
        [("the night shift rota is chaos", "A"), ("night shift rota again", "B")],
        [("the payroll export fails", "A"), ("we dread the payroll export", "B")],
    ]
    encoder = HashingEncoder()
    centres = np.array([encoder.encode([quote for quote, _ in group]).mean(axis=0) for group in groups])
    names = name_themes(groups, centres, encoder)
    assert "rota" in names[0][0]
    assert "payroll" in names[1][0]


def test_a_theme_without_a_phrase_is_named_by_its_typical_quote():
    assert label_of([], "is it on the up and up at all") == "is it on the up and up at…"
    assert label_of([], "So, is that for a whole month?") == "is that for a whole month?"
    assert label_of([], "They don't tie us in, and you want to hear yours.") == "They don't tie us in"


@pytest.mark.model
def test_no_theme_is_named_by_a_number_of_things_or_a_stretch_of_time():
    groups = [
        [("the rota for nine homes is chaos", "A"), ("one month of the rota and it is chaos", "B")],
        [("the payroll export fails", "A"), ("we dread the payroll export", "B")],
    ]
    encoder = HashingEncoder()
    centres = np.array([encoder.encode([quote for quote, _ in group]).mean(axis=0) for group in groups])
    for names in name_themes(groups, centres, encoder):
        assert not {"nine homes", "one month"} & set(names)
