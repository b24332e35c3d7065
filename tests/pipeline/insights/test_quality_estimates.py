"""What a sample states of precision, recall and true counts holds against populations whose truth is known."""

from collections import Counter

import numpy as np
import pytest

from pipeline.insights.quality_estimates import ReadTurn, estimate
from pipeline.insights.quality_sampling import draw_places
from pipeline.records import KINDS

DRAWS = 300
FIGURES = ("precision", "recall", "f1", "moments")


def population(*, n_calls=60, n_turns=70, recall, wrong, likeness=3.0, seed=1):
    """Turns of calls that differ: in how much of each kind they hold, and in how well it is found."""
    rng = np.random.default_rng(seed)
    held = np.array([0.12, 0.04, 0.03, 0.06, 0.012])
    turns = []
    for _ in range(n_calls):
        mood = rng.gamma(likeness, 1 / likeness, 5)
        hears = rng.beta(4 * np.array(recall), 4 * (1 - np.array(recall)))
        turns += [_turn(rng, held * mood, hears, np.array(wrong) * mood) for _ in range(n_turns)]
    kinds = Counter(kind for _, found, _, _ in turns for kind in found)
    return [_as_read(turn, kinds) for turn in turns]


def _turn(rng, held, hears, wrong):
    words = 1 + min(60, int(rng.geometric(0.09)))
    length = np.clip(words / 11, 0.1, 2.5)
    side = rng.choice(["customer", "rep", "unknown"], p=[0.65, 0.3, 0.05])
    gold = found = matched = np.zeros(5, int)
    if side != "rep" or rng.random() < 0.03:
        gold = rng.poisson(held * length)
    if side == "customer":
        matched = rng.binomial(gold, hears)
        # Some are found with other words than those labelled: a miss and a false find at once.
        found = matched + rng.binomial(gold - matched, 0.06) + rng.poisson(wrong * length)
    counts = [{kind: int(n) for kind, n in zip(KINDS, row, strict=True) if n} for row in (found, gold, matched)]
    return (side, words), *counts


def _as_read(turn, kinds):
    (side, words), found, gold, matched = turn
    stratum = {"rep": "taken for a rep", "unknown": "speaker unknown"}.get(side, _by_length(words))
    if found:
        stratum = f"{min(found, key=lambda kind: (kinds[kind], kind))} found"
    return ReadTurn(stratum, found, gold, matched)


def _by_length(words):
    lengths = ("up to 3 words", "4 to 8 words", "9 to 16 words", "17 words or more")
    return f"nothing found, {lengths[int(np.digitize(words, [4, 9, 17]))]}"


def truth_of(turns):
    def total(name, kind):
        return sum(getattr(turn, name).get(kind, 0) for turn in turns)

    for kind in KINDS:
        found, gold, matched = (total(name, kind) for name in ("found", "gold", "matched"))
        yield kind, found, (matched / found, matched / gold, 2 * matched / (found + gold), gold)


POPULATIONS = {
    "usual": {"recall": (0.6, 0.4, 0.5, 0.85, 0.5), "wrong": (0.03, 0.012, 0.008, 0.005, 0.006)},
    "finds nearly all": {"recall": (0.9, 0.85, 0.9, 0.95, 0.8), "wrong": (0.01, 0.004, 0.002, 0.002, 0.002)},
    "finds little": {"recall": (0.3, 0.2, 0.2, 0.5, 0.1), "wrong": (0.1, 0.05, 0.05, 0.03, 0.02)},
    "calls unlike": {
        "recall": (0.6, 0.4, 0.5, 0.85, 0.5),
        "wrong": (0.03, 0.012, 0.008, 0.005, 0.006),
        "likeness": 0.5,
    },
    "few calls": {
        "recall": (0.6, 0.4, 0.5, 0.85, 0.5),
        "wrong": (0.03, 0.012, 0.02, 0.02, 0.02),
        "n_calls": 12,
        "n_turns": 50,
    },
}


@pytest.mark.parametrize("name", POPULATIONS)
def test_the_stated_interval_holds_the_truth_in_93_of_100_draws(name):
    turns = population(**POPULATIONS[name])
    sizes = Counter(turn.stratum for turn in turns)
    truth = list(truth_of(turns))
    held = {(kind, figure): [] for kind in KINDS for figure in FIGURES}
    for seed in range(DRAWS):
        read = [turns[place] for place in draw_places([turn.stratum for turn in turns], 200, seed)]
        for kind, found, true_values in truth:
            stated = estimate(kind, sizes, read, found)
            for figure, true_value in zip(FIGURES, true_values, strict=True):
                one = getattr(stated, figure)
                if one is not None:
                    held[kind, figure].append(one.low - 1e-9 <= true_value <= one.high + 1e-9)
    assert min(len(draws) for draws in held.values()) > 0.8 * DRAWS
    short = {key: np.mean(draws) for key, draws in held.items() if np.mean(draws) < 0.93}
    assert not short


def turns_of(stratum, n, found=0, gold=0, matched=0, kind="pain"):
    return [ReadTurn(stratum, {kind: found}, {kind: gold}, {kind: matched})] * n


def test_reading_every_turn_leaves_no_doubt():
    read = [*turns_of("a", 4, 1, 1, 1), *turns_of("a", 4, 1, 0, 0), *turns_of("b", 2, 0, 1, 0), *turns_of("b", 9)]
    stated = estimate("pain", {"a": 8, "b": 11}, read, 8)
    assert (stated.precision.low, stated.precision.value, stated.precision.high) == (0.5, 0.5, 0.5)
    assert stated.recall.value == pytest.approx(4 / 6)
    assert (stated.moments.low, stated.moments.high) == (6, 6)


def test_the_weights_of_the_strata_count():
    read = [*turns_of("found", 10, 1, 1, 1), *turns_of("rest", 1, 0, 1, 0), *turns_of("rest", 19)]
    stated = estimate("pain", {"found": 100, "rest": 2000}, read, 100)
    assert stated.moments.value == pytest.approx(100 + 2000 / 20)
    assert stated.recall.value == pytest.approx(0.5)
    assert stated.recall.low < 0.35
    assert stated.recall.high > 0.8


def test_a_perfect_sample_is_no_perfect_model():
    stated = estimate("pain", {"a": 400, "b": 900}, [*turns_of("a", 30, 1, 1, 1), *turns_of("b", 60)], 400)
    assert (stated.precision.value, stated.recall.value) == (1.0, 1.0)
    assert 0.8 < stated.precision.low < 0.95
    assert 0.5 < stated.recall.low < 0.95


def test_a_single_unread_find_leaves_room_for_its_being_wrong():
    read = [*turns_of("a", 12, 1, 1, 1), *turns_of("b", 10)]
    stated = estimate("pain", {"a": 12, "b": 90}, read, 13)
    assert stated.precision.low <= 12 / 13
    assert stated.precision.high == 1.0


def test_where_nothing_was_met_recall_is_said_to_be_unknown():
    stated = estimate("pain", {"a": 40, "b": 90}, [*turns_of("a", 10, 1, 0, 0), *turns_of("b", 10)], 40)
    assert stated.recall is None
    assert stated.f1 is None
    assert stated.precision.value == 0
    assert "recall cannot be estimated" in stated.note


def test_a_kind_that_was_never_found_has_no_precision():
    stated = estimate("pain", {"a": 40, "b": 90}, [*turns_of("a", 10), *turns_of("b", 10, 0, 1, 0)], 0)
    assert stated.precision is None
    assert stated.recall.value == 0
    assert stated.moments.low <= 90 <= stated.moments.high
    unseen = estimate("pain", {"a": 40}, turns_of("a", 10), 0)
    assert unseen.recall is None
    assert "nothing to measure" in unseen.note


def test_a_kind_of_which_no_find_was_read_is_told_so():
    stated = estimate("pain", {"a": 40}, turns_of("a", 10), 7)
    assert stated.precision is stated.recall is stated.moments is None
    assert "none of those found" in stated.note


def test_an_unread_stratum_is_refused():
    with pytest.raises(ValueError, match="'b'"):
        estimate("pain", {"a": 40, "b": 3}, turns_of("a", 10), 0)


def test_the_same_labels_state_the_same_figures():
    read = [*turns_of("a", 7, 1, 1, 1), *turns_of("a", 3, 1, 0, 0), *turns_of("b", 10)]
    assert estimate("pain", {"a": 40, "b": 90}, read, 40) == estimate("pain", {"a": 40, "b": 90}, read, 40)
