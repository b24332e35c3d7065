"""Trackers are made from examples, corrected by answers, and forget with the calls that they quote."""

import pytest

from pipeline.erasure import forget_call
from pipeline.errors import BadInput, NotFound
from pipeline.insights.trackers import track
from pipeline.trackers import answer, new_examples, new_tracker, read_examples

EXAMPLES = ["too expensive for us", "it is too expensive", "that is expensive"]


@pytest.fixture
def tracked(toolkit, write_call, ingest):
    """Two calls and a tracker of what is too expensive."""
    ingest(
        write_call("a", "R: And?", "C: The app is fine. It is far too expensive for us.", "C: We like the colour."),
        write_call("b", "C: Our old rota is expensive paper.", "R: It is too expensive for you?"),
    )
    with toolkit.store.begin() as tx:
        tx.trackers.add(new_tracker("price", who="Ann"), new_examples(EXAMPLES, [], who="Ann"))
    return toolkit


def texts(toolkit, *, counter=False):
    with toolkit.store.read() as tx:
        return {example.text for example in tx.trackers.examples("price") if example.is_counter == counter}


def score_of(toolkit, text):
    with toolkit.store.read() as tx:
        history = track(tx, toolkit.encoder, new_tracker("all", who="Ann", threshold=0), tx.trackers.examples("price"))
        [score] = [find.score for find in history.read(tx).finds if find.quote.text == text]
    return score


def test_lines_are_examples_but_for_counter_examples_comments_and_blanks():
    text = "# said in March\n too dear \n\n- what does it cost?\n-\nno money\r\n-so cheap"
    assert read_examples(text) == (["too dear", "no money"], ["what does it cost?", "so cheap"])


@pytest.mark.parametrize(
    ("meant", "counter", "reason"),
    [
        (["one", "two"], [], "2 different examples are too few"),
        (["one", "one", " one ", "two"], [], "2 different"),
        ([], ["one", "two", "three"], "counter-examples; there are 3"),
        (["one", "two", "three"], ["two"], "'two' is an example and a counter-example"),
        (["one", "two", "?!"], [], "holds no word"),
    ],
)
def test_examples_that_tell_nothing_are_refused(meant, counter, reason):
    with pytest.raises(BadInput, match=reason):
        new_examples(meant, counter, who="Ann")


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "a/b"}, {"name": "a\nb"}, {"role": "boss"}, {"threshold": 2}]
)
def test_a_tracker_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadInput):
        new_tracker(**{"name": "price", "who": "Ann", **wrong})


def test_more_than_twenty_examples_are_taken():
    assert len(new_examples([f"number {number}" for number in range(40)], [], who="Ann")) == 40


def test_answers_are_examples_from_now_on_and_hold_at_once(tracked):
    rota, dear = "Our old rota is expensive paper.", "It is far too expensive for us."
    with tracked.store.read() as tx:
        history = track(tx, tracked.encoder, new_tracker("all", who="Ann", threshold=0), tx.trackers.examples("price"))
        ids = {find.quote.text: find.quote.id for find in history.read(tx).finds}
    kept = answer(tracked.store, "price", yes=[ids[dear]], no=[ids[rota]], who="Zoë")
    assert [(example.text, example.is_counter, example.call, example.who) for example in kept] == [
        (dear, False, "a", "Zoë"),
        (rota, True, "b", "Zoë"),
    ]
    assert (score_of(tracked, dear), score_of(tracked, rota)) == (1.0, 0.0)
    answer(tracked.store, "price", yes=[ids[rota]], no=[], who="Ann")
    assert rota in texts(tracked)
    assert texts(tracked, counter=True) == set()


def test_a_whole_turn_and_a_moment_can_be_answered_too(tracked):
    with tracked.store.read() as tx:
        turn = tx.talk.turns("a")[1].text
    answer(tracked.store, "price", yes=[], no=["a:1", "a:2:0-7"], who="Ann")
    assert texts(tracked, counter=True) == {turn, "We like"}


def test_an_answer_to_what_is_not_held_keeps_nothing(tracked):
    for wrong in ("nothing", "a:9", "z:0", "a:1:900-950", "a:1:5-5"):
        with pytest.raises(NotFound, match="tracker suggest"):
            answer(tracked.store, "price", yes=["a:2"], no=[wrong], who="Ann")
    with pytest.raises(BadInput, match="yes and no"):
        answer(tracked.store, "price", yes=["a:1"], no=["a:1"], who="Ann")
    with pytest.raises(NotFound, match="Did you mean 'price'"):
        answer(tracked.store, "prise", yes=["a:1"], no=[], who="Ann")
    assert texts(tracked) == set(EXAMPLES)


def test_examples_go_with_the_call_that_they_were_said_in(tracked):
    answer(tracked.store, "price", yes=["a:1"], no=["b:0"], who="Ann")
    assert forget_call(tracked, "a").removed["tracker_examples"] == 1
    assert texts(tracked) == set(EXAMPLES)
    assert texts(tracked, counter=True) == {"Our old rota is expensive paper."}
