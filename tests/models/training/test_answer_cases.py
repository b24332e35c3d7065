"""The labelled answer cases parse, are varied and say nothing twice; sellers made of them hold what they claim."""

from pathlib import Path

import pytest

from models.training.answer_cases import describe_cases, parse_cases, read_answer_cases
from models.training.answer_sellers import make_sellers
from models.training.answers import batches_of_one_trade
from models.training.labelled_calls import LabelError, near_duplicate_texts

LABELS = Path(__file__).parents[3] / "corpus" / "labels" / "answers"
HELD = LABELS.with_name("held_answers")
CASE = """case: c
trade: tea
category: price
C: too dear
answers: plain
touches: near
trap: dear me
other: far
"""


@pytest.fixture(scope="module")
def cases():
    return read_answer_cases(LABELS)


def test_the_corpus_is_large_and_of_many_trades(cases):
    assert len(cases) >= 500, describe_cases(cases)
    assert len({case.trade for case in cases}) >= 90
    assert len({case.name for case in cases}) == len(cases)
    assert sum(len(case.points) * len(case.passages) for case in cases) >= 8000


def test_every_case_answers_once_plainly_and_once_in_other_words(cases):
    assert {sum(relation == "answers" for relation, _ in case.passages) for case in cases} == {2}


def test_what_is_only_measured_has_points_enough_for_a_theme_and_trades_of_its_own(cases):
    held = read_answer_cases(HELD)
    assert len(held) >= 40, describe_cases(held)
    assert min(len(case.points) for case in held) >= 6
    assert not {case.trade for case in held} & {case.trade for case in cases}


def test_no_point_and_no_passage_is_nearly_another(cases):
    all_cases = [*cases, *read_answer_cases(HELD)]
    said = [(case.name, text) for case in all_cases for text in (*case.points, *(text for _, text in case.passages))]
    assert near_duplicate_texts(said) == []


@pytest.mark.parametrize("missing", ["trade: tea\n", "C: too dear\n", "trap: dear me\n", "category: price\n"])
def test_a_case_that_lacks_a_part_is_refused(tmp_path, missing):
    path = tmp_path / "x.txt"
    path.write_text(CASE.replace(missing, ""))
    with pytest.raises(LabelError, match=r"x\.txt"):
        list(parse_cases(path))


def test_a_made_seller_holds_an_answer_where_it_says_so_and_none_where_not(cases):
    relations = {text: (case.name, relation) for case in cases for relation, text in case.passages}
    for seller in make_sellers(cases, n_each=1):
        held = {relations[text] for text in seller.shelf}
        for theme in seller.themes:
            assert ((theme.name, "answers") in held) == (theme.status in ("covered", "other_words"))
            if theme.status == "weak":
                assert (theme.name, "touches") in held
            if theme.status == "missing":
                assert (theme.name, "touches") not in held


def test_what_other_trades_lend_a_shelf_answers_nothing_and_touches_nothing(cases):
    lent = {text: (case.trade, relation) for case in cases for relation, text in case.passages}
    for seller in make_sellers(cases, n_each=1):
        strange = [relation for trade, relation in map(lent.get, seller.shelf) if trade != seller.trade]
        assert len(strange) == 30
        assert set(strange) <= {"trap", "other"}


def test_made_sellers_are_the_same_twice(cases):
    assert make_sellers(cases[:40]) == make_sellers(cases[:40])


def test_a_batch_is_mostly_of_one_trade(cases):
    batches = batches_of_one_trade(cases)
    assert sum(len(batch) for batch in batches) == len(cases)
    trades = [len({case.trade for case in batch}) for batch in batches]
    assert sum(trades) / len(trades) < 3
