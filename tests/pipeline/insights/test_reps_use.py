"""A passage is left on the shelf when reps had the occasion often enough and never said what it says."""

import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.collateral.records import Passage
from pipeline.insights.answers_given import exchanges_after
from pipeline.insights.reps_use import use_of
from pipeline.records import PhraseFilter

PASSAGE = Passage("p", "d", "exit.md", 0, "Leaving", "Every agreement ends with a month's notice and no penalty fee.")
OBJECTION = "C: The contract length is too expensive for us."
SILENT = "R: I hear you, let me ask my manager about that one."
SAYS_IT = "R: Every agreement ends with a month's notice and no penalty fee, so you are free."


@pytest.fixture
def use(toolkit, write_call, ingest):
    def read(*replies):
        for place, reply in enumerate(replies):
            ingest(
                write_call(f"call-{place}", "R: Hello there, thanks for joining.", OBJECTION, reply, "C: I see, fine.")
            )
        with toolkit.store.read() as tx:
            moments = tx.moments.select(PhraseFilter(kinds=("objection",)))
            assert len(moments) == len(replies)
            return use_of([PASSAGE], moments, exchanges_after(tx, moments), HashingEncoder())

    return read


def test_four_replies_that_say_something_else_leave_it_out(use):
    found = use(SILENT, SILENT, SILENT, SILENT)
    assert (found.n_replies, found.n_calls, found.brought_up) == (4, 4, ())
    assert found.is_left_out


def test_one_reply_that_says_it_is_enough(use):
    found = use(SILENT, SAYS_IT, SILENT, SILENT)
    assert len(found.brought_up) == 1
    assert not found.is_left_out


def test_too_few_replies_tell_nothing(use):
    assert not use(SILENT, SILENT, SILENT).is_left_out
