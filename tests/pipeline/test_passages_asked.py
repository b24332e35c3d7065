"""What a passage answers: the themes whose gaps it is the best passage of, or nearly, and who raises them."""

import pytest

from pipeline.collateral.records import Gap, Passage, ScoredPassage
from pipeline.passages_asked import Asked, asked_of_passages
from pipeline.records import Moment


def passage(name, document="prices"):
    return Passage(name, document, f"{document}.md", 0, "Prices", f"Words of {name}.")


def moment(call, account=None):
    return Moment(
        *(f"m-{call}-{account}", call, f"{call}.wav", account, 1, "S1", "customer", None, None, "objection", "price"),
        *("Dear.", "Dear.", 0.9, "machine", None, "asserted", 0, 5, None),
    )


def gap(theme, *scored, moments, status="covered"):
    passages = tuple(ScoredPassage(one, score) for one, score in scored)
    return Gap(theme, f"label of {theme}", status, 0, 0, tuple(moments), passages, 0.1, "because")


BEST, NEXT, FAR = passage("p1"), passage("p2"), passage("p3")


def test_the_best_passage_answers_and_others_from_one_half_on():
    held = gap("T1", (BEST, 0.4), (NEXT, 0.5), (FAR, 0.49), moments=[moment("a", "Acme")])
    assert set(asked_of_passages([held], "prices")) == {"p1", "p2"}


@pytest.mark.parametrize(
    ("status", "answers"),
    [("covered", True), ("other_words", True), ("unused", True), ("weak", False), ("missing", False)],
)
def test_only_what_is_answered_counts(status, answers):
    held = gap("T1", (BEST, 0.9), moments=[moment("a")], status=status)
    assert bool(asked_of_passages([held], "prices")) == answers


def test_passages_of_other_documents_are_left_out_though_they_are_the_best():
    held = gap("T1", (passage("p9", "other"), 0.9), (NEXT, 0.4), moments=[moment("a")])
    assert asked_of_passages([held], "prices") == {}
    assert set(asked_of_passages([held], "other")) == {"p9"}


def test_accounts_and_calls_of_several_themes_are_counted_once_each_and_a_call_without_account_is_its_own():
    first = gap("T1", (BEST, 0.9), moments=[moment("a", "Acme"), moment("b", "Acme"), moment("c")])
    second = gap("T2", (BEST, 0.8), moments=[moment("a", "Acme"), moment("d", "Bell")])
    themes = (("T1", "label of T1"), ("T2", "label of T2"))
    assert asked_of_passages([first, second], "prices") == {"p1": Asked(themes, n_accounts=3, n_calls=4)}
