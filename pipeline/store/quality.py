"""Samples of turns that a person labels, so that precision and recall can be stated for what is held here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, Integer, RowMapping, Table, Text, func, select, update

from pipeline.errors import NotFound
from pipeline.store.rows import insert_rows
from pipeline.store.tables import KEY, UtcDateTime, metadata

quality_samples = Table(
    "quality_samples",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("drawn_at", UtcDateTime, nullable=False),
    # As text: a seed may be larger than a database's integer.
    Column("seed", Text, nullable=False),
)

# How many turns of a call are in each stratum: a call that is forgotten takes its turns out of the population.
quality_strata = Table(
    "quality_strata",
    metadata,
    Column("sample", KEY, ForeignKey("quality_samples.id"), primary_key=True),
    Column("call", KEY, ForeignKey("calls.id"), primary_key=True),
    Column("stratum", KEY, primary_key=True),
    Column("turns", Integer, nullable=False),
)

quality_items = Table(
    "quality_items",
    metadata,
    Column("sample", KEY, ForeignKey("quality_samples.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("call", KEY, ForeignKey("calls.id"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    # NULL until somebody has read the turn; an empty list says that it holds no moment.
    Column("labels", JSON(none_as_null=True)),
)


@dataclass(frozen=True, slots=True)
class QualitySample:
    """A sample as it was drawn."""

    id: str
    drawn_at: datetime
    seed: str


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A moment that a person marked, `text[start_char:end_char]` of the turn."""

    start_char: int
    end_char: int
    kind: str
    category: str | None = None


@dataclass(frozen=True, slots=True)
class QualityItem:
    """A drawn turn; `position` is its 1-based place in the order of reading, `labels` is None until it was read."""

    position: int
    call: str
    turn: int
    stratum: str
    text_hash: str
    labels: tuple[LabelledSpan, ...] | None = None


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """A sample, how many turns it holds, and how many of them were read."""

    sample: QualitySample
    n_items: int
    n_read: int


class Quality:
    """The samples, what they were drawn from, and what people found in them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sample: QualitySample, sizes: Mapping[tuple[str, str], int], items: Sequence[QualityItem]) -> None:
        """Hold a new sample; `sizes` counts the turns of the population by (call, stratum)."""
        insert_rows(self._connection, quality_samples, [asdict(sample)])
        strata = [
            {"sample": sample.id, "call": call, "stratum": stratum, "turns": n}
            for (call, stratum), n in sorted(sizes.items())
        ]
        insert_rows(self._connection, quality_strata, strata)
        insert_rows(self._connection, quality_items, [_to_row(sample.id, item) for item in items])

    def get(self, sample_id: str) -> QualitySample:
        """Return a sample; NotFound if it is not held."""
        row = self._connection.execute(select(quality_samples).where(quality_samples.c.id == sample_id)).mappings()
        found = row.first()
        if found is None:
            raise NotFound(f"No sample {sample_id!r}. `buyerspeak quality sample` draws one.")
        return QualitySample(**found)

    def all(self) -> list[SampleProgress]:
        """Return the samples with how much of each was read, the one drawn last first."""
        items, samples = quality_items.c, quality_samples.c
        counted = (
            select(items.sample, func.count().label("n"), func.count(items.labels).label("n_read"))
            .group_by(items.sample)
            .subquery()
        )
        query = select(quality_samples, counted.c.n, counted.c.n_read).outerjoin(
            counted, counted.c.sample == samples.id
        )
        rows = self._connection.execute(query.order_by(samples.drawn_at.desc(), samples.id))
        return [
            SampleProgress(QualitySample(row.id, row.drawn_at, row.seed), int(row.n or 0), int(row.n_read or 0))
            for row in rows
        ]

    def progress(self, sample_id: str) -> SampleProgress:
        """Return how much of a sample was read; NotFound if it is not held."""
        sample = self.get(sample_id)
        return next(one for one in self.all() if one.sample.id == sample.id)

    def latest_read(self) -> QualitySample:
        """Return the sample drawn last of which a turn has been read; NotFound if there is none."""
        read = select(quality_items.c.sample).where(quality_items.c.labels.is_not(None))
        samples = quality_samples.c
        query = (
            select(quality_samples).where(samples.id.in_(read)).order_by(samples.drawn_at.desc(), samples.id).limit(1)
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(
                "No sample has been labelled yet. `buyerspeak quality sample --out sheet.txt` draws one, "
                "`buyerspeak quality load sheet.txt` reads it back."
            )
        return QualitySample(**row)

    def sizes(self, sample_id: str) -> dict[str, int]:
        """Return how many turns each stratum holds, of the calls that are still held."""
        strata = quality_strata.c
        query = select(strata.stratum, func.sum(strata.turns)).where(strata.sample == sample_id)
        rows = self._connection.execute(query.group_by(strata.stratum).order_by(strata.stratum))
        return {stratum: int(n) for stratum, n in rows}

    def calls(self, sample_id: str) -> list[str]:
        """Return the ids of the calls that the sample speaks for and that are still held."""
        strata = quality_strata.c
        query = select(strata.call).where(strata.sample == sample_id).distinct().order_by(strata.call)
        return list(self._connection.scalars(query))

    def items(self, sample_id: str) -> list[QualityItem]:
        """Return the items of a sample in the order of reading; those of forgotten calls are gone."""
        items = quality_items.c
        query = select(quality_items).where(items.sample == sample_id).order_by(items.position)
        return [_to_item(row) for row in self._connection.execute(query).mappings()]

    def label(self, sample_id: str, position: int, labels: Sequence[LabelledSpan] | None) -> None:
        """Keep what a person found in an item; None takes it back to unread. NotFound if there is no such item."""
        items = quality_items.c
        changed = self._connection.execute(
            update(quality_items)
            .where(items.sample == sample_id, items.position == position)
            .values(labels=None if labels is None else [asdict(span) for span in labels])
        )
        if not changed.rowcount:
            raise NotFound(f"Sample {sample_id!r} holds no turn {position}.")


def _to_row(sample_id: str, item: QualityItem) -> dict[str, Any]:
    return {"sample": sample_id, **asdict(item)}


def _to_item(row: RowMapping) -> QualityItem:
    fields = {name: value for name, value in row.items() if name != "sample"}
    labels = fields.pop("labels")
    return QualityItem(**fields, labels=None if labels is None else tuple(LabelledSpan(**span) for span in labels))
