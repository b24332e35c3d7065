"""Reads the labelled reactions of `corpus/labels/replies`: what customers said next when a rep had answered them.

A file holds trades, each with exchanges, each with one or more reactions; those to one answer are other people's::

    trade: lift maintenance
    O: you're not cheaper than Otis, so why would I move forty lifts?
    dodged: I wouldn't expect you to decide today. When's a good time to come and see the building?
    A: We're not. We're there in fifty minutes instead of five hours, and it's in the contract with a penalty.
    accepted: A penalty you pay me? Put that in writing and you've got the east blocks.
    resisted: Everybody's got a penalty clause and nobody's ever paid me one.
    moved_on: It's forty-two if you count the two goods lifts. I never know whether to count them.

`A` speaks to the objection, by an answer or by a question about it; `dodged` is another rep's reply that does not.

`accepted`: the customer lets the point go, is relieved, or takes a next step because of the answer. `resisted`: repeats
or deepens the point, doubts the answer, or raises another obstacle in the same matter. `moved_on`: neither; another
subject, a plain fact, a question that takes no side, a bare acknowledgement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.reply_judge import REACTIONS
from models.training.labelled_calls import LabelError

_LINE = re.compile(r"(trade|O|dodged|A|accepted|resisted|moved_on):\s+(.*)")


@dataclass(frozen=True, slots=True)
class ReplyCase:
    """An objection, the rep's answer, and how the customer took it."""

    trade: str
    objection: str
    answer: str
    dodge: str | None
    """A reply to the same objection that does not speak to it."""
    reply: str
    reaction: str


def read_reply_cases(folder: Path) -> list[ReplyCase]:
    """Return every case of the `*.txt` files in `folder`, by file name and then as written."""
    return [case for path in sorted(folder.glob("*.txt")) for case in parse_reply_cases(path)]


def parse_reply_cases(path: Path) -> Iterator[ReplyCase]:
    """Yield the cases of one file.

    Raises:
        LabelError: a line that the format does not know, or one without what belongs before it.
    """
    said: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise LabelError(f"{path.name}:{number}: neither a trade, an exchange nor a reaction: {line[:60]!r}")
        name, text = found[1], found[2].strip()
        if name not in REACTIONS:
            # What was said before belongs to another trade or objection.
            said = {key: value for key, value in said.items() if key in _KEPT[name]} | {name: text}
        elif not {"trade", "O", "A"} <= said.keys():
            raise LabelError(
                f"{path.name}:{number}: a reaction needs a trade, an objection O: and an answer A: before it"
            )
        else:
            yield ReplyCase(said["trade"], said["O"], said["A"], said.get("dodged"), text, name)


_KEPT = {"trade": (), "O": ("trade",), "dodged": ("trade", "O"), "A": ("trade", "O", "dodged")}


def describe_replies(cases: list[ReplyCase]) -> str:
    """Return the counts that a datasheet needs."""
    counts = Counter(case.reaction for case in cases)
    exchanges = len({(case.objection, case.answer) for case in cases})
    return f"{len(cases)} reactions to {exchanges} answers, {len({case.trade for case in cases})} trades; " + ", ".join(
        f"{reaction} {counts[reaction]}" for reaction in REACTIONS
    )
