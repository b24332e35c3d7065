"""The least changes that turn the words said into the words heard (Levenshtein), in memory that grows with one side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_TABLE_CELLS = 1_000_000
"""Beyond this size a pair is halved (Hirschberg 1975) instead of held as one table."""

Step = tuple[int | None, int | None]
"""The places of a word said and of the word heard for it; None where it was left out, or added."""
_Words = npt.NDArray[np.int32]


def align_words(said: Sequence[str], heard: Sequence[str]) -> list[Step]:
    """Return one step for each word of both sides, in order, with the fewest words replaced, left out and added."""
    return _steps(*_numbered(said, heard), 0, 0)


def word_distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return the least number of words to replace, leave out or add."""
    return int(_last_row(*_numbered(said, heard))[-1])


def _numbered(said: Sequence[str], heard: Sequence[str]) -> tuple[_Words, _Words]:
    numbers = {word: number for number, word in enumerate(dict.fromkeys((*said, *heard)))}
    return np.array([numbers[word] for word in said], np.int32), np.array([numbers[word] for word in heard], np.int32)


def _steps(said: _Words, heard: _Words, first_said: int, first_heard: int) -> list[Step]:
    if len(said) < 2 or len(said) * len(heard) <= _TABLE_CELLS:
        return _steps_of_table(said, heard, first_said, first_heard)
    half = len(said) // 2
    ahead, behind = _last_row(said[:half], heard), _last_row(said[half:][::-1], heard[::-1])[::-1]
    cut = int(np.argmin(ahead + behind))
    return [
        *_steps(said[:half], heard[:cut], first_said, first_heard),
        *_steps(said[half:], heard[cut:], first_said + half, first_heard + cut),
    ]


def _last_row(said: _Words, heard: _Words) -> _Words:
    """Return the distance of all that was said to each beginning of what was heard."""
    row = np.arange(len(heard) + 1, dtype=np.int32)
    for word in said:
        row = _next_row(row, word, heard)
    return row


def _next_row(row: _Words, word: np.int32, heard: _Words) -> _Words:
    """Return the distances with one more word said; words added are carried along the row as a running least."""
    places = np.arange(len(row), dtype=np.int32)
    following = row + 1
    np.minimum(following[1:], row[:-1] + (heard != word), out=following[1:])
    longer: _Words = np.minimum.accumulate(following - places) + places
    return longer


def _steps_of_table(said: _Words, heard: _Words, first_said: int, first_heard: int) -> list[Step]:
    table = [np.arange(len(heard) + 1, dtype=np.int32)]
    for word in said:
        table.append(_next_row(table[-1], word, heard))
    steps: list[Step] = []
    s, h = len(said), len(heard)
    while s or h:
        if s and h and table[s][h] == table[s - 1][h - 1] + (said[s - 1] != heard[h - 1]):
            s, h = s - 1, h - 1
            steps.append((first_said + s, first_heard + h))
        elif s and table[s][h] == table[s - 1][h] + 1:
            s -= 1
            steps.append((first_said + s, None))
        else:
            h -= 1
            steps.append((None, first_heard + h))
    return steps[::-1]
