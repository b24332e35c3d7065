"""What says the same is shown once with its other places, and no call or account fills the first page."""

import numpy as np

from pipeline.insights.blend import Ranked, blend
from pipeline.insights.folding import MOST_OF_ACCOUNT, MOST_OF_CALL, PAGE, Folded, fold, fold_alike, spread
from pipeline.insights.held.facts import Place
from pipeline.insights.held.spelt import words_of
from pipeline.insights.held.words import key_of

TEXTS = {}


def phrase(number, text, call="a", turn=None, moment=None):
    place = number if turn is None else turn
    TEXTS[number] = text
    return Place(number, number, call, place, moment is not None, key_of(words_of(text)))


def folded_of(*phrases, scores=None):
    scores = scores or [1.0 - 0.01 * place for place in range(len(phrases))]
    return [Folded(one, score, 0.5) for one, score in zip(phrases, scores, strict=True)]


def alike(*phrases, cosine, heard=()):
    """Fold phrases whose vectors all have one cosine to each other."""
    angle = np.arccos(cosine)
    vectors = {one.id: np.array([np.cos(angle * place), np.sin(angle * place)]) for place, one in enumerate(phrases)}
    return fold_alike(
        folded_of(*phrases), lambda places: np.stack([vectors[place.id] for place in places]), lambda _: TEXTS, heard
    )


def test_a_score_rises_with_the_meaning_and_with_the_words():
    ids = np.array([1, 2, 3, 4, 5])
    best, scores = blend(ids, np.array([8.0, 8.0, 2.0, 0.0, 0.0]), np.array([0.7, 0.5, 0.7, 0.7, 0.1]))
    assert ids[best].tolist() == [1, 3, 4, 2]
    assert all(0 < score < 1 for score in scores)


def test_a_phrase_that_shares_a_word_stays_without_a_vector():
    best, scores = blend(np.array([7, 8]), np.array([3.0, 0.0]), np.array([np.nan, np.nan]))
    assert best.tolist() == [0]
    assert scores[0] > 0


def test_of_equal_scores_the_phrase_that_came_first_goes_first():
    best, _ = blend(np.array([9, 4]), np.zeros(2), np.array([0.5, 0.5]))
    assert best.tolist() == [1, 0]


def test_equal_words_are_one_whatever_their_case_and_punctuation():
    held = {1: phrase(1, "Too expensive!"), 2: phrase(2, "too expensive", call="b"), 3: phrase(3, "too slow")}
    folded = fold([Ranked(number, 0.9 - 0.1 * number, 0.5) for number in held], held)
    assert [(found.phrase.id, [other.id for other in found.others]) for found in folded] == [(1, [2]), (3, [])]


def test_a_moment_stands_for_its_turn():
    held = {1: phrase(1, "Well. It is dear.", turn=0), 2: phrase(2, "It is dear.", turn=0, moment="m")}
    folded = fold([Ranked(1, 0.61, 0.5), Ranked(2, 0.6, 0.5)], held)
    assert [found.phrase.id for found in folded] == [2]


def test_nearly_the_same_is_folded_and_less_near_is_not():
    pair = (phrase(1, "It is too expensive for us"), phrase(2, "It's too expensive for us", call="b"))
    assert [found.others for found in alike(*pair, cosine=0.97)] == [(pair[1],)]
    assert [found.others for found in alike(*pair, cosine=0.9)] == [(), ()]


def test_of_equal_words_the_copy_that_can_be_heard_is_shown_in_the_place_of_the_best():
    held = {
        1: phrase(1, "Too dear", call="a", moment="m"),
        2: phrase(2, "Too slow", call="b", moment="m"),
        3: phrase(3, "too dear.", call="c", moment="m"),
        4: phrase(4, "too dear", call="d", moment="m"),
    }
    folded = fold([Ranked(number, 0.9 - 0.1 * number, 0.5 + number) for number in held], held, {"c", "d"})
    assert [(one.phrase.id, [other.id for other in one.others]) for one in folded] == [(3, [1, 4]), (2, [])]
    assert (folded[0].score, folded[0].cosine) == (0.8, 3.5)


def test_a_turn_that_can_be_heard_stands_for_no_moment_that_cannot():
    held = {1: phrase(1, "Too dear", call="a", moment="m"), 2: phrase(2, "too dear", call="b")}
    [folded] = fold([Ranked(1, 0.9, 0.5), Ranked(2, 0.8, 0.5)], held, {"b"})
    assert folded.phrase.id == 1


def test_of_what_is_nearly_the_same_the_copy_that_can_be_heard_is_shown():
    pair = (phrase(1, "It is too dear for us", call="a"), phrase(2, "It's too dear for us", call="b"))
    assert [(one.phrase, one.others) for one in alike(*pair, cosine=0.97, heard={"b"})] == [(pair[1], (pair[0],))]
    assert [(one.phrase, one.others) for one in alike(*pair, cosine=0.97, heard={"a", "b"})] == [(pair[0], (pair[1],))]
    assert [one.score for one in alike(*pair, cosine=0.97, heard={"b"})] == [1.0]


def test_a_negation_or_a_number_keeps_apart_what_is_near():
    for one, other in (("It works for us", "It doesn't work for us"), ("We pay 20 a seat", "We pay 90 a seat")):
        assert len(alike(phrase(1, one), phrase(2, other, call="b"), cosine=0.99)) == 2


def test_the_first_page_is_shared_by_calls_and_accounts():
    phrases = [phrase(number, f"loud {number}", call=f"loud-{number // 10}") for number in range(60)]
    others = [phrase(number, f"quiet {number}", call=f"quiet-{number}") for number in range(100, 120)]
    accounts = {one.call: "Loud" if one.call.startswith("loud") else None for one in (*phrases, *others)}
    folded = folded_of(*phrases, *others, scores=[0.8] * 60 + [0.7] * 20)
    page = spread(folded, accounts)[:PAGE]
    calls = [found.phrase.call for found in page]
    assert max(calls.count(call) for call in calls) <= MOST_OF_CALL
    assert sum(accounts[call] == "Loud" for call in calls) == MOST_OF_ACCOUNT
    assert page[0] == folded[0]


def test_a_much_worse_answer_from_elsewhere_waits_and_nothing_is_lost():
    folded = folded_of(
        *(phrase(number, f"loud {number}") for number in range(5)), phrase(9, "far", call="b"), scores=[0.8] * 5 + [0.3]
    )
    assert spread(folded, {}) == folded


def test_more_pages_do_not_change_the_first():
    folded = folded_of(*(phrase(number, f"said {number}", call=f"call-{number % 3}") for number in range(50)))
    assert spread(folded[:30], {})[:10] == spread(folded, {})[:10]
    assert sorted(found.phrase.id for found in spread(folded, {})) == list(range(50))
