"""From held calls through a labelled sheet to a stated quality."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.insights.quality import label_item, load_sheet, report_quality
from pipeline.insights.quality_sampling import allocate, draw_places, draw_sample
from pipeline.insights.quality_sheet import READ_LINE, view_items, write_sheet
from pipeline.records import SpeakerRole
from pipeline.store.quality import LabelledSpan

LINES = (
    "R: So how is the rota made today?",
    "C: On paper, it takes hours every week and I am tired of it.",
    "C: Mm.",
    "R: And the budget?",
    "C: The budget is gone, honestly.",
    "C: We drown in sticky notes here, all of us, from morning to night and on Sundays as well.",
    "C: The kitchen is in the back.",
)


@pytest.fixture
def held(toolkit, write_call, ingest):
    ingest(*[write_call(f"call-{n}", *LINES) for n in range(6)])
    return toolkit.store


def sheet_of(tx, **choice):
    sample = draw_sample(tx, **choice)
    return sample, write_sheet(sample, view_items(tx, tx.quality.items(sample.id)))


def fill(sheet, *marks):
    """Mark the words wherever they stand in a line to read, and say that all has been read."""
    lines = [line for line in sheet.split("\n") if line != READ_LINE]
    for name, words in marks:
        lines = [line.replace(words, f"{{{name}: {words}}}") if line.startswith(">") else line for line in lines]
    return "\n".join([*lines, READ_LINE])


def test_turns_are_drawn_from_every_stratum_and_given_reps_from_none(held):
    with held.begin() as tx:
        sample = draw_sample(tx, n=200, seed=1)
        items = tx.quality.items(sample.id)
        assert tx.quality.sizes(sample.id) == {
            "nothing found, 17 words or more": 6,
            "nothing found, 4 to 8 words": 6,
            "nothing found, up to 3 words": 6,
            "objection found": 6,
            "pain found": 6,
        }
    assert len(items) == 30
    assert {item.turn for item in items} == {1, 2, 4, 5, 6}


def test_unknown_speakers_and_inferred_reps_are_a_stratum_of_their_own(held):
    with held.begin() as tx:
        tx.talk.replace_speakers("call-0", [SpeakerRole("call-0 R", "rep", 0.9, "inferred")])
        unknown = SpeakerRole("call-1 C", "unknown", 0.5, "inferred")
        tx.talk.replace_speakers("call-1", [SpeakerRole("call-1 R", "rep", 1.0, "given"), unknown])
        sizes = tx.quality.sizes(draw_sample(tx, n=200, seed=1).id)
    assert sizes["taken for a rep"] == 2
    # What was found in a turn outweighs that nobody knows who speaks.
    assert sizes["speaker unknown"] == 3


def test_the_same_seed_draws_the_same_turns(held):
    with held.begin() as tx:
        first, second, other = (tx.quality.items(draw_sample(tx, n=30, seed=seed).id) for seed in (5, 5, 6))
    assert first == second
    assert [item.position for item in first] == list(range(1, 31))
    assert first != other


def test_the_sheet_is_blind(held):
    with held.begin() as tx:
        _, sheet = sheet_of(tx, n=200, seed=1)
    body = sheet[sheet.index("sample:") :]
    assert not re.search("objection|pain|found|score|customer", body)
    assert "# call-0 R: So how is the rota made today?" in body
    assert body.index(READ_LINE) < body.index("turn: 1 ")


def test_labels_state_the_quality_of_what_is_held(held):
    with held.begin() as tx:
        sample, sheet = sheet_of(tx, n=200, seed=1)
        marks = (("pain", "it takes hours every week"), ("pain", "We drown in sticky notes"))
        assert load_sheet(tx, fill(sheet, *marks), name="s.txt") == (sample.id, 30)
        report = report_quality(tx)
    kinds = {kind.kind: kind for kind in report.kinds}
    assert (report.calls, report.turns, report.read, report.unread, report.changed) == (6, 30, 30, 0, 0)
    assert kinds["pain"].precision.value == 1.0
    assert kinds["pain"].recall.value == pytest.approx(0.5)
    assert kinds["pain"].moments.value == 12
    assert kinds["objection"].precision.value == 0.0
    assert kinds["objection"].recall is None
    assert [s.with_moment for s in report.strata if s.stratum == "nothing found, 17 words or more"] == [6]


def test_a_faulty_sheet_changes_nothing(held):
    with held.begin() as tx:
        sample, sheet = sheet_of(tx, n=200, seed=1)
        with pytest.raises(BadInput, match=r"s\.txt:\d+: there is no kind 'worry'"):
            load_sheet(tx, fill(sheet, ("worry", "it takes hours every week")), name="s.txt")
        assert all(item.labels is None for item in tx.quality.items(sample.id))
        with pytest.raises(NotFound, match="No sample has been labelled"):
            report_quality(tx)


def test_too_little_reading_is_said_to_be_too_little(held):
    with held.begin() as tx:
        sample, _ = sheet_of(tx, n=200, seed=1)
        label_item(tx, sample.id, 1, [])
        with pytest.raises(Conflict, match="none has been read"):
            report_quality(tx)


def test_a_turn_is_labelled_by_its_place_and_within_its_words(held):
    with held.begin() as tx:
        sample, _ = sheet_of(tx, n=200, seed=1)
        label_item(tx, sample.id, 2, [LabelledSpan(0, 2, "pain")])
        assert tx.quality.items(sample.id)[1].labels == (LabelledSpan(0, 2, "pain"),)
        with pytest.raises(BadInput, match="not within turn 2"):
            label_item(tx, sample.id, 2, [LabelledSpan(0, 500, "pain")])
        with pytest.raises(NotFound, match="no turn 99"):
            label_item(tx, sample.id, 99, [])


def test_a_sheet_written_again_carries_its_marks(held):
    with held.begin() as tx:
        sample, sheet = sheet_of(tx, n=200, seed=1)
        filled = fill(sheet, ("pain", "it takes hours every week"))
        load_sheet(tx, filled, name="s.txt")
        again = write_sheet(sample, view_items(tx, tx.quality.items(sample.id)))
    assert [line for line in again.split("\n") if line] == [line for line in filled.split("\n") if line]


def test_a_changed_transcript_and_a_forgotten_call_leave_the_sample(held):
    with held.begin() as tx:
        _, sheet = sheet_of(tx, n=200, seed=1)
        load_sheet(tx, fill(sheet), name="s.txt")
        assert tx.calls.forget("call-5")["quality_items"] == 5
        turns = tx.talk.turns("call-0")
        tx.talk.replace_turns("call-0", [*turns[:6], replace(turns[6], text="The kitchen is gone.")])
        report = report_quality(tx)
    assert (report.calls, report.turns, report.read, report.changed) == (5, 25, 24, 1)


def test_a_sample_needs_turns_and_a_decent_size(toolkit, held):
    with held.begin() as tx, pytest.raises(BadInput, match="30 or more"):
        draw_sample(tx, n=5)
    with held.begin() as tx:
        for n in range(6):
            tx.calls.forget(f"call-{n}")
        with pytest.raises(NotFound, match="ingest"):
            draw_sample(tx, n=50)


def test_the_allocation_spends_all_within_what_is_there():
    sizes = {"pain found": 4, "objection found": 300, "nothing found, 17 words or more": 2000, "speaker unknown": 30}
    shares = allocate(sizes, 200)
    assert sum(shares.values()) == 200
    assert shares["pain found"] == 4
    assert shares["speaker unknown"] >= 10
    assert shares["nothing found, 17 words or more"] > shares["objection found"] > 10
    assert allocate({"pain found": 3, "goal found": 2}, 99) == {"pain found": 3, "goal found": 2}


def test_every_turn_of_a_stratum_is_equally_likely():
    strata = ["pain found"] * 8 + ["nothing found, 4 to 8 words"] * 40
    seen = Counter(place for seed in range(400) for place in draw_places(strata, 12, seed))
    shares = allocate(Counter(strata), 12)
    for places, stratum in ((range(8), "pain found"), (range(8, 48), "nothing found, 4 to 8 words")):
        expected = 400 * shares[stratum] / len(places)
        assert all(abs(seen[place] - expected) < 5 * expected**0.5 for place in places)
