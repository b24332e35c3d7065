"""What became of themes from one computation to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pipeline.theme_events import ThemeEvent

_MUCH = 0.5
"""A theme comes out of, or goes into, another when this share of it does."""


def what_became(
    old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]], *, at: datetime, is_break: bool = False
) -> list[ThemeEvent]:
    """Return what became of the themes of `old`, each an id with its moments' ids, in `new`.

    A new theme of which half was another is split off it, else it is born; a theme that is gone is merged into the one
    that holds half of it, else it has ended. With `is_break`, how themes are found has changed, which is said first:
    what follows may be due to that alone. The first themes of all are no news.
    """
    if not old:
        return []
    events = [ThemeEvent(at, "break")] if is_break else []
    was, now = _theme_of(old), _theme_of(new)
    for theme in sorted(new.keys() - old.keys()):
        parent = _most(new[theme], was)
        kind: Literal["split", "born"] = "split" if parent and parent in new else "born"
        events.append(ThemeEvent(at, kind, theme, parent if kind == "split" else None, len(new[theme])))
    for theme in sorted(old.keys() - new.keys()):
        heir = _most(old[theme], now)
        events.append(ThemeEvent(at, "merged" if heir else "ended", theme, heir, len(old[theme])))
    return events


def _theme_of(themes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {moment: theme for theme, moments in themes.items() for moment in moments}


def _most(moments: Sequence[str], theme_of: Mapping[str, str]) -> str | None:
    counts = Counter(theme_of[moment] for moment in moments if moment in theme_of)
    theme, n = min(counts.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
    return theme if n and n >= _MUCH * len(moments) else None
