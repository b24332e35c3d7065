"""What clause scores become: joined, told once, calibrated."""

import numpy as np

from models.moment_joining import KindScale, joined_moments, raw_moments, scales_from, scales_text
from models.moment_network import CATEGORIES, CLASSES, FACTUALITIES, ClauseScores, ClauseTurn

CLAUSES = ("it's far too much for us", "my boss would never sign it", "do you have a cheaper plan?")
TEXT = ", ".join(CLAUSES)
SPANS = tuple((TEXT.index(clause), TEXT.index(clause) + len(clause)) for clause in CLAUSES)
TURN = ClauseTurn("Rep: So what do you think?", TEXT, SPANS)


def scores(*clauses, begins=None):
    """Return the scores of clauses given as (kind, probability, category) or None for nothing."""
    kinds = np.full((len(clauses), len(CLASSES)), 0.0, np.float32)
    categories = np.zeros((len(clauses), len(CATEGORIES)), np.float32)
    for row, clause in enumerate(clauses):
        kind, probability, category = clause or ("none", 1.0, "price")
        kinds[row, CLASSES.index(kind)] = probability
        kinds[row, 0] += 1 - probability
        categories[row, CATEGORIES.index(category)] = 1.0
    held = np.eye(len(FACTUALITIES), dtype=np.float32)[[0] * len(clauses)]
    return ClauseScores(kinds, categories, held, np.array(begins or [1.0] * len(clauses), np.float32))


def found(*clauses, **options):
    return [
        (spotted.kind, spotted.category, TEXT[spotted.start_char : spotted.end_char])
        for spotted in raw_moments(TURN, scores(*clauses, **options))
    ]


def test_a_clause_that_is_nothing_gives_nothing():
    assert found(None, None, None) == []


def test_points_of_different_kinds_are_told_apart():
    clauses = (("objection", 0.9, "price"), ("objection", 0.8, "authority"), ("question", 0.9, "price"))
    assert found(*clauses) == [
        ("objection", "price", CLAUSES[0]),
        ("objection", "authority", CLAUSES[1]),
        ("question", None, CLAUSES[2]),
    ]


def test_neighbours_that_go_on_with_one_point_are_one_quote():
    clauses = (("objection", 0.9, "price"), ("objection", 0.8, "price"), None)
    assert found(*clauses, begins=[1.0, 0.1, 0.0]) == [("objection", "price", f"{CLAUSES[0]}, {CLAUSES[1]}")]


def test_one_point_told_twice_is_quoted_where_it_is_made_best():
    assert found(("pain", 0.5, "price"), None, ("pain", 0.9, "price")) == [("pain", None, CLAUSES[2])]


def test_of_two_clauses_as_good_the_later_is_quoted_since_people_come_to_the_point():
    assert found(("pain", 0.9, "price"), None, ("pain", 0.88, "price")) == [("pain", None, CLAUSES[2])]


def test_two_questions_in_a_row_are_two():
    assert len(found(("question", 0.9, "price"), None, ("question", 0.7, "price"))) == 2


def test_how_a_point_is_held_is_read_from_the_scores_and_never_as_denied():
    given = scores(("objection", 0.9, "price"), None, None)
    given.factualities[0] = [0.1, 0.2, 0.05, 0.05, 0.5, 0.1]
    assert [spotted.factuality for spotted in raw_moments(TURN, given)] == ["hypothetical"]


def test_scores_are_calibrated_and_held_against_the_threshold_of_their_kind():
    scales = {"pain": KindScale(1.0, 0.0, 0.4), "question": KindScale(1.0, -2.0, 0.4)}
    pain, question = joined_moments(TURN, scores(("pain", 0.45, "price"), None, ("question", 0.6, "price")), scales)
    assert (round(pain.score, 2), pain.is_found) == (0.45, True)
    assert question.score < 0.4
    assert not question.is_found


def test_scales_survive_the_header_of_a_file():
    scales = {"pain": KindScale(1.25, -0.5, 0.42), "goal": KindScale()}
    assert scales_from(scales_text(scales)) == scales
