"""The themes as last computed, their members, and the names that people gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, or_, select

from pipeline.errors import NotFound
from pipeline.records import Theme
from pipeline.store import tables as t
from pipeline.store.filters import calls_where
from pipeline.store.notes import Notes
from pipeline.store.rows import chunked, insert_missing, insert_rows, upsert_rows
from pipeline.theme_events import ThemeEvent

_STAMP = "themes.stamp"
_LABEL = func.coalesce(t.theme_names.c.label, t.themes.c.label).label("label")
_THEME = [_LABEL if column.name == "label" else column for column in t.themes.columns if column.name != "position"]


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """What a theme counts in some of the calls."""

    moments: int
    calls: int
    accounts: int
    deals: int


class Themes:
    """One row per theme; a moment is in one theme at most."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, themes: Sequence[Theme], members: Mapping[str, Sequence[str]], *, stamp: str) -> None:
        """Hold these themes, in this order, with the moments of each, in place of all others.

        `stamp` says what they were computed from. A theme that comes back keeps a name that was given by hand.
        """
        self._connection.execute(delete(t.theme_members))
        self._connection.execute(delete(t.themes))
        rows = [_to_row(position, theme) for position, theme in enumerate(themes)]
        insert_rows(self._connection, t.themes, rows)
        belonging = [
            {"theme": theme, "moment": moment, "position": position}
            for theme, moments in members.items()
            for position, moment in enumerate(moments)
        ]
        insert_rows(self._connection, t.theme_members, belonging)
        Notes(self._connection).put(_STAMP, stamp)

    def all(self, *, start: int = 0, most: int | None = None) -> list[Theme]:
        """Return the themes in their order, from place `start` on, and `most` of them."""
        query = _select().order_by(t.themes.c.position).limit(most).offset(start)
        return [_to_theme(row) for row in self._connection.execute(query).mappings()]

    def ids(self) -> list[str]:
        """Return the ids of the themes, in their order."""
        return list(self._connection.scalars(select(t.themes.c.id).order_by(t.themes.c.position)))

    def by_ids(self, ids: Iterable[str]) -> dict[str, Theme]:
        """Return those of the themes that are held, by id."""
        rows = (
            row
            for chunk in chunked(ids)
            for row in self._connection.execute(_select().where(t.themes.c.id.in_(chunk))).mappings()
        )
        return {row["id"]: _to_theme(row) for row in rows}

    def labels(self, *, most: int | None = None) -> dict[str, str]:
        """Return the label of each theme by its id, in their order; of the first of them with `most`."""
        query = _select(t.themes.c.id, _LABEL).order_by(t.themes.c.position).limit(most)
        return {name: label for name, label in self._connection.execute(query)}  # noqa: C416  (dict() knows no rows)

    def names(self) -> dict[str, str]:
        """Return the names that people gave, by the id of the theme, held or not."""
        return {row.theme: row.label for row in self._connection.execute(select(t.theme_names))}

    def count(self) -> int:
        """Return how many themes are held."""
        return self._connection.execute(select(func.count()).select_from(t.themes)).scalar_one()

    def get(self, theme_id: str) -> Theme:
        """Return the theme; NotFound if it is not held."""
        row = self._connection.execute(_select().where(t.themes.c.id == theme_id)).mappings().first()
        if row is None:
            raise NotFound(f"No theme {theme_id!r}. `buyerspeak themes` lists the themes that are held.")
        return _to_theme(row)

    def members(self, theme_id: str) -> list[str]:
        """Return the ids of the theme's moments, in the order they were given; NotFound if it is not held."""
        self.get(theme_id)
        members = t.theme_members.c
        query = select(members.moment).where(members.theme == theme_id).order_by(members.position)
        return list(self._connection.scalars(query))

    def counts_within(self, where: Mapping[str, tuple[str, ...]]) -> dict[str, ThemeCounts]:
        """Return what each theme counts in the calls whose metadata say so; themes that none speaks of are left out."""
        members, moments, calls = t.theme_members.c, t.moments.c, t.calls.c
        joined = t.theme_members.join(t.moments, moments.id == members.moment).join(t.calls, calls.id == moments.call)
        counted = (moments.call, calls.account, calls.deal)
        query = (
            select(members.theme, func.count(), *(func.count(column.distinct()) for column in counted))
            .select_from(joined)
            .where(*calls_where(where))
            .group_by(members.theme)
        )
        return {theme: ThemeCounts(*map(int, numbers)) for theme, *numbers in self._connection.execute(query)}

    def theme_of(self) -> dict[str, str]:
        """Return the theme of every moment that is in one."""
        members = t.theme_members.c
        return {row.moment: row.theme for row in self._connection.execute(select(members.moment, members.theme))}

    def rename(self, theme_id: str, label: str) -> None:
        """Give the theme a name that later computations keep; NotFound if it is not held."""
        self.get(theme_id)
        upsert_rows(self._connection, t.theme_names, [{"theme": theme_id, "label": label}])

    def set_pinned(self, theme_id: str, pinned: bool) -> None:
        """Let the theme stay through later computations, or no longer; NotFound if it is not held."""
        self.get(theme_id)
        if pinned:
            insert_missing(self._connection, t.theme_pins, [{"theme": theme_id}])
        else:
            self._connection.execute(delete(t.theme_pins).where(t.theme_pins.c.theme == theme_id))

    def pinned(self) -> set[str]:
        """Return the ids of the themes that are pinned, held or not."""
        return set(self._connection.scalars(select(t.theme_pins.c.theme)))

    def kept(self) -> set[str]:
        """Return the ids that computations must keep: those of themes that people pinned or named."""
        return self.pinned() | set(self._connection.scalars(select(t.theme_names.c.theme)))

    def record(self, events: Sequence[ThemeEvent]) -> None:
        """Add to what became of themes."""
        names = [column.name for column in t.theme_events.columns if column.name != "number"]
        insert_rows(self._connection, t.theme_events, [{n: getattr(event, n) for n in names} for event in events])

    def events(self, theme_id: str | None = None, *, most: int | None = None) -> list[ThemeEvent]:
        """Return what became of themes, or of one and the whole, the latest first; the first of them with `most`."""
        event = t.theme_events.c
        query = select(t.theme_events).order_by(event.number.desc()).limit(most)
        if theme_id is not None:
            query = query.where(or_(event.theme == theme_id, event.other == theme_id, event.theme.is_(None)))
        rows = self._connection.execute(query).mappings()
        return [ThemeEvent(**{name: row[name] for name in row if name != "number"}) for row in rows]

    def stamp(self) -> str | None:
        """Return what the themes were computed from; None if they never were."""
        return Notes(self._connection).get(_STAMP)


def _select(*columns: Any) -> Select[Any]:
    return select(*(columns or _THEME)).select_from(
        t.themes.outerjoin(t.theme_names, t.theme_names.c.theme == t.themes.c.id)
    )


def _to_row(position: int, theme: Theme) -> dict[str, Any]:
    row = {field.name: getattr(theme, field.name) for field in fields(theme) if field.name != "at"}
    across, up = theme.at or (None, None)
    return row | {"position": position, "terms": list(theme.terms), "across": across, "up": up}


def _to_theme(row: RowMapping) -> Theme:
    values = dict(row)
    across, up = values.pop("across"), values.pop("up")
    at = None if across is None or up is None else (across, up)
    return Theme(**{**values, "terms": tuple(values["terms"]), "at": at})
