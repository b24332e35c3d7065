"""What people decide about themes: their names, and which of them stay."""

from __future__ import annotations

from pipeline.errors import BadInput
from pipeline.store.session import Transaction

_LONGEST_CHARS = 120


def rename_theme(tx: Transaction, theme_id: str, label: str) -> str:
    """Give a theme a name that later computations keep, and return it; BadInput for none or more than 120 characters.

    A named theme stays, as a pinned one does.
    """
    name = " ".join(label.split())
    if not 0 < len(name) <= _LONGEST_CHARS:
        raise BadInput(f"The name of a theme has 1 to {_LONGEST_CHARS} characters, not {len(name)}.")
    tx.themes.rename(theme_id, name)
    return name
