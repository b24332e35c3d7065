"""Generations: what is held, written as a folder of files without its dead slots, and opened again by mapping them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.insights.held.facts import NAMED, Columns, Names
from pipeline.insights.held.files import seal
from pipeline.insights.held.nearest import (
    LISTS_FILE,
    Centres,
    FlatVectors,
    ListedVectors,
    fit_centres,
    n_fitted_to,
    write_centres,
)
from pipeline.insights.held.phrases import HeldPhrases
from pipeline.insights.held.postings import Segment, make_segment, n_texts_holding
from pipeline.insights.held.words import HeldWords, Vocabulary
from pipeline.store.changes import Point

Slots = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]

LISTED_FROM = 30_000
"""From so many phrases on vectors are in lists; fewer are all compared, in some milliseconds."""
_FORM = 1
FLAT_FILE = "vectors.flat"
_ROWS_AT_ONCE = 50_000


def empty(encoder: str, dim: int, point: Point) -> HeldPhrases:
    """Return what holds nothing."""
    vocabulary = Vocabulary()
    nothing = make_segment(0, np.zeros(0, np.int32), np.zeros(1, np.int64), vocabulary.stem_of_word)
    return HeldPhrases(
        encoder,
        point,
        columns=Columns(),
        names={name: Names() for name in ("call", *NAMED)},
        words=HeldWords(vocabulary, nothing, n_alive=0, n_words=0),
        listed=None,
        flat=FlatVectors(dim),
    )


def write(held: HeldPhrases, folder: Path, *, listed_from: int = LISTED_FROM) -> None:
    """Write what is held into an empty folder and seal it."""
    order, sizes, centres = _order(held, listed_from)
    with held.lock:
        alive = order[held.columns.mask("alive")[order]]
        point, columns, names = (
            held.point,
            held.columns.copy(),
            {name: [*held.names[name].names] for name in held.names},
        )
    if sizes is not None and len(alive) != len(order):
        ends = np.cumsum(sizes)
        kept = np.isin(order, alive)
        sizes = np.diff(np.concatenate([[0], np.cumsum(kept)])[np.concatenate([[0], ends])])
    _write_vectors(held, alive, sizes, centres, folder)
    n_words = _write_words(held, alive, folder)
    names["call"] = used_names(names["call"], columns["call"][alive])
    np.savez(folder / "columns.npz", **{name: column[alive] for name, column in columns.items()})  # type: ignore[arg-type]
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
    facts = {
        "form": _FORM, "encoder": held.encoder, "dim": held.flat.dim, "listed": sizes is not None,
        "n_words": n_words, "n_phrases": len(alive), "number": point.number, "mark": point.mark,
    }  # fmt: skip
    seal(folder, facts)


def opened(folder: Path, facts: Mapping[str, Any], *, encoder: str, dim: int) -> HeldPhrases | None:
    """Return what a checked folder holds, or None if it is of another form or encoder."""
    if (facts["form"], facts["encoder"], facts["dim"]) != (_FORM, encoder, dim):
        return None
    with np.load(folder / "columns.npz", allow_pickle=False) as stored:
        columns = Columns(dict(stored))
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    listed = ListedVectors(folder, dim) if facts["listed"] else None
    flat = FlatVectors(dim)
    if listed is None:
        flat.add(np.fromfile(folder / FLAT_FILE, dtype=np.float32).reshape(-1, dim))
    n_alive = int(np.count_nonzero(columns.mask("alive")))
    return HeldPhrases(
        encoder,
        Point(facts["number"], facts["mark"]),
        columns=columns,
        names={name: Names(given) for name, given in names.items()},
        words=_opened_words(folder, n_alive=n_alive, n_words=facts["n_words"]),
        listed=listed,
        flat=flat,
    )


def _order(held: HeldPhrases, listed_from: int) -> tuple[Slots, Slots | None, Centres | None]:
    """Return the living slots in their new order, and the sizes of the lists that they then stand in."""
    with held.lock:
        alive = np.flatnonzero(held.columns.mask("alive"))
        ids = held.columns.of("id")[alive]
        has_vector = held.columns.mask("has_vector")[alive]
    if len(alive) < listed_from:
        return alive[np.argsort(ids)], None, None
    centres = held.listed.centres if held.listed else None
    if centres is None or len(alive) > 2 * centres.n_fitted_for:
        spoken = alive[has_vector]
        chosen = np.random.default_rng(0).choice(len(spoken), n_fitted_to(len(spoken)), replace=False)
        centres = fit_centres(held.vectors(spoken[np.sort(chosen)]), len(alive))
        lists = _lists(held, alive, centres, known=False)
    else:
        lists = _lists(held, alive, centres, known=True)
    order = np.lexsort((ids, lists))
    return alive[order], np.bincount(lists, minlength=len(centres)).astype(np.int64), centres


def _lists(held: HeldPhrases, slots: Slots, centres: Centres, *, known: bool) -> Slots:
    lists = np.empty(len(slots), np.int64)
    n_known = len(held.listed) if known and held.listed else 0
    old = slots < n_known
    if held.listed is not None and old.any():
        lists[old] = held.listed.list_of(slots[old])
    new = np.flatnonzero(~old)
    for start in range(0, len(new), _ROWS_AT_ONCE):
        part = new[start : start + _ROWS_AT_ONCE]
        lists[part] = centres.lists_of(held.vectors(slots[part]))
    return lists


def _write_vectors(held: HeldPhrases, slots: Slots, sizes: Slots | None, centres: Centres | None, folder: Path) -> None:
    if sizes is None or centres is None:
        with (folder / FLAT_FILE).open("wb") as file:
            for start in range(0, len(slots), _ROWS_AT_ONCE):
                file.write(held.vectors(slots[start : start + _ROWS_AT_ONCE]).tobytes())
        return
    write_centres(centres, sizes, folder)
    ends = np.cumsum(sizes)
    with (folder / LISTS_FILE).open("wb") as file:
        for start, end in zip((ends - sizes).tolist(), ends.tolist(), strict=True):
            file.write(held.halves(slots[start:end]).tobytes())
            file.write(np.arange(start, end, dtype=np.int64).tobytes())


def _write_words(held: HeldPhrases, slots: Slots, folder: Path) -> int:
    """Write the words of slots, without those that none of them holds; return how many words they have in all."""
    vocabulary = held.words.vocabulary
    with held.lock:
        base, rest = held.words.segments()
        words, stems, stem_of_word = [*vocabulary.words], [*vocabulary.stems], vocabulary.stem_of_word
    tokens, lengths = _gathered(base, rest, slots)
    used = np.unique(np.concatenate([[0], tokens]))
    used_stems = np.unique(stem_of_word[used])
    renumbered = np.zeros(len(words), np.int32)
    renumbered[used] = np.arange(len(used), dtype=np.int32)
    tokens = renumbered[tokens]
    stem_of_word = np.searchsorted(used_stems, stem_of_word[used]).astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    segment = make_segment(0, tokens, starts, stem_of_word)
    arrays = {
        "stem_of_word": stem_of_word,
        "n_holding_word": n_texts_holding(tokens, starts, len(used)),
        "n_holding_stem": np.diff(segment.stem_starts),
        "token_starts": starts,
        "stem_starts": segment.stem_starts,
    }
    tokens.tofile(folder / "words.tokens")
    segment.texts.tofile(folder / "words.texts")
    segment.counts.tofile(folder / "words.counts")
    np.savez(folder / "words.npz", **arrays)
    spelt = [[words[code] for code in used], [stems[code] for code in used_stems]]
    (folder / "words.json").write_text(json.dumps(spelt), encoding="utf-8")
    return len(tokens)


def _gathered(base: Segment, rest: Segment, slots: Slots) -> tuple[npt.NDArray[np.int32], Slots]:
    """Return the words of slots in their order, and how many each has."""
    parts = []
    lengths = np.empty(len(slots), np.int64)
    for start in range(0, len(slots), _ROWS_AT_ONCE):
        part = slots[start : start + _ROWS_AT_ONCE]
        old = part < len(base)
        held, n_held = base.words_of(part[old])
        came, n_came = rest.words_of(part[~old] - len(base))
        n_each = np.empty(len(part), np.int64)
        n_each[old], n_each[~old] = n_held, n_came
        of_old = np.repeat(old, n_each)
        tokens = np.empty(len(of_old), np.int32)
        tokens[of_old], tokens[~of_old] = held, came
        parts.append(tokens)
        lengths[start : start + len(part)] = n_each
    return np.concatenate([np.zeros(0, np.int32), *parts]), lengths


def _opened_words(folder: Path, *, n_alive: int, n_words: int) -> HeldWords:
    with np.load(folder / "words.npz", allow_pickle=False) as stored:
        arrays: Arrays = dict(stored)
    words, stems = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    segment = Segment(
        0,
        mapped(folder / "words.tokens", np.int32),
        arrays["token_starts"].astype(np.int64),
        arrays["stem_starts"].astype(np.int64),
        mapped(folder / "words.texts", np.int32),
        mapped(folder / "words.counts", np.uint8),
        np.diff(arrays["token_starts"].astype(np.int64)).astype(np.int32),
    )
    return HeldWords(Vocabulary.of(words, stems, arrays), segment, n_alive=n_alive, n_words=n_words)


def mapped(path: Path, of: Any, mode: Any = "r") -> Any:
    """Return a file as an array; an empty one, which cannot be mapped, as an empty array."""
    return np.memmap(path, dtype=of, mode=mode) if path.stat().st_size else np.zeros(0, of)


def used_names(names: list[str], codes: npt.NDArray[np.generic]) -> list[str]:
    """Return the names with those emptied that no slot has, so that no erased call is named."""
    used = set(np.unique(codes).tolist())
    return [name if code in used else "" for code, name in enumerate(names)]
