"""What became of an objection: reply, question back, answer, reaction, and its coming back."""

from datetime import UTC, datetime

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.insights.answers_given import Utterance
from pipeline.insights.guide_text import outcome_texts
from pipeline.insights.guides import build_guide
from pipeline.insights.handling import best_first, count_outcomes, handle_objections, open_question
from pipeline.records import Call, PhraseFilter, SpottedMoment, Turn
from pipeline.store.open import open_store

DEAR = "forty grand is too much money for us"
AGAIN = "forty grand is still too much money"
LOCKED = "we are locked in until March"
SLOW = "it is slow"
TALK = (
    ("customer", f"Well, {DEAR}."),
    ("rep", "I hear you. What did you set aside for it? You can start with one site for ten."),
    ("customer", "Good."),
    ("rep", "Then let us go on with the next screen here."),
    ("customer", f"Mm, {LOCKED}."),
    ("rep", "Lovely weather today, is it not, in your part of the world."),
    ("customer", "I said no to that."),
    ("rep", "Sure."),
    ("customer", f"And {AGAIN}, and {SLOW}."),
)


class ByWords:
    """A reply answers if it says "can"; "good" accepts, "no" resists, the rest moves on."""

    def answer_probability(self, objections, answers):
        return np.array([0.9 if " can " in answer else 0.1 for answer in answers], dtype=np.float32)

    def reaction_probability(self, objections, answers, replies):
        rows = {"good": (0.8, 0.1, 0.1), "no": (0.2, 0.7, 0.1)}
        found = [next((rows[word] for word in rows if word in reply.lower().split(" ")[0] or f" {word} " in reply),
                      (0.2, 0.1, 0.7)) for reply in replies]  # fmt: skip
        return np.array(found, dtype=np.float32).reshape(len(replies), 3)


def hold(tx, name, talk, *spots):
    metadata = {"account": name.upper()}
    tx.calls.add(Call(name, f"{name}.json", f"sha-{name}", "transcript", None, None, None, metadata, datetime.now(UTC)))
    turns = [Turn(name, place, role, role, 1.0, None, None, text) for place, (role, text) in enumerate(talk)]
    tx.talk.replace_turns(name, turns)
    found = []
    for turn, quote, category in spots:
        start = talk[turn][1].index(quote)
        found.append(SpottedMoment(turn, start, start + len(quote), "objection", category, "asserted", 0.9))
    return tx.moments.replace(name, found)


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'buyerspeak.db'}")
    yield store
    store.close()


@pytest.fixture
def ids(store):
    spots = ((0, DEAR, "price"), (4, LOCKED, "contract"), (8, AGAIN, "price"), (8, SLOW, "product"))
    with store.begin() as tx:
        return hold(tx, "a", TALK, *spots)


@pytest.fixture
def handlings(store, ids):
    with store.read() as tx:
        return handle_objections(tx, tx.moments.select(PhraseFilter()), ByWords(), HashingEncoder())


def test_an_answered_objection_is_told_with_its_exact_words(handlings, ids):
    told = handlings[ids[0]]
    assert [said.turn for said in told.exchange.answers] == [1]
    assert told.explored.text == "What did you set aside for it?"
    assert TALK[1][1][told.explored.start_char : told.explored.end_char] == told.explored.text
    assert told.is_answered
    assert told.answered_score == pytest.approx(0.9)
    assert told.reaction == "accepted"


def test_a_short_verdict_is_a_reply_where_a_murmur_is_none(handlings, ids):
    assert handlings[ids[0]].exchange.replies[0].text == "Good."


def test_a_reply_past_the_point_answers_nothing(handlings, ids):
    told = handlings[ids[1]]
    assert not told.is_answered
    assert told.explored is None
    assert told.reaction == "resisted"


def test_an_objection_comes_back_on_the_same_matter_only(handlings, ids):
    assert handlings[ids[0]].came_back == ids[2]
    assert [handlings[name].came_back for name in ids[1:]] == [None, None, None]


def test_what_nobody_replied_to_has_no_outcome(handlings, ids):
    told = handlings[ids[3]]
    assert (told.exchange, told.explored, told.answered_score, told.reaction) == (None, None, None, None)
    assert not told.is_answered


def said(text):
    return [Utterance("a", "a.json", None, 1, "Rep", "rep", None, 0, len(text), text)]


@pytest.mark.parametrize(
    "text",
    [
        "Okay. And why is that a problem for you?",
        "So what would need to change?",
        "Tell me more about that.",
        "I see, fair. How did you get there?",
    ],
)
def test_open_questions_explore(text):
    assert open_question(said(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "It's half the price, right?",
        "Does that make sense to you?",
        "Why not?",
        "What is the best email for you?",
        "How does Tuesday sound to you?",
        "That is what we do.",
    ],
)
def test_tags_closed_questions_and_next_steps_do_not(text):
    assert open_question(said(text)) is None


def test_a_reply_that_only_asks_back_is_no_answer(store):
    with store.begin() as tx:
        [moment] = hold(
            tx, "b", (("customer", f"{DEAR}."), ("rep", "What can you spend on it then?")), (0, DEAR, "price")
        )
        told = handle_objections(tx, [tx.moments.get(moment)], ByWords(), HashingEncoder())[moment]
    assert told.explored is not None
    assert told.answered_score == 0


def test_no_objections_are_handled_without_a_word(store):
    with store.read() as tx:
        assert handle_objections(tx, [], ByWords(), HashingEncoder()) == {}
    outcomes = count_outcomes([])
    assert (outcomes.answered.n, outcomes.answered.of) == (0, 0)


def test_every_number_leads_to_what_it_counts(handlings, ids):
    outcomes = count_outcomes(list(handlings.values()))
    counts = {name: (getattr(outcomes, name).n, getattr(outcomes, name).of)
              for name in ("explored", "answered", "accepted", "resisted", "came_back")}  # fmt: skip
    assert counts == {
        "explored": (1, 2),
        "answered": (1, 4),
        "accepted": (1, 1),
        "resisted": (0, 1),
        "came_back": (1, 4),
    }
    assert [one.moment for one in outcomes.came_back.evidence] == [ids[0]]
    assert outcomes.answered.evidence[0].quote == DEAR


def test_the_best_answers_come_first(handlings, ids):
    assert [one.objection.id for one in best_first(list(handlings.values()))] == [ids[2], ids[3], ids[0], ids[1]]


def test_the_guide_shows_shares_and_their_quotes(store, handlings):
    with store.read() as tx:
        guide = build_guide(tx, category="price", handlings=handlings)
        plain = build_guide(tx, category="price")
    assert plain.sections[0].handled is None
    texts = [text for text, _ in outcome_texts(guide.sections[0].handled)]
    assert texts[1:3] == ["answered in 1 of 2", "accepted in 1 of 1 answered"]
    assert texts[-1] == "came back in 1 of 2"
