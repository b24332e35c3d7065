"""The objection guide: exact words, counts with their denominators, answers, and what collateral has to say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.collateral.records import Gap, Passage, ScoredPassage
from pipeline.errors import BadInput, NotFound
from pipeline.insights.guide_records import Share, Tally
from pipeline.insights.guide_text import clock, less_sure_text, shown_text, source_text
from pipeline.insights.guides import build_guide, spread
from pipeline.records import Call, PhraseFilter, SpeakerRole, SpottedMoment, Theme, Turn
from pipeline.store.open import open_store

TOO_DEAR = "forty grand is more than we've got for this"
GHOSTS = "I'd be paying for thirty ghosts all summer"
NO_TIME = "we can't touch this before <March> & that's that"
DEAR_TALK = (
    ("rep", "So that is the offer."),
    ("customer", f"Well, {TOO_DEAR}."),
    ("rep", "Mm-hm."),
    ("customer", "Sorry."),
    ("rep", "I hear you. What did you set aside for it? Right?"),
    ("rep", "You could start with one site."),
    ("customer", "One site we could do this quarter."),
    ("rep", "Good, then let us do that."),
)
GHOST_TALK = (("customer", f"{GHOSTS}."), ("rep", "Seats can rest from June until September, at no cost."))
TIME_TALK = (("customer", f"No, {NO_TIME}."), ("customer", "Goodbye."))
CALLS = {
    "a": (
        DEAR_TALK,
        [(1, TOO_DEAR, "price")],
        {"account": "Acme", "deal": "d1", "stage": "demo", "recorded_at": "2026-03-01"},
    ),
    "b": (
        GHOST_TALK,
        [(0, GHOSTS, "price")],
        {"account": "Borealis", "stage": "demo", "recorded_at": "2026-05-02T10:00:00"},
    ),
    "c": (
        TIME_TALK,
        [(0, NO_TIME, "timing")],
        {"account": "Acme", "deal": "d1", "stage": "cold", "recorded_at": "in May"},
    ),
    "d": ((("customer", "All is well here."),), [], {"account": "Cove", "stage": "demo"}),
}


def add_call(tx, name, talk, objections, metadata):
    tx.calls.add(
        Call(name, f"{name}.mp3", f"sha-{name}", "audio", None, 60.0, 2, metadata, datetime(2026, 6, 1, tzinfo=UTC))
    )
    turns = [
        Turn(name, place, role.title(), role, 1.0, 65.0 * place, 65.0 * place + 60, text)
        for place, (role, text) in enumerate(talk)
    ]
    tx.talk.replace_turns(name, turns)
    spots = []
    for turn, quote, category in objections:
        start = talk[turn][1].index(quote)
        spots.append(SpottedMoment(turn, start, start + len(quote), "objection", category, "stated", 0.9))
    return tx.moments.replace(name, spots)


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'buyerspeak.db'}")
    with store.begin() as tx:
        ids = [moment for name, call in CALLS.items() for moment in add_call(tx, name, *call)]
        theme = Theme("seats", "paying for ghosts", ("ghosts",), ids[1], 2, 2, 2, 1, 0.7)
        tx.themes.replace([theme], {"seats": [ids[1], ids[0]]}, stamp="1")
    yield store
    store.close()


def gap(status, *texts):
    passages = tuple(
        ScoredPassage(Passage(f"p{n}", "doc", "pricing.pdf", n, "page 2", text), 0.7) for n, text in enumerate(texts)
    )
    return Gap("seats", "paying for ghosts", status, 2, 2, (), passages, 0.5, "because it says so")


def guide_of(store, **choice):
    with store.read() as tx:
        return build_guide(tx, **choice)


def test_a_theme_comes_first_and_single_objections_last_by_category(store):
    guide = guide_of(store)
    assert [(s.label, s.theme, s.category) for s in guide.sections] == [
        ("paying for ghosts", "seats", None),
        ("Timing: single objections", None, "timing"),
    ]
    assert (guide.n_objections, guide.n_calls, guide.n_accounts, guide.n_deals) == (3, 4, 3, 1)
    assert (guide.first_call, guide.last_call) == ("2026-03-01", "2026-05-02")


def test_counts_carry_their_denominators(store):
    section = guide_of(store).sections[0]
    assert section.moments == Share(2, 3)
    assert section.calls == Share(2, 4)
    assert section.accounts == Share(2, 3)
    assert section.deals == Share(1, 1)
    assert section.last_heard == "2026-05-02"
    assert section.raised_by == (Tally("stage", "demo", Share(2, 3)),)
    assert len(section.evidence) == 2


def test_the_most_typical_quote_comes_first(store):
    section = guide_of(store).sections[0]
    assert [moment.quote for moment in section.verbatims] == [GHOSTS, TOO_DEAR]


def test_the_answer_is_the_reps_whole_turns_up_to_the_customers_reply(store):
    section = guide_of(store).sections[0]
    dear = next(exchange for exchange in section.exchanges if exchange.objection == TOO_DEAR)
    assert [said.text for said in dear.answers] == [DEAR_TALK[4][1], DEAR_TALK[5][1]]
    assert [said.text for said in dear.replies] == [DEAR_TALK[6][1]]
    assert (dear.answers[0].call, dear.answers[0].turn, dear.answers[0].start_s) == ("a", 4, 260.0)
    assert section.replied == Share(2, 2)


def test_an_objection_that_nobody_answered_is_counted_as_such(store):
    section = guide_of(store).sections[1]
    assert section.replied == Share(0, 1)
    assert section.exchanges == ()


def test_questions_to_explore_are_exact_stretches_of_the_reps_turns(store):
    (question,) = guide_of(store).sections[0].questions
    assert question.text == "What did you set aside for it?"
    assert DEAR_TALK[4][1][question.start_char : question.end_char] == question.text


@pytest.mark.parametrize("status", ["covered", "other_words", "unused"])
def test_an_answered_theme_gives_the_passage_to_use(store, status):
    advice = guide_of(store, gaps=[gap(status, "Seats rest in winter.", "More.")]).sections[0].advice
    assert advice.use.passage.text == "Seats rest in winter."
    assert advice.nearest is None


@pytest.mark.parametrize("status", ["missing", "weak"])
def test_an_unanswered_theme_names_the_nearest_passage_and_gives_none_to_use(store, status):
    guide = guide_of(store, gaps=[gap(status, "Seats cost $29.")])
    assert guide.sections[0].advice.use is None
    assert guide.sections[0].advice.nearest.passage.text == "Seats cost $29."


def test_without_gaps_nothing_is_said_of_collateral(store):
    assert guide_of(store).sections[0].advice is None


def test_one_theme_or_one_category_may_be_asked_for(store):
    assert [s.theme for s in guide_of(store, theme="seats").sections] == ["seats"]
    assert [s.category for s in guide_of(store, category="timing").sections] == ["timing"]
    assert guide_of(store, category="security").sections == ()


def test_a_category_is_one_section_that_names_its_themes_and_what_to_send_for_each(store):
    (section,) = guide_of(store, category="price", gaps=[gap("covered", "Seats rest in winter.")]).sections
    assert (section.label, section.theme, section.moments) == ("Price", None, Share(2, 3))
    (within,) = section.within
    assert (within.label, within.calls) == ("paying for ghosts", Share(2, 4))
    assert within.advice.use.passage.text == "Seats rest in winter."
    assert [moment.quote for moment in section.verbatims] == [GHOSTS, TOO_DEAR]


def test_unknown_themes_and_categories_are_refused(store):
    with pytest.raises(NotFound, match="nope"):
        guide_of(store, theme="nope")
    with pytest.raises(BadInput, match=r"'nope'.*price, timing"):
        guide_of(store, category="nope")


def test_withdrawn_quotes_and_those_of_reps_are_left_out(store):
    with store.begin() as tx:
        first, second = tx.themes.members("seats")
        tx.moments.set_state(first, "withdrawn")
        tx.talk.correct_role(tx.moments.get(second).call, "Customer", "rep")
    guide = guide_of(store)
    assert [section.category for section in guide.sections] == ["timing"]
    assert guide.n_objections == 1


def test_a_speaker_of_unknown_role_is_no_reason_to_hide_an_objection(store):
    with store.begin() as tx:
        tx.talk.replace_speakers("c", [SpeakerRole("Customer", "unknown", 0.4, "inferred")])
    assert guide_of(store).n_objections == 3


def test_quotes_are_spread_over_accounts_then_calls_and_said_once(store):
    with store.read() as tx:
        (moment,) = tx.moments.by_ids(tx.themes.members("seats")[:1]).values()
    rows = [("1", "A", "x"), ("2", "A", "x"), ("3", "A", "y"), ("4", "B", "z"), ("5", "B", "z")]
    moments = [
        replace(moment, id=name, account=account, call=call, quote=f"quote {name}") for name, account, call in rows
    ]
    assert [m.id for m in spread(moments)] == ["1", "4", "3", "2", "5"]
    assert [m.id for m in spread(moments, 2)] == ["1", "4"]
    assert len(spread([moment, replace(moment, id="again", quote=moment.quote.upper())])) == 1


def test_the_clock_reads_minutes_and_where_needed_hours():
    assert [clock(s) for s in (0.0, 187.9, 3723.0, None)] == ["00:00", "03:07", "1:02:03", ""]


def doubt(store, call, score):
    """Lower the score of a call's only moment."""
    with store.begin() as tx:
        (m,) = tx.moments.select(PhraseFilter(calls=(call,)))
        tx.moments.replace(
            call, [SpottedMoment(m.turn, m.start_char, m.end_char, m.kind, m.category, m.factuality, score)]
        )


def test_what_is_only_possible_is_counted_and_set_apart(store):
    doubt(store, "b", 0.4)
    guide = guide_of(store)
    section = guide.sections[0]
    assert (section.moments, section.calls, section.replied) == (Share(2, 3), Share(2, 4), Share(2, 2))
    assert [moment.quote for moment in section.verbatims] == [TOO_DEAR]
    assert [moment.quote for moment in section.less_sure] == [GHOSTS]
    assert {exchange.objection for exchange in section.exchanges} == {TOO_DEAR}
    assert shown_text(section).startswith("1 of 2 shown, likely or surer, spread")
    assert less_sure_text(section) == "1 less sure quote"


def test_a_theme_with_nothing_likely_shows_what_is_possible_and_says_so(store):
    doubt(store, "a", 0.5)
    doubt(store, "b", 0.4)
    section = guide_of(store).sections[0]
    assert [moment.quote for moment in section.verbatims] == [GHOSTS, TOO_DEAR]
    assert section.less_sure == ()
    assert len(section.exchanges) == 2
    assert "None of them is likely" in shown_text(section)
    assert source_text(section.verbatims[0]).endswith("00:00, only possible")


def test_the_day_of_each_call_is_told_where_it_has_one(store):
    assert guide_of(store).days == {"a": "2026-03-01", "b": "2026-05-02"}
