"""Word errors are those that jiwer counts, over all speakers and speaker by speaker."""

from itertools import permutations

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.insights import word_alignment
from pipeline.insights.rates import rate
from pipeline.insights.word_alignment import align_words, word_distance
from pipeline.insights.word_errors import speaker_word_errors, word_errors

WORDS = st.lists(st.sampled_from(["we", "pay", "too", "much", "for", "it"]), max_size=25)
SAID = st.lists(st.sampled_from(["we", "pay", "too", "much", "for", "it"]), min_size=1, max_size=25)
UNHURRIED = settings(deadline=None)  # the first call loads scipy; a busy machine is no failure
SPEAKERS = st.lists(SAID, min_size=1, max_size=3)


def errors(said, heard):
    return word_errors(said, heard, align_words(said, heard))


def n_wrong(tally):
    return tally.parts["substitutions"] + tally.parts["deletions"] + tally.parts["insertions"]


@UNHURRIED
@given(SAID, WORDS)
def test_the_rate_is_that_of_jiwer(said, heard):
    oracle = jiwer.process_words(" ".join(said), " ".join(heard))
    tally = errors(said, heard)
    assert rate([tally]).value == pytest.approx(oracle.wer)
    assert n_wrong(tally) == word_distance(said, heard)
    assert tally.parts["deletions"] - tally.parts["insertions"] == oracle.deletions - oracle.insertions


@UNHURRIED
@given(WORDS, WORDS)
def test_exchanging_the_sides_exchanges_what_is_left_out_and_added(said, heard):
    there, back = errors(said, heard), errors(heard, said)
    assert n_wrong(there) == n_wrong(back)
    assert there.parts["deletions"] - there.parts["insertions"] == back.parts["insertions"] - back.parts["deletions"]


@UNHURRIED
@given(WORDS, WORDS)
def test_an_alignment_has_each_word_of_both_sides_once_in_order(said, heard):
    steps = align_words(said, heard)
    assert [s for s, _ in steps if s is not None] == list(range(len(said)))
    assert [h for _, h in steps if h is not None] == list(range(len(heard)))


@UNHURRIED
@given(WORDS, WORDS)
def test_halving_a_long_pair_costs_no_error(said, heard):
    whole = n_wrong(errors(said, heard))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_alignment, "_TABLE_CELLS", 4)
        assert n_wrong(errors(said, heard)) == whole


def test_each_error_is_counted_as_what_it_is():
    tally = errors("we pay too much".split(), "well we may too".split())
    assert tally.parts == {"substitutions": 1, "deletions": 1, "insertions": 1, "words": 4}


def test_stretches_hold_every_error_and_every_word():
    tally = errors(["a"] * 120, ["b"] * 60 + ["a"] * 60)
    assert tally.stretches == ((50, 50), (10, 50), (0, 20))


@UNHURRIED
@given(SPEAKERS, SPEAKERS)
def test_speakers_are_paired_as_the_best_of_all_permutations(said, heard):
    n = max(len(said), len(heard))
    spoken, written = (side + [[]] * (n - len(side)) for side in (said, heard))
    least = min(
        sum(oracle_errors(one, other) for one, other in zip(spoken, order, strict=True))
        for order in permutations(written)
    )
    tally = speaker_word_errors(named(said), named(heard))
    assert n_wrong(tally) == least
    assert tally.parts["words"] == sum(map(len, said))


@UNHURRIED
@given(SPEAKERS, SPEAKERS, st.randoms())
def test_the_names_and_the_order_of_speakers_change_nothing(said, heard, random):
    before = n_wrong(speaker_word_errors(named(said), named(heard)))
    random.shuffle(heard)
    assert n_wrong(speaker_word_errors(named(said), {f"voice {n}": words for n, words in enumerate(heard)})) == before


def test_words_given_to_the_wrong_speaker_are_errors_on_both_sides():
    tally = speaker_word_errors({"rep": ["hi", "there"], "customer": ["no"]}, {"S1": ["hi"], "S2": ["there", "no"]})
    assert tally.parts == {"substitutions": 0, "deletions": 1, "insertions": 1, "words": 3}


def oracle_errors(said, heard):
    if not said:
        return len(heard)
    oracle = jiwer.process_words(" ".join(said), " ".join(heard))
    return oracle.substitutions + oracle.deletions + oracle.insertions


def named(speakers):
    return {str(place): words for place, words in enumerate(speakers)}
