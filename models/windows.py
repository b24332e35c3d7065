"""What the speech engines share: the check of their windows, and words put together from timed pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.protocols import SAMPLE_RATE_HZ, Samples, TimedWord

MAX_WINDOW_S: Final = 30.0
_OPENING: Final = frozenset("\"'“¿([{-")
_CLOSING: Final = frozenset("\"'.。,，!！?？:：”)]}、%")


def check_windows(windows: Sequence[Samples]) -> None:
    """Raise ValueError for a window that an engine would cut or misread: too long, not one channel, not float32."""
    for place, samples in enumerate(windows):
        if samples.ndim != 1 or samples.dtype != "float32":
            raise ValueError(f"Window {place} is {samples.dtype} of shape {samples.shape}, not float32 of one channel.")
        if len(samples) > MAX_WINDOW_S * SAMPLE_RATE_HZ:
            raise ValueError(
                f"Window {place} lasts {len(samples) / SAMPLE_RATE_HZ:.1f} s; the most is {MAX_WINDOW_S} s."
            )


@dataclass(frozen=True, slots=True)
class TimedPiece:
    """A piece of a decoded text as the tokenizer splits it: a leading space begins a word, punctuation stands alone."""

    text: str
    start_s: float
    end_s: float
    score: float


def is_spaced(language: str) -> bool:
    """Tell whether a language puts spaces between its words."""
    return language not in {"zh", "ja", "th", "lo", "my", "yue"}


def join_text(parts: Iterable[str], *, language: str) -> str:
    """Put words or sentences together to a text, with spaces where the language has them."""
    return (" " if is_spaced(language) else "").join(part for part in parts if part)


def joined_words(pieces: Iterable[TimedPiece], *, language: str, duration_s: float) -> list[TimedWord]:
    """Put pieces together to words: ascending, inside the window, with their punctuation and without spaces.

    Punctuation joins its word and lends it no time: attention places it in the pause that follows.
    """
    words: list[TimedWord] = []
    opening = ""
    earliest_s = 0.0
    for piece in pieces:
        text = piece.text.strip()
        if not text:
            continue
        if text in _OPENING and piece.text.startswith(" "):
            opening += text
        elif words and not opening and _continues(piece.text, language):
            words[-1] = _longer(words[-1], piece, min(piece.end_s, duration_s))
        else:
            start_s = min(max(piece.start_s, earliest_s), duration_s)
            end_s = min(max(piece.end_s, start_s), duration_s)
            words.append(TimedWord(opening + text, start_s, end_s, _share(piece.score)))
            opening = ""
        earliest_s = words[-1].start_s if words else 0.0
    return words


def _continues(text: str, language: str) -> bool:
    return not text.startswith(" ") and (is_spaced(language) or text in _CLOSING)


def _longer(word: TimedWord, piece: TimedPiece, end_s: float) -> TimedWord:
    if not any(character.isalnum() for character in piece.text):
        return replace(word, text=word.text + piece.text)
    return TimedWord(word.text + piece.text, word.start_s, max(word.end_s, end_s), min(word.score, _share(piece.score)))


def _share(probability: float) -> float:
    return min(max(float(probability), 0.0), 1.0)
