"""The sample seller: every theme is told answered or not, and an answer goes with its document until that is back."""

import json
from pathlib import Path

import pytest

from pipeline.collateral.read import read_document
from pipeline.insights.coverage import ANSWERING, Shelf, judge_points

SAMPLE = Path(__file__).parents[3] / "corpus" / "sample"
THEMES = json.loads((SAMPLE / "EXPECTED.json").read_text("utf-8"))["themes"]
ANSWERED = [theme for theme in THEMES if theme["status"] in ANSWERING]
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def parts():
    from models.answer_judge import PairAnswerJudge
    from models.sentence_encoder import SentenceEncoder

    passages = [passage for path in sorted((SAMPLE / "collateral").iterdir()) for passage in read_document(path)[1]]
    encoder = SentenceEncoder()
    return passages, encoder.encode([passage.text for passage in passages]), PairAnswerJudge(), encoder


def status(theme, parts, *, without=None):
    passages, vectors, judge, encoder = parts
    kept = [place for place, passage in enumerate(passages) if passage.document_name != without]
    shelf = Shelf(tuple(passages[place] for place in kept), vectors[kept])
    points = [quote for quotes in theme["quotes"].values() for quote in quotes][:12]
    return judge_points(points, shelf, judge, encoder).status


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme["id"])
def test_each_theme_is_told_answered_or_not(theme, parts):
    assert (status(theme, parts) in ANSWERING) == (theme["status"] in ANSWERING)


def test_a_theme_without_its_document_is_a_gap_and_with_it_is_none(parts):
    theme = next(theme for theme in ANSWERED if theme["id"] == "whiteboard")
    assert status(theme, parts, without=theme["document"]) in ("missing", "weak")
    assert status(theme, parts) in ANSWERING
