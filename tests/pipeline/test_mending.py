"""A mended word shows at once, is found by search, keeps what people said, and can be taken back."""

import pytest

from pipeline.correction_words import Edges
from pipeline.corrections import confirm, move_edges
from pipeline.erasure import forget_call
from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.insights.search import phrase_filter
from pipeline.mending import mend, undo_mend
from pipeline.records import PhraseFilter
from pipeline.role_swap import swap_roles
from pipeline.run import process_call
from pipeline.store.visible import open_for_viewers

LINES = (
    "R: How is it going with the trial?",
    "C: Well then, it is too expansive for us, I must say. It is too expensive for us.",
)
TEXT = LINES[1][3:]
SLIP, RIGHT = "Well then, it is too expansive for us, I must say.", "Well then, it is too expensive for us, I must say."


@pytest.fixture
def call(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES, consent="yes"))
    with toolkit.store.read() as tx:
        return tx.calls.get("a")


@pytest.fixture
def run(toolkit, call):
    def run_stale():
        steps = list(process_call(toolkit, call))
        assert [step for step in steps if step.state == "failed"] == []
        return [step.stage for step in steps if step.state == "done"]

    return run_stale


def text(toolkit):
    with toolkit.store.read() as tx:
        return tx.talk.turns("a")[1].text


def quotes(toolkit):
    with toolkit.store.read() as tx:
        held = tx.moments.select(PhraseFilter())
        assert all(moment.quote == moment.context[moment.start_char : moment.end_char] for moment in held)
        return [moment.quote for moment in held]


def moments(toolkit):
    with toolkit.store.read() as tx:
        return tx.moments.select(PhraseFilter())


def test_the_model_reads_the_mended_word_and_search_finds_it(toolkit, call, run):
    assert RIGHT not in quotes(toolkit)
    made = mend(toolkit, "a", 1, Edges("expansive"), " expensive ", who=" Ann ", note="heard it")
    assert (made.before, made.after, made.who, made.note) == ("expansive", "expensive", "Ann", "heard it")
    assert text(toolkit) == TEXT.replace("expansive", "expensive")
    assert run() == ["moments", "vectors"]
    assert RIGHT in quotes(toolkit)
    found = toolkit.search.search("expansive", phrase_filter(role="any"), exact=True)
    assert found.hits == ()
    assert run() == []


def test_moments_behind_the_word_move_with_it_before_any_stage_runs(toolkit, call):
    [before] = quotes(toolkit)
    mend(toolkit, "a", 1, Edges("Well then"), "Oh", who="Ann")
    assert quotes(toolkit) == [before]


def test_what_was_confirmed_and_moved_stays_so_through_mend_and_undo(toolkit, call, run):
    said = move_edges(toolkit, moments(toolkit)[0].id, Edges("is too expensive for us"), who="Bo")
    made = mend(
        toolkit, "a", 1, Edges(start_char=said.stretch.start_char, end_char=said.stretch.end_char), "is dear", who="A"
    )
    for _ in range(2):
        assert "is dear" in quotes(toolkit)
        [moment] = [moment for moment in moments(toolkit) if moment.quote == "is dear"]
        assert moment.state == "heard"
        run()
    undo_mend(toolkit, made.id, who="C")
    for _ in range(2):
        assert "is too expensive for us" in quotes(toolkit)
        run()
    assert text(toolkit) == TEXT


def test_a_withdrawn_quote_stays_withdrawn_when_a_word_before_it_or_in_it_is_mended(toolkit, call, run):
    with toolkit.store.begin() as tx:
        tx.moments.set_state(moments(toolkit)[0].id, "withdrawn")
    seen = open_for_viewers(toolkit.store.url)
    for words, now in (("Well then", "Oh"), ("us.", "all of us.")):
        mend(toolkit, "a", 1, Edges(words), now, who="Ann")
        for _ in range(2):
            assert [moment.state for moment in moments(toolkit)] == ["withdrawn"]
            with seen.read() as tx:
                assert tx.talk.turns("a")[1].text == ""
                assert tx.mends.of_call("a") == []
            run()
    seen.close()


def test_the_earlier_of_two_mends_can_be_taken_back_unless_the_later_one_reaches_into_it(toolkit, call):
    one = mend(toolkit, "a", 1, Edges("must say"), "have to say", who="Ann")
    two = mend(toolkit, "a", 1, Edges("Well then"), "Oh", who="Ann")
    back = undo_mend(toolkit, one.id, who="Bo")
    assert (back.undoes, back.who) == (one.id, "Bo")
    assert text(toolkit) == TEXT.replace("Well then", "Oh")
    three = mend(toolkit, "a", 1, Edges("Oh, it"), "Ah, it", who="Ann")
    with pytest.raises(Conflict, match="changed again"):
        undo_mend(toolkit, two.id, who="Ann")
    undo_mend(toolkit, three.id, who="Ann")
    undo_mend(toolkit, two.id, who="Ann")
    assert text(toolkit) == TEXT
    for gone in (one, back):
        with pytest.raises(Conflict):
            undo_mend(toolkit, gone.id, who="Ann")


def test_words_that_nobody_said_are_taken_out_and_put_back(toolkit, call):
    made = mend(toolkit, "a", 1, Edges("then"), "", who="Ann")
    assert text(toolkit).startswith("Well, it is")
    undo_mend(toolkit, made.id, who="Ann")
    assert text(toolkit) == TEXT


def test_a_transcript_read_anew_has_the_mended_words(toolkit, call, run):
    mend(toolkit, "a", 1, Edges("expansive"), "expensive", who="Ann")
    with toolkit.store.begin() as tx:
        tx.stages.drop("a", "read")
    assert "read" in run()
    assert "expansive" not in text(toolkit)


@pytest.mark.parametrize(
    ("words", "now", "who"),
    [("never said", "x", "Ann"), ("expansive", "expansive", "Ann"), ("expansive", "x" * 501, "Ann"),
     ("expansive", "x", " "), (TEXT, " ", "Ann")],
)  # fmt: skip
def test_what_cannot_be_mended_is_refused_and_nothing_is_kept(toolkit, call, words, now, who):
    with pytest.raises(BadInput):
        mend(toolkit, "a", 1, Edges(words), now, who=who)
    with toolkit.store.read() as tx:
        assert tx.mends.of_call("a") == []


def test_unknown_turns_and_mends_are_not_found(toolkit, call):
    with pytest.raises(NotFound):
        mend(toolkit, "a", 9, Edges("x"), "y", who="Ann")
    with pytest.raises(NotFound):
        undo_mend(toolkit, "none", who="Ann")


def test_an_erased_call_takes_its_mends_and_role_changes_along(toolkit, call):
    mend(toolkit, "a", 1, Edges("expansive"), "expensive", who="Ann")
    swap_roles(toolkit, call, who="Bo")
    with toolkit.store.read() as tx:
        [told] = tx.mends.role_changes("a")
    assert (told.who, set(told.roles.values())) == ("Bo", {"rep", "customer"})
    assert forget_call(toolkit, "a").removed["mends"] == 1
    with toolkit.store.read() as tx:
        assert tx.mends.of_call("a") == tx.mends.role_changes("a") == []


def test_a_confirmed_moment_stays_heard_when_another_word_of_its_turn_is_mended(toolkit, call, run):
    confirm(toolkit, moments(toolkit)[0].id, who="Bo")
    mend(toolkit, "a", 1, Edges("Well then"), "Oh", who="Ann")
    run()
    assert "heard" in {moment.state for moment in moments(toolkit)}
