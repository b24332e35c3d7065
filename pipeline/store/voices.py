"""Voice prints of reps: biometric data, held only where the operator asked for it, and gone with their call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sqlalchemy import Column, Connection, ForeignKey, LargeBinary, Table, Text, delete, func, select

from pipeline.store.rows import require_call, upsert_rows
from pipeline.store.tables import KEY, metadata

voice_prints = Table(
    "voice_prints",
    metadata,
    Column("call", KEY, ForeignKey("calls.id"), primary_key=True),
    Column("rep", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)


class Voices:
    """One print per call whose metadata names the rep."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, call_id: str, rep: str, model: str, vector: npt.NDArray[np.float32]) -> None:
        """Hold the print of a call's rep, float32 of shape (dim,), in place of an earlier one."""
        require_call(self._connection, call_id)
        row = {"call": call_id, "rep": rep, "model": model, "vector": vector.astype("<f4").tobytes()}
        upsert_rows(self._connection, voice_prints, [row])

    def of_model(self, model: str) -> dict[str, npt.NDArray[np.float32]]:
        """Return the mean print of each rep by that model, of unit length."""
        held: dict[str, list[npt.NDArray[np.float32]]] = {}
        prints = voice_prints.c
        query = select(prints.rep, prints.vector).where(prints.model == model).order_by(prints.rep, prints.call)
        for row in self._connection.execute(query):
            held.setdefault(row.rep, []).append(np.frombuffer(row.vector, dtype="<f4"))
        means = {rep: np.mean(vectors, axis=0) for rep, vectors in held.items()}
        return {rep: np.asarray(mean / np.linalg.norm(mean), dtype=np.float32) for rep, mean in means.items()}

    def counts(self) -> dict[str, int]:
        """Return how many prints are held of each rep, by name."""
        query = (
            select(voice_prints.c.rep, func.count().label("n"))
            .group_by(voice_prints.c.rep)
            .order_by(voice_prints.c.rep)
        )
        return {row.rep: row.n for row in self._connection.execute(query)}

    def forget(self, reps: Sequence[str]) -> int:
        """Delete every print of these reps and return how many there were."""
        return self._connection.execute(delete(voice_prints).where(voice_prints.c.rep.in_(reps))).rowcount
