"""Why a status is what it is, in a sentence for whoever writes the collateral."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.collateral.records import Passage
from pipeline.insights.coverage import Verdict, own_words
from pipeline.insights.shared_words import shared_words, words_beyond

NOTHING_HELD: Final = "No collateral is held. Add documents with `buyerspeak collateral add`."
_FIGURE = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|sixty|ninety|hundred|half|twice)\b",
    re.IGNORECASE,
)
_TABLE_ROW = re.compile(r"(?:^|\n)[^\n.!?]*(?:\s\|\s|: [^\n.!?]{1,40}[;,] [^\n.!?]{1,60}: )|✓|–\s*[;|,]")
_WORDS_NAMED: Final = 3
_QUOTE_CHARS: Final = 110


def reason(points: Sequence[str], verdict: Verdict) -> str:
    """Return what is there and, unless it answers, why it fails."""
    if not verdict.passages:
        return NOTHING_HELD
    passage = verdict.passages[0].passage
    if verdict.status == "covered":
        return f"{_place(passage)} answers it{_answer(verdict)}.{_left_open(points, verdict)}"
    if verdict.status == "other_words":
        theirs, ours = own_words(points)[:_WORDS_NAMED], words_beyond(verdict.sentences[0], points)[:_WORDS_NAMED]
        return (
            f"{_place(passage)} answers it in words that customers do not use: they say {_named(theirs)}, "
            f"it says {_named(ours)}."
        )
    if verdict.status == "weak":
        return (
            f"{_place(passage)} {_mention(points, passage)}, but {_shortfall(passage)}. {_unanswered(points, verdict)}"
        )
    return f"No document speaks to it. {_unanswered(points, verdict)} The nearest is {_place(passage)}, which does not."


def unused_reason(verdict: Verdict, n_calls: int, n_replies: int) -> str:
    """Return the sentence for an answer that reps leave on the shelf."""
    return (
        f"{_place(verdict.passages[0].passage)} answers it, but reps do not bring it up: in {n_calls} calls they "
        f"replied to it {n_replies} times, and no reply came near what it says."
    )


def _answer(verdict: Verdict) -> str:
    return f": {_quoted(verdict.sentences[0])}" if verdict.sentences else ""


def _left_open(points: Sequence[str], verdict: Verdict) -> str:
    if not verdict.open_points or len(points) == 1:
        return ""
    return f" Least of all it answers {_quoted(verdict.open_points[0])}."


def _mention(points: Sequence[str], passage: Passage) -> str:
    if shared := shared_words(points, passage.text)[:_WORDS_NAMED]:
        return f"mentions {_named(shared)}"
    return "touches the subject"


def _shortfall(passage: Passage) -> str:
    if _TABLE_ROW.search(passage.text):
        return "only names it in a table, without a word on what it means for them"
    if not _FIGURE.search(passage.text):
        return "stays general: no figure, no term, no step to take"
    return "states how things are and leaves the point itself open"


def _unanswered(points: Sequence[str], verdict: Verdict) -> str:
    hardest = verdict.open_points[0] if verdict.open_points else points[0]
    return f"It would have to answer {_quoted(hardest)}."


def _quoted(point: str) -> str:
    cut = point if len(point) <= _QUOTE_CHARS else point[:_QUOTE_CHARS].rsplit(" ", 1)[0] + "…"
    return f"“{cut.rstrip('.')}”"


def _named(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def _place(passage: Passage) -> str:
    return f"{passage.document_name}, {passage.locator}"
