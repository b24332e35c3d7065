"""What an edit of a turn's text does to all that stands in it: words with their times, spans, and people's word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.corrected import Correction, Stretch
from pipeline.mended import Mend
from pipeline.records import SpottedMoment, Turn, Word

_WORD_GAP_CHARS: Final = 40
_Span = tuple[int, int]


def mended_turn(turn: Turn, mend: Mend) -> Turn:
    """Return the turn with the new words in place of the old; ValueError if these do not stand there."""
    if turn.text[mend.start_char : mend.end_char] != mend.before:
        raise ValueError(f"“{mend.before}” does not stand at {mend.start_char} of turn {turn.turn}.")
    text = turn.text[: mend.start_char] + mend.after + turn.text[mend.end_char :]
    return replace(turn, text=text, words=_mended_words(turn, mend, text))


def moved_span(span: _Span, mend: Mend) -> _Span | None:
    """Return where a span of the text before the edit stands after it; None if nothing of it is left.

    A span that the edit reaches into takes in all of the new words.
    """
    start, end = span
    by = len(mend.after) - len(mend.before)
    if end <= mend.start_char:
        return span
    if start >= mend.end_char:
        return start + by, end + by
    new = min(start, mend.start_char), max(end + by, mend.start_char + len(mend.after))
    return new if new[1] > new[0] else None


def moved_moment(moment: SpottedMoment, mend: Mend, text: str) -> SpottedMoment | None:
    """Return a moment of the edited call where it stands now; `text` is that of its turn after the edit."""
    if moment.turn != mend.turn:
        return moment
    span = moved_span((moment.start_char, moment.end_char), mend)
    quote = text[span[0] : span[1]] if span else ""
    if span is None or not quote.strip():
        return None
    start = span[0] + len(quote) - len(quote.lstrip())
    return replace(moment, start_char=start, end_char=start + len(quote.strip()))


def carried(correction: Correction, mends: Sequence[Mend]) -> Correction:
    """Return a correction as it would be said of the transcript with the mends that were made after it."""
    for mend in mends:
        if mend.at > correction.at and mend.turn == correction.stretch.turn:
            correction = _after(correction, mend)
    return correction


def replayed(turns: Sequence[Turn], mends: Sequence[Mend]) -> list[Turn]:
    """Return turns that were made anew with every mend whose words are found in its turn, the nearest to its place.

    A mend that is not found is passed over, and so is what takes it back.
    """
    now = {turn.turn: turn for turn in turns}
    lost: set[str] = set()
    for mend in mends:
        turn = now.get(mend.turn)
        place = None if turn is None or mend.undoes in lost else _found_again(turn.text, mend)
        if turn is None or place is None:
            lost.add(mend.id)
            continue
        now[mend.turn] = mended_turn(turn, replace(mend, start_char=place))
    return [now[turn.turn] for turn in turns]


def token_times(turn: Turn) -> list[float | None]:
    """Return when each stretch of the text without blanks is said; None where no word tells."""
    placed = _placed_words(turn)
    times: list[float | None] = []
    at = 0
    for token in re.finditer(r"\S+", turn.text):
        while at < len(placed) and placed[at][1] <= token.start():
            at += 1
        is_in = at < len(placed) and placed[at][0] < token.end()
        times.append(placed[at][2].start_s if is_in else None)
    return times


def _after(correction: Correction, mend: Mend) -> Correction:
    stretch, machine = correction.stretch, correction.machine
    span = moved_span((stretch.start_char, stretch.end_char), mend)
    if span is None:
        return correction
    quote, first = stretch.quote, mend.start_char - stretch.start_char
    last = mend.end_char - stretch.start_char
    if first < len(quote) and last > 0:
        if quote[max(0, first) : last] != mend.before[max(0, -first) : len(mend.before) - max(0, last - len(quote))]:
            return correction
        quote = quote[: max(0, first)] + mend.after + quote[last:]
    found = None if machine is None else moved_span((machine.start_char, machine.end_char), mend)
    if machine is not None and found is not None:
        machine = replace(machine, start_char=found[0], end_char=found[1])
    return replace(correction, stretch=Stretch(stretch.turn, *span, quote), machine=machine)


def _found_again(text: str, mend: Mend) -> int | None:
    if text[mend.start_char : mend.end_char] == mend.before:
        return mend.start_char
    places = [found.start() for found in re.finditer(rf"(?<!\w){re.escape(mend.before)}(?!\w)", text)]
    return min(places, key=lambda place: abs(place - mend.start_char), default=None)


def _mended_words(turn: Turn, mend: Mend, text: str) -> tuple[Word, ...]:
    """Return the words with those that the edit touches replaced; the new ones share their time by length."""
    placed = _placed_words(turn)
    touched = [one for one in placed if one[0] < mend.end_char and one[1] > mend.start_char]
    if not touched:
        return turn.words
    gone = {id(word) for _, _, word in touched}
    place = next(at for at, word in enumerate(turn.words) if id(word) in gone)
    start = min(touched[0][0], mend.start_char)
    end = max(touched[-1][1], mend.end_char) + len(mend.after) - len(mend.before)
    new = _in_time(text[start:end].split(), touched[0][2], touched[-1][2])
    kept = [word for word in turn.words if id(word) not in gone]
    return (*kept[:place], *new, *kept[place:])


def _in_time(texts: Sequence[str], first: Word, last: Word) -> list[Word]:
    n_chars, lasts_s = sum(len(text) for text in texts), last.end_s - first.start_s
    blank = " " if first.text.startswith(" ") else ""
    words, said = [], 0
    for text in texts:
        starts, ends = (first.start_s + lasts_s * part / n_chars for part in (said, said + len(text)))
        words.append(Word(blank + text, round(starts, 3), round(ends, 3)))
        said += len(text)
    return words


def _placed_words(turn: Turn) -> list[tuple[int, int, Word]]:
    """Return where the words stand in the text, in its order; one that the text lacks is passed over."""
    placed, at = [], 0
    for word in turn.words:
        text = word.text.strip()
        place = turn.text.find(text, at, at + len(text) + _WORD_GAP_CHARS) if text else -1
        if place >= 0:
            at = place + len(text)
            placed.append((place, at, word))
    return placed
