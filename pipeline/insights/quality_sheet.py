"""The sheet that a person labels in a text editor, written from a sample and read back with every fault by its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.errors import BadInput
from pipeline.records import CATEGORIES, KINDS, Turn, text_hash
from pipeline.store.quality import LabelledSpan, QualityItem, QualitySample
from pipeline.store.session import Transaction

READ_LINE: Final = "==== everything above this line has been read ===="
_CONTEXT_TURNS: Final = 2
_SHOWN_FAULTS: Final = 20
_OPENING = re.compile(r"\{([a-z]+(?:/[a-z]+)?):")
_SAMPLE = re.compile(r"sample:\s*(\S+)")
_TURN = re.compile(r"turn:\s*(\d+)\b.*")
_GUIDE: Final = f"""\
# Labelling sheet: mark what marketing or enablement would quote from a customer.
#
# Put marks around the words, in the lines that begin with ">", and leave everything else as it is:
#   > Well, {{objection/price: forty grand is more than we've got for this}}. {{question: Does it work with Okta?}}
# Kinds: {", ".join(KINDS)}.
# An objection may name its category: {", ".join(CATEGORIES)}.
# A mark is the shortest stretch that makes the point when read alone; one stretch has one kind. A turn without a
# moment stays as it is; so does what the seller's own people say. Most turns hold none.
#
# When you stop, move the line of "====" down below the last turn that you have read. The turns are in random order, so
# you may stop anywhere. Then: buyerspeak quality load FILE
"""


@dataclass(frozen=True, slots=True)
class LabelledItem:
    """What a sheet says of one drawn turn."""

    position: int
    labels: tuple[LabelledSpan, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """A drawn turn as it is shown for labelling, with its neighbours, and no word of what was found in it."""

    item: QualityItem
    source: str
    turn: Turn | None
    """None if the transcript has changed since the turn was drawn."""
    before: tuple[Turn, ...]
    after: tuple[Turn, ...]


def view_items(tx: Transaction, items: Sequence[QualityItem]) -> list[ItemView]:
    """Return the items with the words that are to be read."""
    calls = {call: (tx.calls.get(call).source, tx.talk.turns(call)) for call in sorted({item.call for item in items})}
    views = []
    for item in items:
        source, turns = calls[item.call]
        turn = turns[item.turn] if item.turn < len(turns) else None
        held = turn if turn is not None and text_hash(turn.text) == item.text_hash else None
        before = tuple(turns[max(0, item.turn - _CONTEXT_TURNS) : item.turn])
        after = tuple(turns[item.turn + 1 : item.turn + 1 + _CONTEXT_TURNS])
        views.append(ItemView(item, source, held, before, after))
    return views


def write_sheet(sample: QualitySample, views: Sequence[ItemView]) -> str:
    """Return the sheet as text; labels that are held already are written as marks."""
    shown = [view for view in views if view.turn is not None]
    n_read = next((n for n, view in enumerate(shown) if view.item.labels is None), len(shown))
    lines = [_GUIDE, f"sample: {sample.id}", ""]
    for place, view in enumerate(shown):
        if place == n_read:
            lines += [READ_LINE, ""]
        lines += [*_item_lines(view), ""]
    if n_read == len(shown):
        lines.append(READ_LINE)
    return "\n".join(lines) + "\n"


def _item_lines(view: ItemView) -> Iterator[str]:
    if view.turn is None:
        return
    yield f"turn: {view.item.position}  ({view.source}, {view.turn.speaker})"
    yield from (f"# {turn.speaker}: {_one_line(turn.text)}" for turn in view.before)
    yield f"> {_one_line(_marked(view.turn.text, view.item.labels or ()))}"
    yield from (f"# {turn.speaker}: {_one_line(turn.text)}" for turn in view.after)


def marked_text(view: ItemView) -> str:
    """Return a drawn turn as one line, with the marks that are held; of one whose transcript changed, nothing."""
    return "" if view.turn is None else _one_line(_marked(view.turn.text, view.item.labels or ()))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _marked(text: str, labels: Sequence[LabelledSpan]) -> str:
    for span in sorted(labels, key=lambda span: -span.start_char):
        name = f"{span.kind}/{span.category}" if span.category else span.kind
        words = text[span.start_char : span.end_char]
        text = f"{text[: span.start_char]}{{{name}: {words}}}{text[span.end_char :]}"
    return text


def read_sheet(text: str, *, name: str, turns: Mapping[int, str]) -> list[LabelledItem]:
    """Return what is marked in the turns above the line of "====".

    `turns` are the drawn turns' texts by position. Raises BadInput with every fault and its line.
    """
    sheet = _Sheet(name, turns)
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if sheet.take(number, line.strip()):
            break
    else:
        sheet.faults.append(f"{name}: the line {READ_LINE!r} is missing; put it below the last turn that was read.")
    if not sheet.faults and not sheet.items:
        sheet.faults.append(f'{name}: no turn has been read yet: move the line of "====" below the last that was.')
    if sheet.faults:
        more = len(sheet.faults) - _SHOWN_FAULTS
        shown = sheet.faults[:_SHOWN_FAULTS] + ([f"… and {more} more."] if more > 0 else [])
        raise BadInput("\n".join(shown))
    return sheet.items


def sample_named(text: str, *, name: str) -> str:
    """Return the id of the sample that a sheet belongs to; BadInput if it names none."""
    for line in text.removeprefix("\ufeff").splitlines():
        if found := _SAMPLE.fullmatch(line.strip()):
            return found[1]
    raise BadInput(f'{name} is no labelling sheet: it has no line "sample: …". `buyerspeak quality sample` writes one.')


class _Sheet:
    """What was read so far."""

    def __init__(self, name: str, turns: Mapping[int, str]) -> None:
        self._name = name
        self._turns = turns
        self._position: int | None = None
        self.items: list[LabelledItem] = []
        self.faults: list[str] = []

    def take(self, number: int, line: str) -> bool:
        """Read one line; return whether it is the one below which nothing has been read."""
        if line.startswith("===="):
            self._close(number)
            return True
        if not line or line.startswith("#") or _SAMPLE.fullmatch(line):
            return False
        if found := _TURN.fullmatch(line):
            self._close(number)
            self._open(number, int(found[1]))
        elif line.startswith(">"):
            self._label(number, line[1:].strip())
        else:
            self._fault(number, f'a line begins with "#", "sample:", "turn:" or ">", not with {line[:40]!r}.')
        return False

    def _open(self, number: int, position: int) -> None:
        if position not in self._turns:
            self._fault(number, f"the sample holds no turn {position}, or its transcript has changed since.")
        elif any(item.position == position for item in self.items):
            self._fault(number, f"turn {position} is here twice.")
        else:
            self._position = position

    def _label(self, number: int, marked: str) -> None:
        if self._position is None:
            self._fault(number, 'a line with ">" belongs below its "turn:" line, one for each.')
            return
        try:
            self.items.append(LabelledItem(self._position, read_marks(marked, self._turns[self._position])))
        except ValueError as error:
            self._fault(number, str(error))
        self._position = None

    def _close(self, number: int) -> None:
        if self._position is not None:
            self._fault(number, f'turn {self._position} above has lost its line with ">".')
            self._position = None

    def _fault(self, number: int, reason: str) -> None:
        self.faults.append(f"{self._name}:{number}: {reason}")


def read_marks(marked: str, text: str) -> tuple[LabelledSpan, ...]:
    """Return the marks in a turn's words as spans of its stored text; ValueError if words or marks are not in order."""
    spans: list[LabelledSpan] = []
    opened: tuple[str, str | None, int] | None = None
    place = at = 0
    while place < len(marked):
        found = _OPENING.match(marked, place)
        if found and not text.startswith(found[0], at):
            if opened:
                raise ValueError(f"a mark within a mark: {marked[place : place + 40]!r}.")
            place, at = _past_space(marked, found.end()), _past_space(text, at)
            opened = (*_named(found[1]), at)
        elif marked[place] == "}" and opened and not text.startswith("}", at):
            spans.append(_closed(opened, text, at))
            opened, place = None, place + 1
        elif marked[place].isspace():
            place, at = _past_space(marked, place), _past_space(text, at)
        elif at < len(text) and (marked[place] == text[at] or text[at].isspace()):
            # White space of the text may have been lost beside a mark.
            place, at = place + (not text[at].isspace()), at + 1
        else:
            raise ValueError(f"the words were changed at {marked[place : place + 40]!r}; only marks may be added.")
    if opened:
        raise ValueError("a mark is not closed by }.")
    if text[at:].strip():
        raise ValueError(f"words are missing at the end: {text[at:][:40]!r}.")
    return tuple(spans)


def _named(name: str) -> tuple[str, str | None]:
    kind, _, category = name.partition("/")
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}; there are: {', '.join(KINDS)}.")
    if category and (kind != "objection" or category not in CATEGORIES):
        raise ValueError(f"{name!r}: only an objection has a category, one of {', '.join(CATEGORIES)}.")
    return kind, category or None


def _closed(opened: tuple[str, str | None, int], text: str, end: int) -> LabelledSpan:
    kind, category, start = opened
    end = start + len(text[start:end].rstrip())
    if end <= start:
        raise ValueError(f"the mark {kind!r} is empty.")
    return LabelledSpan(start, end, kind, category)


def _past_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place
