"""A theme is covered when a passage answers it, weak when one only touches it, missing when none speaks of it."""

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.collateral_found import find_documents
from pipeline.collateral_intake import take_document
from pipeline.insights.gaps import find_gaps
from pipeline.insights.theme_reading import refresh_themes
from pipeline.records import PhraseFilter, SpottedMoment

SETUP = [f"C: Getting every {who} set up is too complicated." for who in ("cook", "nurse", "waiter")]
PRICE = [f"C: The budget for a small {what} is gone." for what in ("shop", "kitchen", "stand")]
BETWEEN = ("R: Our own people come and set you up.", "C: Right.", "R: And what would you like to spend?")


class AnswersWhere:
    """Says that a passage answers a point where both hold the same marker word."""

    name = "answers where"

    def answered(self, point, text):
        return float("set up" in point and "in an afternoon" in text)

    def reading(self, of):
        return self

    def answer_probability(self, points, passages):
        return np.array(
            [[self.answered(point, text) for text in passages] for point in points],
            dtype=np.float32,
        )

    def touch_probability(self, points, passages):
        return np.array([self.touches(points, text) for text in passages], dtype=np.float32)

    def touches(self, points, text):
        return "matters to us" in text and any("budget" in point for point in points)


@pytest.fixture
def held(toolkit, write_call, ingest):
    for place, (one, other) in enumerate(zip(SETUP, PRICE, strict=True)):
        ingest(write_call(f"call-{place}", one, *BETWEEN, other, account=f"account {place}"))
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    return toolkit


def add(toolkit, tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    take_document(path, toolkit.store, toolkit.encoder)


def statuses(toolkit):
    with toolkit.store.read() as tx:
        gaps = find_gaps(tx, AnswersWhere(), toolkit.encoder)
    assert [gap.status == "covered" for gap in gaps] == sorted(gap.status == "covered" for gap in gaps)
    return {gap.moments[0].category: gap for gap in gaps}


def test_without_collateral_everything_is_missing(held):
    found = statuses(held)
    assert {gap.status for gap in found.values()} == {"missing"}
    assert "collateral add" in found["price"].why


def test_a_document_that_answers_clears_the_gap_and_its_removal_brings_it_back(held, tmp_path):
    add(held, tmp_path, "setup.md", "# Setup\n\nEvery cook and nurse is set up in an afternoon by our own people.\n")
    covered = statuses(held)["adoption"]
    assert covered.status == "covered"
    assert covered.passages[0].passage.document_name == "setup.md"
    assert covered.score == 0
    with held.store.begin() as tx:
        tx.collateral.remove("setup.md")
    assert statuses(held)["adoption"].status == "missing"


def test_an_answer_that_shares_no_word_with_customers_is_in_other_words(held, tmp_path):
    add(held, tmp_path, "a.md", "# Adoption\n\nGuided enablement concludes in an afternoon.\n")
    assert statuses(held)["adoption"].status == "other_words"


def test_near_words_without_an_answer_are_weak_and_named(held, tmp_path):
    add(held, tmp_path, "b.md", "# Plans\n\nThe budget for a small shop or kitchen matters to us.\n")
    gap = statuses(held)["price"]
    assert gap.status == "weak"
    assert "b.md" in gap.why
    assert (gap.calls, gap.accounts) == (3, 3)


def test_documents_of_a_folder_are_named_by_their_path_in_it(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "index.md").write_text("# A\n\nText that stands alone.\n")
    (tmp_path / "index.md").write_text("# B\n\nText that stands alone.\n")
    assert sorted(found.name for found in find_documents([tmp_path])) == ["faq/index.md", "index.md"]
    assert [found.name for found in find_documents([tmp_path / "index.md"])] == ["index.md"]


def test_passages_keep_their_vectors_in_the_store(held, tmp_path):
    add(held, tmp_path, "a.md", "# Adoption\n\nGuided enablement concludes in an afternoon.\n")
    with held.store.read() as tx:
        (passage,) = tx.collateral.passages()
        from pipeline.records import text_hash

        held_vectors = tx.vectors.of_hashes(HashingEncoder.name, [text_hash(passage.text)])
    assert len(held_vectors) == 1


class Recorder(AnswersWhere):
    """Remembers the points that it was asked about."""

    def __init__(self):
        self.points = []

    def answer_probability(self, points, passages):
        self.points.append(list(points))
        return super().answer_probability(points, passages)


def test_likely_quotes_speak_for_a_theme_and_possible_ones_stay_in_it(held, tmp_path):
    add(held, tmp_path, "a.md", "# Plans\n\nThe budget for a small shop or kitchen matters to us.\n")
    before = statuses(held)["price"]
    first = before.moments[0]
    with held.store.begin() as tx:
        spotted = [
            SpottedMoment(
                m.turn, m.start_char, m.end_char, m.kind, m.category, m.factuality, 0.4 if m == first else 0.9
            )
            for m in tx.moments.select(PhraseFilter(calls=(first.call,)))
        ]
        tx.moments.replace(first.call, spotted)
    judge = Recorder()
    with held.store.read() as tx:
        gap = next(gap for gap in find_gaps(tx, judge, held.encoder) if gap.theme == before.theme)
    assert [moment.id for moment in gap.moments] == [*(m.id for m in before.moments[1:]), first.id]
    assert (gap.calls, gap.accounts) == (3, 3)
    assert [m.quote for m in before.moments[1:]] in judge.points
