"""The talk round a moment says what a hint is about, and is made of the turns that are held already."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.insights.talk_around import talk_around
from pipeline.insights.theme_vectors import Hints, SeenMoments
from pipeline.records import PhraseFilter

FIRST = (
    "R: Do you want a contract for one whole year?",
    "C: Far too expensive a marriage for us.",
    "R: You can leave the contract after each month.",
    "C: Good.",
    "R: Which colour has your kitchen?",
    "C: Tiles are too expensive, by the way.",
)
SECOND = (
    "R: Would a contract for one year suit?",
    "C: Too expensive if my mother hears it.",
    "R: You can leave monthly.",
)


@pytest.fixture
def moments(toolkit, write_call, ingest):
    ingest(write_call("one", *FIRST), write_call("two", *SECOND))
    with toolkit.store.read() as tx:
        yield sorted(tx.moments.select(PhraseFilter()), key=lambda moment: (moment.source, moment.turn))


def around(toolkit, moments):
    with toolkit.store.read() as tx:
        return talk_around(tx, toolkit.encoder, toolkit.encoder, moments)


def test_it_is_the_mean_of_the_own_turn_and_two_on_each_side_weighed_by_the_root_of_their_words(toolkit, moments):
    texts = [line[3:] for line in FIRST[:4]]
    weights = np.sqrt([[len(text.split())] for text in texts])
    expected = (toolkit.encoder.encode(texts) * weights).sum(axis=0)
    assert around(toolkit, moments)[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_a_moment_in_no_held_turn_has_no_talk(toolkit, moments):
    assert not around(toolkit, [replace(moments[0], turn=40)]).any()


def test_moments_of_two_calls_are_alike_by_their_talk_and_those_of_one_call_are_not(toolkit, moments):
    contract, tiles, other = (moments.index(one) for one in moments)
    unsaid = np.zeros((3, toolkit.encoder.dim), np.float32)
    bare = [replace(moment, category=None) for moment in moments]
    seen = SeenMoments(bare, unsaid, Hints(unsaid, *2 * [around(toolkit, moments)])).likeness()
    assert seen is not None
    assert seen.cosines[contract, other] > seen.cosines[tiles, other] + 0.1
    assert seen.cosines[contract, tiles] == 0


def test_without_talk_moments_are_compared_by_their_vectors(moments, toolkit):
    assert SeenMoments(moments, toolkit.encoder.encode([moment.quote for moment in moments])).likeness() is None


def test_a_shared_category_makes_moments_more_alike_and_another_one_less(toolkit, moments):
    talk = around(toolkit, moments)
    unsaid = np.zeros((3, toolkit.encoder.dim), np.float32)
    same, none, other = (
        SeenMoments([replace(moments[0], category=category), *moments[1:]], unsaid, Hints(unsaid, talk, talk))
        .likeness()
        .cosines[0, 2]
        for category in (moments[2].category, None, "timing")
    )
    assert same > none > other


def test_what_is_said_counts_by_its_meaning_and_by_its_matter_alike(toolkit, moments):
    bare = [replace(moment, category=None) for moment in moments]
    none, one = np.zeros((3, 4), np.float32), np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]], np.float32)
    by_meaning, by_matter, by_both = (
        SeenMoments(bare, vectors, Hints(matters, none, none)).likeness().cosines[0, 2]
        for vectors, matters in ((one, none), (none, one), (one, one))
    )
    assert by_meaning == by_matter == pytest.approx(by_both / 2)
    assert by_both > 0
