"""Trackers find stretches of turns in all that is held, count them, and ask where they are least sure."""

import numpy as np
import pytest

from models.few_shot import THRESHOLD, fit_few_shot
from pipeline.assemble import Toolkit
from pipeline.errors import BadInput
from pipeline.insights.trackers import track
from pipeline.trackers import answer, new_examples, new_tracker

EXAMPLES = ["too expensive for us", "it is too expensive", "that is expensive", "too expensive", "far too expensive"]
DEAR = "It is far too expensive for us."
USUAL = (
    "We run six cafés.", "Forty people work here.", "My brother does the books.", "I write every shift by hand.",
    "They swap days in a chat.", "Our till was new in March.", "The board meets on Monday.", "I never liked tablets.",
    "We lost two drivers in June.", "Payroll goes out on Fridays.", "Somebody has to count hours.", "Rain is bad news.",
    "Who would train them?", "The holiday list hangs there.", "Nobody answers emails.", "Two sites close in winter.",
)  # fmt: skip


@pytest.fixture
def calls(write_call):
    return [
        write_call(
            "a", "R: And the price?", f"C: The app is fine. {DEAR} We like the colour.", account="Acme", deal="D1"
        ),
        write_call("b", *(f"C: {text}" for text in USUAL), "R: Is it too expensive for you?", account="Bell"),
        write_call("c", "C: That is too expensive for us.", "C: Nobody reads the old rota.", account="Acme"),
    ]


@pytest.fixture
def held(toolkit, calls, ingest):
    ingest(*calls)
    return toolkit


def history(kit, tx, *counter, where=None, **changes):
    tracker = new_tracker("price", who="Ann", **changes)
    return track(tx, kit.encoder, tracker, new_examples(EXAMPLES, counter, who="Ann"), where)


def read(kit, *counter, limit=None, offset=0, **changes):
    with kit.store.read() as tx:
        return history(kit, tx, *counter, **changes).read(tx, limit=limit, offset=offset)


def found(reading):
    return {(find.quote.call, find.quote.text) for find in reading.finds}


def test_a_find_is_the_sentence_that_says_it_an_exact_slice_of_its_turn(held):
    reading = read(held)
    assert found(reading) == {("a", DEAR), ("c", "That is too expensive for us.")}
    for find in reading.finds:
        assert find.quote.context[find.quote.start_char : find.quote.end_char] == find.quote.text
        assert reading.threshold <= find.score <= 1
    assert [find.score for find in reading.finds] == sorted((find.score for find in reading.finds), reverse=True)


def test_a_turn_is_found_once_however_many_of_its_stretches_are(held):
    turns = [(find.quote.call, find.quote.turn) for find in read(held, threshold=0).finds]
    assert len(turns) == len(set(turns)) == 19


def test_turns_calls_accounts_and_deals_are_counted_beside_what_is_held(held):
    reading = read(held, limit=1)
    assert (reading.n_found, reading.n_calls, reading.n_accounts, reading.n_deals) == (2, 2, 1, 1)
    assert (reading.n_turns_read, reading.n_calls_held, len(reading.finds)) == (19, 3, 1)
    assert found(read(held, limit=1)) | found(read(held, limit=1, offset=1)) == found(read(held))
    assert read(held, limit=5, offset=9).finds == ()


def test_reps_are_read_if_asked_for_and_filters_narrow_the_calls(held):
    assert found(read(held, role="rep")) == {("b", "Is it too expensive for you?")}
    assert {call for call, _ in found(read(held, role="any"))} == {"a", "b", "c"}
    narrow = read(held, where={"account": ("bell",)}, role="any")
    assert (found(narrow), narrow.n_calls_held) == ({("b", "Is it too expensive for you?")}, 1)


def test_calls_that_come_later_are_found_too(held, write_call, ingest):
    ingest(write_call("d", "C: We like it. It is too expensive though."))
    assert ("d", "It is too expensive though.") in found(read(held))


def test_suggestions_are_unlike_each_other_and_unlike_what_was_answered(held, write_call, ingest):
    ingest(write_call("e", f"C: {DEAR}"), write_call("f", f"C: {DEAR.upper()}"))
    with held.store.read() as tx:
        asked = [find.quote.text.lower() for find in history(held, tx).suggestions(tx, 50)]
        assert len(asked) == len(set(asked)) == 19
        again = [find.quote.text for find in history(held, tx, "Nobody reads the old rota").suggestions(tx, 50)]
        assert "Nobody reads the old rota." not in again
        assert len(history(held, tx).suggestions(tx, 2)) == 2


def test_suggestions_come_from_many_calls(toolkit, write_call, ingest):
    lines = [f"C: We think number {number} is too expensive." for number in range(9)]
    ingest(write_call("a", *lines), *(write_call(f"b{n}", f"C: We think site {n} is too expensive.") for n in range(4)))
    with toolkit.store.read() as tx:
        asked = [find.quote.call for find in history(toolkit, tx).suggestions(tx, 5)]
    assert len(set(asked)) >= 4


def test_its_owner_is_told_of_few_examples_and_of_phrases_without_vectors(held):
    with held.store.read() as tx:
        few = track(tx, held.encoder, new_tracker("p", who="Ann"), new_examples(EXAMPLES[:3], [], who="Ann")).read(tx)
    assert "It has 3 examples" in few.notes[0]
    assert read(held).notes == ()

    class Other(type(held.encoder)):
        name = "other"

    other = Toolkit(held.settings, store=held.store, encoder=Other())
    reading = read(other)
    assert (reading.n_found, reading.n_turns_read) == (0, 0)
    assert "phrases have no vector yet" in reading.notes[0]


def test_an_empty_store_is_read_as_empty(toolkit):
    reading = read(toolkit)
    assert (reading.finds, reading.n_found, reading.n_turns_read, reading.n_calls_held) == ((), 0, 0, 0)
    with toolkit.store.read() as tx:
        assert history(toolkit, tx).suggestions(tx, 5) == []


def test_a_tracker_that_lost_its_examples_says_so(held):
    with held.store.read() as tx, pytest.raises(BadInput, match="'price' has 2 examples and needs 3"):
        track(tx, held.encoder, new_tracker("price", who="Ann"), new_examples(EXAMPLES, [], who="Ann")[:2])


SUPPORT = (
    "is there somebody on the phone when the system breaks",
    "how fast does your support answer a ticket",
    "do we get our own support contact",
    "who helps my staff when the screen freezes",
    "is the help desk there at the weekend",
    "can we ring support at night",
    "what are your support hours",
    "is phone support included",
    "who do we call if the system goes down",
    "how long until support looks at a fault",
    "do you have an emergency line for outages",
    "is there a help desk for my staff",
)
NEAR = (
    "can my staff ring each other in the app",
    "how fast can we start",
    "who do I call to sign the contract",
    "what are your prices",
    "do we get our own login page",
    "who set up the system for your other customers",
    "is the training included",
    "can staff see their hours on the phone",
    "how long is the contract",
    "when do you answer about the discount",
    "is there a phone app",
    "what hours does the rota cover",
)
OTHER = (
    "we run six cafés and a bakery",
    "the rota is on the wall",
    "forty people work here",
    "I write it by hand",
    "my brother does the books",
    "the price is too high",
    "we signed with them in March",
    "it rains a lot here",
    "the board meets on Monday",
    "our till is ten years old",
    "people swap shifts all day",
    "I never liked tablets",
    "we lost two people in June",
    "the holiday list is a mess",
    "nobody reads emails",
    "we pay them on Fridays",
)


def precision(scores, wanted):
    """Average precision."""
    found = wanted[np.argsort(-scores, kind="stable")]
    return (np.cumsum(found)[found] / (np.flatnonzero(found) + 1)).mean()


@pytest.mark.model
def test_answers_improve_the_ranking_of_what_was_not_asked():
    from models.sentence_encoder import SentenceEncoder

    encoder = SentenceEncoder()
    pool = encoder.encode([*SUPPORT[4:], *NEAR, *OTHER])
    wanted = np.arange(len(pool)) < len(SUPPORT) - 4
    yes, no = encoder.encode(SUPPORT[:4]), np.empty((0, encoder.dim), np.float32)
    before = fit_few_shot(yes, no, pool).scores(pool)
    asked = np.isin(np.arange(len(pool)), np.argsort(np.abs(before - THRESHOLD), kind="stable")[:6])
    yes, no = np.concatenate([yes, pool[asked & wanted]]), pool[asked & ~wanted]
    after = fit_few_shot(yes, no, pool).scores(pool)
    assert precision(before[~asked], wanted[~asked]) > 0.8
    assert precision(after[~asked], wanted[~asked]) > precision(before[~asked], wanted[~asked])


@pytest.mark.model
def test_what_is_meant_is_found_in_other_words_and_corrected(write_call, ingest, toolkit):
    from models.sentence_encoder import SentenceEncoder

    kit = Toolkit(toolkit.settings, store=toolkit.store, encoder=SentenceEncoder(), spotter=toolkit.spotter)
    lines = [f"C: {text}." for text in (*SUPPORT[5:], *NEAR, *OTHER)]
    ingest(write_call("a", *lines[::2]), write_call("b", *lines[1::2]), kit=kit)
    with kit.store.begin() as tx:
        tx.trackers.add(new_tracker("support", who="Ann"), new_examples(SUPPORT[:5], [], who="Ann"))

    def seen():
        with kit.store.read() as tx:
            now = track(tx, kit.encoder, tx.trackers.get("support"), tx.trackers.examples("support"))
            return now.read(tx).finds, now.suggestions(tx, 6)

    def meant(finds):
        return {find.quote.id for find in finds if find.quote.text.rstrip(".") in SUPPORT}

    finds, asked = seen()
    assert len(meant(finds[:5])) >= 4
    other = {find.quote.id for find in asked} - meant(asked)
    answer(kit.store, "support", yes=sorted(meant(asked)), no=sorted(other), who="Ann")
    found = {find.quote.id for find in seen()[0]}
    assert meant(asked) <= found
    assert not other & found
