"""Pieces matched with their marks, scores made into probabilities, and the tables that say how good they are."""

from pathlib import Path

import numpy as np
import pytest

from models.moment_network import CATEGORIES, CLASSES, FACTUALITIES, ClauseScores
from models.protocols import Spotted
from models.training.calibration import fit_scales
from models.training.labelled_calls import Mark, parse_calls
from models.training.matching import LabelledPiece, labelled_pieces, matches
from models.training.moment_report import cross_fitted, mean_f1, reliability, tables


class WholeTurns:
    """A splitter that takes every comma for the end of a clause."""

    name = "commas"

    def split(self, texts):
        return [list(self._spans(text)) for text in texts]

    def _spans(self, text):
        start = 0
        for part in text.split(", "):
            yield start, start + len(part)
            start += len(part) + 2


def pieces(tmp_path: Path, *turns: str, style="ordinary", trade="bakeries"):
    path = tmp_path / "calls.txt"
    header = f"call: {trade}-01\ntrade: {trade}\nstyle: {style}\n"
    path.write_text(header + "R: How is it going?\n" + "".join(f"C: {turn}\n" for turn in turns))
    return labelled_pieces(list(parse_calls(path)), WholeTurns())


def scored(piece: LabelledPiece, raw: float):
    """Return the piece with `raw` for an objection in each of its clauses."""
    n = len(piece.turn.clauses)
    kinds = np.zeros((n, len(CLASSES)), np.float32)
    kinds[:, 0], kinds[:, 1] = 1 - raw, raw
    categories = np.eye(len(CATEGORIES), dtype=np.float32)[[0] * n]
    held = np.eye(len(FACTUALITIES), dtype=np.float32)[[0] * n]
    return piece, ClauseScores(kinds, categories, held, np.ones(n, np.float32))


def test_a_piece_knows_its_marks_and_what_was_said_before(tmp_path):
    (piece,) = pieces(tmp_path, "Well, {objection/price: it's too dear}, {not/negated: not that I mind}")
    assert piece.turn.before == "Rep: How is it going?"
    assert [piece.turn.text[mark.start_char : mark.end_char] for mark in piece.marks] == [
        "it's too dear",
        "not that I mind",
    ]
    assert [mark.kind for mark in piece.moments] == ["objection"]


@pytest.mark.parametrize(("end", "kind", "is_match"), [(5, "pain", True), (4, "pain", False), (10, "goal", False)])
def test_a_find_matches_a_mark_of_its_kind_that_shares_half_of_the_shorter(end, kind, is_match):
    mark = Mark("pain", None, "asserted", 0, 10)
    far = Spotted(end - 10, end, kind, None, "asserted", 0.9)
    assert bool(matches([mark], [far])) is is_match


def test_a_find_matches_one_mark_only():
    marks = [Mark("pain", None, "asserted", 0, 10), Mark("pain", None, "asserted", 5, 15)]
    assert matches(marks, [Spotted(0, 15, "pain", None, "asserted", 0.9)]) == {0: 0}


def objections(tmp_path, n, share, raw, trade="bakeries"):
    """Return `n` pieces scored `raw`, of which `share` are objections."""
    right = round(n * share)
    said = ["{objection/price: it's too dear}"] * right + ["what a lovely day"] * (n - right)
    return [scored(piece, raw) for piece in pieces(tmp_path, *said, trade=trade)]


def test_scores_become_the_share_that_is_right(tmp_path):
    low, high = objections(tmp_path, 100, 0.3, 0.5), objections(tmp_path, 100, 0.9, 0.8)
    scale = fit_scales([*low, *high])["objection"]
    assert scale.probability(0.5) == pytest.approx(0.3, abs=0.01)
    assert scale.probability(0.8) == pytest.approx(0.9, abs=0.01)


def test_a_kind_with_too_few_examples_keeps_its_raw_scores(tmp_path):
    scale = fit_scales(objections(tmp_path, 10, 0.5, 0.7))["objection"]
    assert (scale.slope, scale.offset, scale.threshold) == (1.0, 0.0, 0.5)


def test_what_is_reported_comes_from_scales_fitted_on_other_trades(tmp_path):
    sure = objections(tmp_path, 100, 0.9, 0.8, "bakeries") + objections(tmp_path, 100, 0.3, 0.5, "bakeries")
    others = objections(tmp_path, 100, 0.9, 0.8, "tailors") + objections(tmp_path, 100, 0.3, 0.5, "tailors")
    assert "expected calibration error 0.00" in reliability([*sure, *others])
    judged = cross_fitted([*sure, *others])
    assert mean_f1(judged) == pytest.approx(2 * 180 / (240 + 200) / 5, abs=0.001)
    table = tables([*sure, *others])
    assert "held-back trades, ordinary" in table
    assert "categories mistaken" in table
