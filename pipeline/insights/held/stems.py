"""Words to their stems, by the Porter stemmer that comes with SQLite, so that no second one is kept here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache


def stems_of(words: Sequence[str]) -> list[str]:
    """Return the stem of each word, lower case; a word of no letters that SQLite knows is its own stem."""
    stems = list(words)
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create virtual table held using fts5(word, tokenize='porter unicode61 remove_diacritics 0')")
        database.execute("create virtual table stemmed using fts5vocab(held, instance)")
        database.executemany("insert into held(rowid, word) values (?, ?)", enumerate(words))
        found: dict[int, list[str]] = {}
        for stem, place in database.execute("select term, doc from stemmed"):
            found.setdefault(place, []).append(stem)
    for place, several in found.items():
        if len(several) == 1:
            stems[place] = several[0]
    return stems


@lru_cache(maxsize=10_000)
def stem_of(word: str) -> str:
    """Return the stem of one word."""
    return stems_of([word])[0]
