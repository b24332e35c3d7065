"""The labelled reactions parse, are varied, and teach heads that beat what is plainer."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from models.reply_judge import REACTIONS, HeadReplyJudge
from models.training.labelled_calls import LabelError
from models.training.replies import answer_cases, guess_by_words, train_answer_head, train_reaction_head
from models.training.reply_cases import ReplyCase, describe_replies, parse_reply_cases, read_reply_cases
from models.training.splits import split_by_trade

LABELS = Path(__file__).parents[3] / "corpus" / "labels" / "replies"


def parsed(tmp_path, *lines):
    path = tmp_path / "x.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(parse_reply_cases(path))


def test_reactions_belong_to_the_exchange_before_them(tmp_path):
    lines = ("trade: lifts", "O: too dear", "dodged: Nice day.", "A: It is half.", "accepted: Oh!", "moved_on: Mm.")
    more = ("", "# a note", "O: too slow", "A: It is not.", "resisted: It is.")
    assert parsed(tmp_path, *lines, *more) == [
        ReplyCase("lifts", "too dear", "It is half.", "Nice day.", "Oh!", "accepted"),
        ReplyCase("lifts", "too dear", "It is half.", "Nice day.", "Mm.", "moved_on"),
        ReplyCase("lifts", "too slow", "It is not.", None, "It is.", "resisted"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("trade: x", "O: a", "A: b", "liked: c"),
        ("trade: x", "O: a", "accepted: c"),
        ("trade: x", "O: a", "A: b", "O: c", "accepted: d"),
        ("O: a", "A: b", "accepted: c"),
    ],
)
def test_a_line_out_of_order_is_refused_with_its_place(tmp_path, lines):
    with pytest.raises(LabelError, match=rf"x\.txt:{len(lines)}: "):
        parsed(tmp_path, *lines)


def test_the_corpus_is_balanced_varied_and_says_nothing_twice():
    cases = read_reply_cases(LABELS)
    counts = Counter(case.reaction for case in cases)
    assert len(cases) >= 400, describe_replies(cases)
    assert len({case.trade for case in cases}) >= 50
    assert min(counts[reaction] for reaction in REACTIONS) >= 120
    assert len({case.reply.casefold() for case in cases}) == len(cases)
    assert sum(case.dodge is not None for case in {case.objection: case for case in cases}.values()) >= 100


def test_each_objection_meets_its_answer_its_dodge_and_strange_answers():
    cases = [
        ReplyCase("x", "o1", "It costs half of what you pay.", "Nice day.", "Oh!", "accepted"),
        ReplyCase("x", "o2", "What would help you there?", None, "Nothing.", "resisted"),
        ReplyCase("y", "o3", "It comes with a lid as well.", None, "Oh.", "accepted"),
    ]
    assert [(case.objection, case.reply, case.relation) for case in answer_cases(cases)] == [
        ("o1", "It costs half of what you pay.", "answers"),
        ("o1", "Nice day.", "dodges"),
        ("o1", "What would help you there?", "strange"),
        ("o2", "It costs half of what you pay.", "strange"),
        ("o3", "It comes with a lid as well.", "answers"),
    ]


def test_the_same_cases_give_the_same_bytes(tmp_path):
    cases = read_reply_cases(LABELS)[:60]
    for name in "ab":
        train_reaction_head(cases, HashingEncoder()).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_replies_have_no_reactions():
    head = train_reaction_head(read_reply_cases(LABELS)[:30], HashingEncoder())
    judge = HeadReplyJudge(HashingEncoder(), head, head)
    assert judge.reaction_probability([], [], []).shape == (0, 3)
    assert judge.answer_probability([], []).shape == (0,)


@pytest.mark.model
@pytest.mark.slow
def test_on_trades_not_seen_the_heads_beat_a_list_of_words():
    from models.sentence_encoder import SentenceEncoder

    encoder = SentenceEncoder()
    kept, held = split_by_trade(read_reply_cases(LABELS), lambda case: case.trade)
    judge = HeadReplyJudge(encoder, train_reaction_head(kept, encoder), train_answer_head(answer_cases(kept), encoder))
    said = [case.objection for case in held], [case.answer for case in held], [case.reply for case in held]
    right = judge.reaction_probability(*said).argmax(axis=1) == [REACTIONS.index(case.reaction) for case in held]
    by_words = np.mean([guess_by_words(case.reply) == case.reaction for case in held])
    assert right.mean() >= max(0.62, by_words)
    answers = answer_cases(held)
    scores = judge.answer_probability([case.objection for case in answers], [case.reply for case in answers])
    of = {name: scores[[case.relation == name for case in answers]] for name in ("answers", "dodges")}
    assert np.mean(np.subtract.outer(of["answers"], of["dodges"]) > 0) >= 0.85
