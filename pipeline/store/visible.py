"""The store as viewers see it: temporary views stand before the tables, so that no query can see past them.

A call is visible if its metadata field `consent` says yes. A turn that holds a withdrawn quote is blank, and takes its
moments and phrases along; the recording of its call, and what its stages noted, are not given out either. Themes are
those with a visible moment, counted over visible moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, Table, event

from pipeline.errors import Forbidden
from pipeline.store import tables as t
from pipeline.store.open import connect_to
from pipeline.store.session import Store, Transaction

CONSENT_SAYS_YES = ("yes", "y", "true", "1", "given", "granted", "agreed")
"""Values of the metadata field `consent` that let viewers see a call, whatever their case."""
_KEPT_BLANK = {"turns": {"text": "''", "words": "{json}'[]'"}, "stages": {"detail": "{json}'{{}}'"}}


class ViewerStore(Store):
    """A store that shows what consent allows and refuses to be written to."""

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Refuse: Forbidden."""
        raise Forbidden("Viewers read; they change nothing.")
        yield  # makes it a generator, as the base promises


def open_for_viewers(url: str) -> ViewerStore:
    """Return the store at a URL, which is migrated already, as viewers see it."""
    writer, reader = connect_to(url)
    _narrow(writer)
    return ViewerStore(url, writer, reader)


def _narrow(engine: Engine) -> None:
    is_sqlite = engine.dialect.name == "sqlite"
    statements = [*_views("main", "temp", "")] if is_sqlite else [*_views("public", "pg_temp", "json ")]

    @event.listens_for(engine, "connect")
    def stand_before(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()


def _views(held: str, seen: str, json: str) -> Iterator[str]:
    """Yield the statements that make the views; `held` is the schema of the tables, `seen` that of the views.

    The history of changes holds numbers and ids only, and is read whole: who misses a change serves what is gone.
    """
    for table in t.metadata.sorted_tables:
        if table.name in ("theme_members", "themes", "changes"):
            continue
        if table is t.calls or "call" in table.columns:
            yield _view_by_call(table, held, json)
    members = f"SELECT * FROM {held}.theme_members WHERE moment IN (SELECT id FROM {seen}.moments)"
    yield f"CREATE TEMP VIEW theme_members AS {members}"
    yield _view_of_themes(held, seen)


def _view_by_call(table: Table, held: str, json: str) -> str:
    consented = ", ".join(f"'{value}'" for value in CONSENT_SAYS_YES)
    visible = f"SELECT call FROM {held}.call_fields WHERE field = 'consent' AND folded IN ({consented})"
    withdrawn = f"{held}.moments m JOIN {held}.verdicts v ON v.moment = m.id AND v.state = 'withdrawn'"
    turns, calls = f"SELECT m.call, m.turn FROM {withdrawn}", f"SELECT m.call FROM {withdrawn}"
    key = "id" if table is t.calls else "call"
    shown = f"{key} IN ({visible})"
    if key == "call" and table.c.call.nullable:
        shown = f"(call IS NULL OR {shown})"
    blank = {name: value.format(json=json) for name, value in _KEPT_BLANK.get(table.name, {}).items()}
    if table is t.segments:
        shown += f" AND call NOT IN ({calls})"
    elif "turn" in table.columns and table is not t.turns:
        shown += f" AND (call, turn) NOT IN ({turns})"
    columns = []
    for name in table.columns.keys():  # noqa: SIM118  the keys of a column collection, which is no mapping
        if table is t.calls and name == "media_key":
            columns.append(f"CASE WHEN id IN ({calls}) THEN NULL ELSE media_key END AS media_key")
        elif table is t.stages and name in blank:
            columns.append(f"{blank[name]} AS {name}")
        elif name in blank:
            columns.append(f"CASE WHEN (call, turn) IN ({turns}) THEN {blank[name]} ELSE {name} END AS {name}")
        else:
            columns.append(f'"{name}"')
    return f"CREATE TEMP VIEW {table.name} AS SELECT {', '.join(columns)} FROM {held}.{table.name} WHERE {shown}"


def _view_of_themes(held: str, seen: str) -> str:
    own = f"{seen}.theme_members n JOIN {seen}.moments m ON m.id = n.moment JOIN {seen}.calls c ON c.id = m.call"
    counts = {
        "n_moments": "count(*)",
        "n_calls": "count(DISTINCT c.id)",
        "n_accounts": "count(DISTINCT c.account)",
        "n_deals": "count(DISTINCT c.deal)",
    }
    member = f"SELECT n.moment FROM {seen}.theme_members n WHERE n.theme = h.id"
    typical = f"coalesce(({member} AND n.moment = h.medoid), ({member} ORDER BY n.position LIMIT 1))"
    columns = [
        f"(SELECT {counts[name]} FROM {own} WHERE n.theme = h.id) AS {name}"
        if name in counts
        else f"{typical} AS medoid"
        if name == "medoid"
        else f'h."{name}"'
        for name in t.themes.columns.keys()  # noqa: SIM118  the keys of a column collection, which is no mapping
    ]
    shown = f"h.id IN (SELECT theme FROM {seen}.theme_members)"
    return f"CREATE TEMP VIEW themes AS SELECT {', '.join(columns)} FROM {held}.themes h WHERE {shown}"
