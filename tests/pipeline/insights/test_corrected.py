from pipeline.correction_words import Edges, Label
from pipeline.corrections import add, confirm, reject, relabel, undo
from pipeline.insights.corrected import CorrectedMark, CorrectedTurn, corrected_calls
from pipeline.records import PhraseFilter
from pipeline.role_swap import swap_roles
from pipeline.run import process_call

LINES = ("R: How is it?", "C: It is too expensive. The rota is fine.", "C: We want to stop typing it twice.")
PRICE = CorrectedMark(1, 0, 20, "objection", "need")


def moment_of(toolkit, kind):
    with toolkit.store.read() as tx:
        return next(moment.id for moment in tx.moments.select(PhraseFilter(kinds=(kind,), calls=("a",))))


def read(toolkit):
    with toolkit.store.read() as tx:
        return corrected_calls(tx)


def test_calls_come_with_every_turn_and_what_people_said(toolkit, write_call, ingest):
    ingest(write_call("b", *LINES), write_call("a", *LINES))
    assert read(toolkit) == []
    reject(toolkit, moment_of(toolkit, "goal"), who="Ann")
    relabel(toolkit, moment_of(toolkit, "objection"), Label(None, "need"), who="Ann")
    [held] = read(toolkit)
    assert held.call == "a"
    assert held.turns == tuple(CorrectedTurn(line[3:], line[0] == "R") for line in LINES)
    assert held.marks == (PRICE, CorrectedMark(2, 0, 32, "not", None))
    add(toolkit, "b", 1, Edges("The rota is fine."), Label("signal"), who="Ann")
    assert [(call.call, len(call.marks)) for call in read(toolkit)] == [("a", 2), ("b", 1)]


def test_what_is_undone_or_set_anew_where_it_was_rejected_is_no_example_of_nothing(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES))
    gone = reject(toolkit, moment_of(toolkit, "goal"), who="Ann")
    add(toolkit, "a", 2, Edges("We want to stop"), Label("pain"), who="Bo")
    assert [call.marks for call in read(toolkit)] == [(CorrectedMark(2, 0, 15, "pain", None),)]
    undo(toolkit, gone.id, who="Bo")
    confirmed = confirm(toolkit, moment_of(toolkit, "objection"), who="Ann")
    undo(toolkit, confirmed.id, who="Ann")
    assert [len(call.marks) for call in read(toolkit)] == [1]


def test_words_of_a_rep_and_words_that_are_not_there_any_more_are_no_examples(toolkit, write_call, ingest):
    ingest(write_call("a", *LINES))
    confirm(toolkit, moment_of(toolkit, "objection"), who="Ann")
    with toolkit.store.begin() as tx:
        call, turns = tx.calls.get("a"), tx.talk.turns("a")
        tx.talk.replace_turns("a", turns[:1])
    assert read(toolkit) == []
    with toolkit.store.begin() as tx:
        tx.talk.replace_turns("a", turns)
    assert len(read(toolkit)) == 1
    swap_roles(toolkit, call)
    assert read(toolkit) == []
    list(process_call(toolkit, call))
    assert read(toolkit) == []
