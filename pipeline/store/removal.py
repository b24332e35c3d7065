"""What must go together: a phrase takes its unused vector along, a moment its phrases and its place in a theme."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, case, delete, exists, func, select, update

from pipeline.store import tables as t
from pipeline.store.rows import chunked


def note_phrase_change(connection: Connection) -> None:
    """Take the next change number, which this transaction's phrases then carry."""
    connection.execute(update(t.phrase_changes).values(number=t.phrase_changes.c.number + 1))


def remove_phrases(connection: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    """Delete the phrases that meet the condition, and vectors that nothing uses any more; return rows per table."""
    hashes = list(connection.scalars(select(t.phrases.c.text_hash).where(condition).distinct()))
    if not hashes:
        return {"phrases": 0, "vectors": 0}
    n_phrases = connection.execute(delete(t.phrases).where(condition)).rowcount
    note_phrase_change(connection)
    return {"phrases": n_phrases, "vectors": remove_unused_vectors(connection, hashes)}


def remove_unused_vectors(connection: Connection, hashes: Iterable[str]) -> int:
    """Delete those of the vectors whose text neither a phrase nor a passage holds; return how many there were."""
    vectors = t.vectors.c
    unused = ~exists().where(t.phrases.c.text_hash == vectors.text_hash) & ~exists().where(
        t.passages.c.text_hash == vectors.text_hash
    )
    return sum(
        connection.execute(delete(t.vectors).where(vectors.text_hash.in_(chunk), unused)).rowcount
        for chunk in chunked(hashes)
    )


def remove_moments(connection: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    """Delete the moments that meet the condition with their phrases and memberships; return rows per table."""
    doomed = select(t.moments.c.id).where(condition)
    remove_phrases(connection, t.phrases.c.moment.in_(doomed))
    members = t.theme_members.c
    losing = list(connection.scalars(select(members.theme).where(members.moment.in_(doomed)).distinct()))
    n_members = connection.execute(delete(t.theme_members).where(members.moment.in_(doomed))).rowcount
    n_moments = connection.execute(delete(t.moments).where(condition)).rowcount
    return {"moments": n_moments, "theme_members": n_members, "themes": _settle_themes(connection, losing)}


def _settle_themes(connection: Connection, theme_ids: Iterable[str]) -> int:
    """Make the counts of these themes true again; delete the empty ones and return how many those were."""
    empty = [theme for theme in theme_ids if not _recount_theme(connection, theme)]
    connection.execute(delete(t.themes).where(t.themes.c.id.in_(empty)))
    return len(empty)


def _recount_theme(connection: Connection, theme_id: str) -> bool:
    """Count what is left of a theme and see that its medoid is; return whether anything is left."""
    members, calls = t.theme_members.c, t.calls.c
    joined = t.theme_members.join(t.moments, t.moments.c.id == members.moment).join(
        t.calls, calls.id == t.moments.c.call
    )
    counts = connection.execute(
        select(
            func.count().label("n_moments"),
            func.count(calls.id.distinct()).label("n_calls"),
            func.count(calls.account.distinct()).label("n_accounts"),
            func.count(calls.deal.distinct()).label("n_deals"),
        )
        .select_from(joined)
        .where(members.theme == theme_id)
    ).one()
    if counts.n_moments == 0:
        return False
    theme, held = t.themes.c, select(members.moment).where(members.theme == theme_id)
    first = held.order_by(members.position).limit(1).scalar_subquery()
    medoid = case((theme.medoid.in_(held), theme.medoid), else_=first)
    connection.execute(update(t.themes).where(theme.id == theme_id).values(medoid=medoid, **counts._mapping))
    return True
