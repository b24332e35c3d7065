"""A name for what is held: equal names mean that equal reports come of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from pipeline.records import PhraseFilter, text_hash
from pipeline.store.session import Transaction


def data_version(tx: Transaction) -> str:
    """Return the digest of the facts that reports are read from: calls, moments, themes, collateral, work on gaps.

    When something came in is no fact about customers and does not count.
    """
    digest = sha256()
    for line in _lines(tx):
        digest.update(json.dumps(line, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n")
    return digest.hexdigest()


def _lines(tx: Transaction) -> Iterator[Any]:
    yield from _sorted(("call", one.id, one.sha256, dict(one.metadata)) for one in tx.calls.all())
    yield from _sorted(
        ("moment", one.id, one.call, one.turn, one.start_char, one.quote, one.score, one.state, one.kind, one.category)
        for one in tx.moments.select(PhraseFilter())
    )
    for theme in tx.themes.all():
        yield ("theme", theme.id, theme.label, tx.themes.members(theme.id))
    yield from _sorted(
        ("passage", one.document_name, one.position, one.locator, text_hash(one.text))
        for one in tx.collateral.passages()
    )
    yield from (
        ("gap", one.number, one.theme, one.at.date().isoformat(), one.who, one.action, dict(one.value), one.note)
        for one in tx.gap_work.events()
    )


def _sorted(lines: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(lines, key=lambda line: tuple(str(part) for part in line))
