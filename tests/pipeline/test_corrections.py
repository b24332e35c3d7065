"""What a person says of moments shows at once, outlives every model and transcript, and can be taken back."""

from dataclasses import replace

import pytest

from models.keyword_spotter import KeywordSpotter
from models.protocols import Spotted
from pipeline.assemble import Toolkit
from pipeline.correction_words import Edges, Label
from pipeline.corrections import add, change, confirm, move_edges, reject, relabel, undo
from pipeline.erasure import forget_call
from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.insights.search import phrase_filter
from pipeline.insights.theme_reading import refresh_themes
from pipeline.records import PhraseFilter
from pipeline.role_swap import swap_roles
from pipeline.run import process_call

LINES = (
    "R: How is it going with the trial?",
    "C: It is too expensive for us, I must say. The old rota is fine, it is.",
    "C: We want to stop typing it twice.",
)
PRICE = ("objection", "price", "It is too expensive for us, I must say.")
GOAL = ("goal", None, "We want to stop typing it twice.")


class OtherSpotter(KeywordSpotter):
    """Another model: it finds the same, more of it, and takes the rota for a pain."""

    name = "keywords-2"

    def spot(self, turns):
        found = super().spot(turns)
        rota = turns[1].text.find("The old rota")
        if rota >= 0:
            found[1].append(Spotted(rota, len(turns[1].text), "pain", None, "asserted", 0.9))
        return found


@pytest.fixture
def call(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES))
    with toolkit.store.read() as tx:
        return tx.calls.get("a")


@pytest.fixture
def run(toolkit, call):
    """Run what is stale of the call, with another spotter if given; tell which stages ran."""

    def run_stale(spotter=None):
        parts = {"store": toolkit.store, "encoder": toolkit.encoder, "spotter": spotter or toolkit.spotter}
        steps = list(process_call(Toolkit(toolkit.settings, **parts), call))
        assert [step for step in steps if step.state == "failed"] == []
        return [step.stage for step in steps if step.state == "done"]

    return run_stale


def moments(toolkit):
    with toolkit.store.read() as tx:
        return tx.moments.select(PhraseFilter())


def told(toolkit):
    return [(moment.kind, moment.category, moment.quote) for moment in moments(toolkit)]


def price(toolkit):
    return next(moment for moment in moments(toolkit) if moment.kind == "objection")


def test_a_confirmed_moment_is_heard_and_sure(toolkit, call, run):
    said = confirm(toolkit, price(toolkit).id, who=" Ann ", note=" listened ")
    for moment in (price(toolkit), run() and price(toolkit)):
        assert (moment.state, moment.score) == ("heard", 1.0)
    assert (said.who, said.note, said.at.tzinfo is not None) == ("Ann", "listened", True)
    assert said.machine.id == price(toolkit).id


def test_a_correction_makes_moments_and_search_stale_and_nothing_else(toolkit, call, run):
    assert run() == []
    confirm(toolkit, price(toolkit).id, who="Ann")
    assert run() == ["moments", "vectors"]
    assert run() == []


def test_a_rejected_moment_is_gone_at_once_from_everywhere_and_stays_gone(toolkit, call, run):
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    reject(toolkit, price(toolkit).id, who="Ann")
    for spotter in (None, OtherSpotter()):
        assert PRICE not in told(toolkit)
        with toolkit.store.read() as tx:
            assert all(theme.label != "price" for theme in tx.themes.all())
        found = toolkit.search.search("too expensive", phrase_filter(kinds=["objection"]))
        assert found.hits == ()
        run(spotter)
    assert ("pain", None, "The old rota is fine, it is.") in told(toolkit)


def test_a_relabelled_and_moved_moment_outlives_another_model(toolkit, call, run):
    relabel(toolkit, price(toolkit).id, Label(None, "need"), who="Ann")
    assert told(toolkit) == [("objection", "need", PRICE[2]), GOAL]
    move_edges(toolkit, price(toolkit).id, Edges("It is too expensive for us"), who="Bo")
    expected = [("objection", "need", "It is too expensive for us"), GOAL]
    assert told(toolkit) == expected
    run()
    assert told(toolkit) == expected
    run(OtherSpotter())
    assert told(toolkit) == [expected[0], ("pain", None, "The old rota is fine, it is."), GOAL]
    assert price(toolkit).state == "heard"


def test_a_moment_may_become_another_kind_and_other_words_in_one_word(toolkit, call, run):
    held = price(toolkit)
    said = change(toolkit, held.id, label=Label("pain"), edges=Edges(start_char=6, end_char=27), who="Ann")
    run()
    assert told(toolkit) == [("pain", None, "too expensive for us,"), GOAL]
    assert (said.machine.kind, said.machine.start_char) == ("objection", held.start_char)


def test_an_added_moment_is_held_found_and_outlives_another_model(toolkit, call, run):
    add(toolkit, "a", 1, Edges("The old rota is fine"), Label("objection", "need"), who="Ann")
    run()
    assert told(toolkit) == [PRICE, ("objection", "need", "The old rota is fine"), GOAL]
    run(OtherSpotter())
    assert told(toolkit) == [PRICE, ("objection", "need", "The old rota is fine"), GOAL]
    found = toolkit.search.search("old rota", phrase_filter(kinds=["objection"]))
    assert [hit.quote.text for hit in found.hits] == ["The old rota is fine"]


def test_undoing_brings_the_machines_moment_back_step_by_step(toolkit, call, run):
    first = relabel(toolkit, price(toolkit).id, Label("pain"), who="Ann")
    pain = next(moment for moment in moments(toolkit) if moment.kind == "pain")
    second = reject(toolkit, pain.id, who="Bo")
    run()
    assert told(toolkit) == [GOAL]
    assert second.point == first.point
    undone = undo(toolkit, second.id, who="Cy")
    assert (undone.undone_by, undone.undone_at is not None) == ("Cy", True)
    assert told(toolkit) == [("pain", None, PRICE[2]), GOAL]
    undo(toolkit, first.id, who="Cy")
    run()
    assert told(toolkit) == [PRICE, GOAL]
    assert price(toolkit).state == "machine"
    with toolkit.store.read() as tx:
        assert [(said.id, said.undone_by) for said in tx.corrections.of_call("a")] == [
            (first.id, "Cy"),
            (second.id, "Cy"),
        ]


def test_an_added_moment_that_is_undone_is_gone_at_once_and_a_confirmed_one_stays_as_the_machines(toolkit, call, run):
    added = add(toolkit, "a", 1, Edges("The old rota is fine"), Label("pain"), who="Ann")
    confirmed = confirm(toolkit, price(toolkit).id, who="Ann")
    undo(toolkit, added.id, who="Ann")
    undo(toolkit, confirmed.id, who="Ann")
    assert told(toolkit) == [PRICE, GOAL]
    assert price(toolkit).state == "machine"
    run()
    assert price(toolkit).score == 0.9


def test_in_a_new_transcript_corrections_go_with_their_words(toolkit, call, run):
    reject(toolkit, next(moment.id for moment in moments(toolkit) if moment.kind == "goal"), who="Ann")
    relabel(toolkit, price(toolkit).id, Label(None, "need"), who="Ann")
    lost = add(toolkit, "a", 1, Edges("The old rota is fine"), Label("objection", "need"), who="Ann")
    with toolkit.store.begin() as tx:
        before = tx.talk.turns("a")
        texts = [
            before[0].text,
            "Yes.",
            "well it's too expensive for us I must say.",
            "We want to stop typing it twice.",
        ]
        tx.talk.replace_turns("a", [replace(before[min(n, 2)], turn=n, text=text) for n, text in enumerate(texts)])
        tx.stages.drop("a", "moments")
    run()
    assert told(toolkit) == [("objection", "need", "it's too expensive for us I must say.")]
    with toolkit.store.read() as tx:
        assert list(tx.stages.of_call("a")["moments"].detail["unplaced"]) == [lost.id]
        assert "not in the transcript" in tx.corrections.placements("a")[lost.id].reason
        assert len(tx.corrections.live("a")) == 3


def test_with_roles_swapped_a_set_moment_sleeps_and_wakes_when_they_are_swapped_back(toolkit, call, run):
    confirm(toolkit, price(toolkit).id, who="Ann")
    swap_roles(toolkit, call)
    run()
    assert PRICE not in told(toolkit)
    swap_roles(toolkit, call)
    run()
    assert (price(toolkit).quote, price(toolkit).state) == (PRICE[2], "heard")


def test_a_person_may_add_to_a_call_whose_language_is_not_read(toolkit, write_call, ingest):
    ingest(write_call("d", "R: Wie läuft es?", "C: Das ist uns zu teuer.", language="de"))
    add(toolkit, "d", 1, Edges("Das ist uns zu teuer."), Label("objection", "price"), who="Ann")
    with toolkit.store.read() as tx:
        call = tx.calls.get("d")
    list(process_call(toolkit, call))
    assert told(toolkit) == [("objection", "price", "Das ist uns zu teuer.")]
    with toolkit.store.read() as tx:
        assert tx.stages.of_call("d")["moments"].detail["corrections"] == 1


def test_what_is_said_while_a_model_reads_is_not_written_over(toolkit, call):
    class SlowSpotter(KeywordSpotter):
        name = "slow"

        def spot(self, turns):
            if PRICE in told(toolkit):
                reject(toolkit, price(toolkit).id, who="Ann")
            return super().spot(turns)

    other = Toolkit(toolkit.settings, store=toolkit.store, encoder=toolkit.encoder, spotter=SlowSpotter())
    list(process_call(other, call))
    assert told(toolkit) == [GOAL]
    assert {step.stage for step in process_call(other, call) if step.state == "done"} == {"moments", "vectors"}
    assert told(toolkit) == [GOAL]


@pytest.mark.parametrize(("state", "moved"), [("withdrawn", "withdrawn"), ("cleared", "heard")])
def test_a_withdrawal_goes_along_and_a_clearance_only_with_the_same_words(toolkit, call, state, moved):
    with toolkit.store.begin() as tx:
        tx.moments.set_state(price(toolkit).id, state)
    relabel(toolkit, price(toolkit).id, Label(None, "need"), who="Ann")
    assert price(toolkit).state == state
    relabel(toolkit, price(toolkit).id, Label("pain"), who="Ann")
    assert moments(toolkit)[0].state == state
    move_edges(toolkit, moments(toolkit)[0].id, Edges("too expensive for us"), who="Ann")
    assert moments(toolkit)[0].state == moved


def test_corrections_are_erased_with_their_call(toolkit, call):
    add(toolkit, "a", 1, Edges("The old rota is fine"), Label("pain"), who="Ann", note="zebra")
    receipt = forget_call(toolkit, "a")
    assert (receipt.removed["corrections"], receipt.removed["placements"]) == (1, 1)
    toolkit.store.close()
    for path in toolkit.settings.data.rglob("*"):
        assert not path.is_file() or b"zebra" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("label", "edges", "reason"),
    [
        (Label("mood"), Edges("The old rota"), "no kind 'mood'"),
        (Label(None), Edges("The old rota"), "no kind None"),
        (Label("objection"), Edges("The old rota"), "needs a category, and this one has none"),
        (Label("objection", "weather"), Edges("The old rota"), "no category 'weather'"),
        (Label("pain", "price"), Edges("The old rota"), "only objections have one"),
        (Label("pain"), Edges("The new rota"), "not in turn 1.*which says: It is too"),
        (Label("pain"), Edges("  "), "not in turn 1"),
        (Label("pain"), Edges("it is"), None),
        (Label("pain"), Edges("is"), "3 times in turn 1"),
        (Label("pain"), Edges(), "either their quote"),
        (Label("pain"), Edges("The old rota", 3), "either their quote"),
        (Label("pain"), Edges(start_char=3), "either their quote"),
        (Label("pain"), Edges(start_char=3, end_char=900), "no stretch of turn 1.*characters"),
        (Label("pain"), Edges(start_char=-3, end_char=9), "no stretch of turn 1"),
        (Label("pain"), Edges(start_char=2, end_char=3), "no stretch of turn 1"),
    ],
)
def test_what_cannot_be_added_is_refused_with_its_reason(toolkit, call, label, edges, reason):
    if reason is None:
        assert add(toolkit, "a", 1, edges, label, who="Ann").stretch.start_char == 62
        return
    with pytest.raises(BadInput, match=reason):
        add(toolkit, "a", 1, edges, label, who="Ann")
    with toolkit.store.read() as tx:
        assert tx.corrections.all() == []


def test_places_and_people_that_are_not_there_are_named(toolkit, call):
    words, pain = Edges("The old rota"), Label("pain")
    with pytest.raises(NotFound, match="No call 'x'"):
        add(toolkit, "x", 1, words, pain, who="Ann")
    with pytest.raises(NotFound, match="No turn 7 in call 'a', which has 3"):
        add(toolkit, "a", 7, words, pain, who="Ann")
    with pytest.raises(BadInput, match=r"never a moment.*buyerspeak roles a --swap"):
        add(toolkit, "a", 0, Edges("How is it going"), pain, who="Ann")
    for who in ("", "  "):
        with pytest.raises(BadInput, match="name of who made it"):
            add(toolkit, "a", 1, words, pain, who=who)
    for correct in (confirm, reject):
        with pytest.raises(NotFound, match="No moment 'm'"):
            correct(toolkit, "m", who="Ann")
    with pytest.raises(NotFound, match="No correction 'c'"):
        undo(toolkit, "c", who="Ann")


def test_a_change_must_change_something_near_where_the_moment_stands(toolkit, call):
    held = price(toolkit)
    for said in ({}, {"label": Label("objection", "price")}, {"edges": Edges(held.quote)}):
        with pytest.raises(BadInput, match="is that already"):
            change(toolkit, held.id, **said, who="Ann")
    with pytest.raises(BadInput, match="does not overlap moment"):
        move_edges(toolkit, held.id, Edges("The old rota"), who="Ann")


def test_a_stretch_is_set_once(toolkit, call):
    held = price(toolkit)
    with pytest.raises(Conflict, match=f"held already, as moment '{held.id}'"):
        add(toolkit, "a", 1, Edges(held.quote), Label("pain"), who="Ann")
    confirm(toolkit, held.id, who="Ann")
    with pytest.raises(Conflict, match=r"overlaps moment.*which a person has set"):
        add(toolkit, "a", 1, Edges("It is too expensive"), Label("pain"), who="Ann")
    rota = add(toolkit, "a", 1, Edges("The old rota is fine"), Label("pain"), who="Ann")
    with toolkit.store.read() as tx:
        pain = tx.corrections.placements("a")[rota.id].moment
    with pytest.raises(Conflict, match="overlaps moment"):
        move_edges(toolkit, pain, Edges("too expensive for us, I must say. The old rota"), who="Ann")
