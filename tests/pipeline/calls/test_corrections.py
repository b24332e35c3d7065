from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.calls.corrections import MIN_OVERLAP, apply_corrections, shared_part
from pipeline.corrected import Correction, MachineMoment, Placement, Stretch
from pipeline.moment_ids import moment_id
from pipeline.records import KINDS, SpottedMoment, Turn

TEXT = "It is too expensive for us. We lose a day on this every week. Does it work with Okta?"
TURNS = [
    Turn("a", 0, "Dana", "rep", 1.0, None, None, "How is it going? It is too expensive for us, you said."),
    Turn("a", 1, "Rob", "customer", 1.0, None, None, TEXT),
]
PRICE = SpottedMoment(1, 0, 27, "objection", "price", "asserted", 0.8)
PAIN = SpottedMoment(1, 28, 61, "pain", None, "asserted", 0.7)


def said(action, start=0, end=27, *, kind="objection", category="price", machine=PRICE, **more):
    found = machine and MachineMoment(
        moment_id("a", 1, machine.start_char, machine.end_char, machine.kind),
        machine.start_char,
        machine.end_char,
        machine.kind,
        machine.category,
    )
    fields = {
        "id": action,
        "call": "a",
        "point": action,
        "action": action,
        "stretch": Stretch(1, start, end, TEXT[start:end]),
        "kind": kind,
        "category": category,
        "machine": found,
        "who": "Ann",
        "at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Correction(**fields | more)


REJECTED = said("rejected", kind=None, category=None)


def test_without_corrections_everything_stays():
    assert apply_corrections([PRICE, PAIN], [], TURNS).moments == (PRICE, PAIN)


def test_a_rejected_moment_is_gone_and_the_others_stay():
    result = apply_corrections([PRICE, PAIN], [REJECTED], TURNS)
    assert result.moments == (PAIN,)
    assert result.placements == (Placement("rejected", REJECTED.stretch),)


def test_a_rejected_moment_is_not_found_again_with_other_edges_or_as_another_kind():
    assert apply_corrections([replace(PRICE, end_char=61)], [REJECTED], TURNS).moments == ()
    assert apply_corrections([replace(PRICE, start_char=10)], [REJECTED], TURNS).moments == ()
    assert apply_corrections([replace(PRICE, kind="pain", category=None)], [REJECTED], TURNS).moments == ()


def test_another_kind_that_only_touches_a_rejected_stretch_stays():
    wide = SpottedMoment(1, 0, 61, "pain", None, "asserted", 0.7)
    assert apply_corrections([wide], [REJECTED], TURNS).moments == (wide,)


def test_a_confirmed_moment_is_there_even_if_nothing_is_found():
    result = apply_corrections([], [said("confirmed")], TURNS)
    assert result.moments == (replace(PRICE, score=1.0),)
    assert result.placements[0].moment == moment_id("a", 1, 0, 27, "objection")


def test_a_changed_moment_takes_the_place_of_what_is_found_there_and_where_it_was():
    moved = said("changed", 20, 61, kind="pain", category=None)
    result = apply_corrections([PRICE, PAIN], [moved], TURNS)
    assert result.moments == (SpottedMoment(1, 20, 61, "pain", None, "asserted", 1.0),)


def test_an_added_moment_stands_beside_what_is_found_elsewhere_in_the_order_spoken():
    added = said("added", 28, 61, kind="pain", category=None, machine=None)
    assert apply_corrections([PRICE], [added], TURNS).moments == (PRICE, replace(PAIN, score=1.0))


def test_a_set_moment_gives_way_to_no_rejection():
    added = said("added", machine=None)
    assert apply_corrections([PRICE], [added, REJECTED], TURNS).moments == (replace(PRICE, score=1.0),)


def test_of_two_on_the_same_stretch_the_later_one_decides():
    later = said("changed", category="need")
    assert [held.category for held in apply_corrections([], [said("confirmed"), later], TURNS).moments] == ["need"]


def test_a_moment_whose_turn_is_the_reps_now_is_kept_and_told_and_not_shown():
    swapped = [replace(TURNS[0], role="customer"), replace(TURNS[1], role="rep")]
    result = apply_corrections([], [said("confirmed"), REJECTED], swapped)
    assert result.moments == ()
    [unplaced] = result.unplaced
    assert (unplaced.correction, unplaced.moment) == ("confirmed", None)
    assert "rep" in unplaced.reason


def test_in_another_transcript_corrections_go_with_their_words():
    anew = [
        TURNS[0],
        replace(TURNS[1], text="Right."),
        Turn("a", 2, "Rob", "customer", 1.0, None, None, f"Well. {TEXT}"),
    ]
    shifted = [
        replace(found, turn=2, start_char=found.start_char + 6, end_char=found.end_char + 6) for found in (PRICE, PAIN)
    ]
    assert apply_corrections(shifted, [REJECTED], anew).moments == (shifted[1],)
    moved = said("changed", 10, 27)
    result = apply_corrections(shifted, [moved], anew)
    assert [(held.turn, held.start_char, held.end_char) for held in result.moments] == [(2, 16, 33), (2, 34, 67)]


def test_what_cannot_be_placed_is_told_and_takes_nothing_away():
    anew = [TURNS[0], replace(TURNS[1], text="Something else was said here altogether.")]
    found = SpottedMoment(1, 0, 27, "objection", "price", "asserted", 0.8)
    result = apply_corrections([found], [said("confirmed"), REJECTED], anew)
    assert result.moments == (found,)
    assert [unplaced.correction for unplaced in result.unplaced] == ["confirmed", "rejected"]
    assert all(unplaced.reason for unplaced in result.unplaced)


spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT))).filter(lambda span: span[0] < span[1])
found_moments = st.builds(
    lambda span, kind: SpottedMoment(1, *span, kind, "price" if kind == "objection" else None, "asserted", 0.6),
    spans,
    st.sampled_from(KINDS),
)
corrections = st.builds(
    lambda span, kind, machine: said(
        "x", *span, kind=kind, category="price" if kind == "objection" else None, machine=machine
    ),
    spans,
    st.one_of(st.none(), st.sampled_from(KINDS)),
    st.one_of(st.none(), found_moments),
)


@given(st.lists(found_moments, max_size=5), st.lists(corrections, max_size=4))
def test_whatever_is_found_people_have_the_last_word(found, given_corrections):
    numbered = [replace(one, id=str(n), point=str(n)) for n, one in enumerate(given_corrections)]
    result = apply_corrections(found, numbered, TURNS)
    assert [placement.correction for placement in result.placements] == [one.id for one in numbered]
    held = {(moment.start_char, moment.end_char, moment.kind): moment for moment in result.moments}
    own = {(one.stretch.start_char, one.stretch.end_char, one.kind) for one in numbered if one.kind}
    assert own <= held.keys()
    assert all(held[place].score == 1.0 for place in own)
    for start, end, kind in held.keys() - own:
        for one in numbered:
            if one.kind or (one.machine and one.machine.kind == kind):
                assert shared_part((start, end), (one.stretch.start_char, one.stretch.end_char)) < MIN_OVERLAP
    again = apply_corrections(result.moments, numbered, TURNS)
    assert set(again.moments) == set(result.moments)
