"""The ids of moments, which their place and kind alone decide."""

from __future__ import annotations

from hashlib import sha256


def moment_id(call: str, turn: int, start_char: int, end_char: int, kind: str) -> str:
    """Return the id of a moment; the same stretch found again keeps its id."""
    return sha256(f"{call}\n{turn}\n{start_char}\n{end_char}\n{kind}".encode()).hexdigest()[:16]
