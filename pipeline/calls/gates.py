"""What an engine writes that nobody said: the signs of it, one test each.

The first four limits are those of Whisper's own transcription (Radford et al. 2022, section 4.5); the list of invented
phrases follows Barański et al. 2025, who found that silence and noise draw a small set of texts again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from models.protocols import TimedWord, WindowText

Fault = Literal["silence", "unlikely", "compressible", "too_fast", "looping", "echo", "skipped"]

MAX_NO_SPEECH: Final = 0.6
MIN_LOG_PROBABILITY: Final = -1.0
MAX_COMPRESSION: Final = 2.4
MAX_CHARACTERS_PER_S: Final = 25.0
MAX_WORD_S: Final = 3.0
"""A word to which the alignment gives more time has swallowed what others said: the engine left out a sentence."""
_LOOP_WORDS: Final = 12
_LOOP_TIMES: Final = 3
_ECHO_SHARE: Final = 0.6

INVENTED: Final = frozenset(
    {
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "thanks for listening",
        "thank you for listening",
        "please subscribe",
        "please subscribe to my channel",
        "subscribe to my channel",
        "dont forget to subscribe",
        "like and subscribe",
        "see you next time",
        "see you in the next video",
        "ill see you in the next video",
        "ill see you next time",
        "subtitles by the amaraorg community",
        "subtitles by amaraorg",
        "transcription by castingwords",
        "transcribed by httpsotterai",
        "this video is sponsored by",
        "the end",
        "to be continued",
        "music",
        "applause",
        "silence",
        "beep",
    }
)
"""What silence draws from an engine and no caller says, in lower case without punctuation."""

DOUBTFUL: Final = frozenset(
    {"you", "thank you", "thanks", "bye", "bye bye", "okay", "so", "oh", "hmm", "im sorry", "yeah"}
)
"""What silence draws as well, but callers say all the time: only refused where the engine doubts it."""


def fault(heard: WindowText, *, speech_s: float, vocabulary: str = "") -> Fault | None:
    """Return what is wrong with a window's text, None if nothing is; no text is no fault.

    `vocabulary` is what the engine was told of names before it heard the window.
    """
    if not heard.text.strip():
        return None
    unlikely = heard.mean_log_probability < MIN_LOG_PROBABILITY
    if unlikely and heard.no_speech_probability > MAX_NO_SPEECH:
        return "silence"
    if heard.compression_ratio > MAX_COMPRESSION:
        return "compressible"
    if odd := _said_oddly(heard.text, speech_s, vocabulary):
        return odd
    return "unlikely" if unlikely else "skipped" if any(map(swallows, heard.words)) else None


def swallows(word: TimedWord) -> bool:
    """Tell whether no single word lasts so long; a number may be read digit by digit."""
    return word.end_s - word.start_s > MAX_WORD_S and not any(map(str.isdigit, word.text))


def _said_oddly(text: str, speech_s: float, vocabulary: str) -> Fault | None:
    if is_looping(text.split()):
        return "looping"
    if len(text) > MAX_CHARACTERS_PER_S * max(speech_s, 1.0):
        return "too_fast"
    return "echo" if is_echo(text, vocabulary) else None


def is_looping(words: Sequence[str]) -> bool:
    """Tell whether a stretch of words comes three times on end, twelve words in all, as when decoding runs in a circle.

    People repeat phrases; they hardly say the same four words three times without one between.
    """
    plain = [word.lower().strip(".,!?") for word in words]
    for period in range(1, len(plain) // _LOOP_TIMES + 1):
        enough = max(_LOOP_WORDS, _LOOP_TIMES * period) - period
        if any(n_same >= enough for n_same in _same_as_before(plain, period)):
            return True
    return False


def is_echo(text: str, vocabulary: str) -> bool:
    """Tell whether a text says hardly anything but names that the engine was told: what it says where nobody spoke.

    Who lists names puts other words between; if he does not, decoding without the names finds him again.
    """
    told, words = set(_plain_words(vocabulary)), _plain_words(text)
    return sum(word in told for word in words) > _ECHO_SHARE * len(words)


def _plain_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _same_as_before(words: Sequence[str], period: int) -> Iterator[int]:
    """Yield for each word how many in a row, up to it, equal the word `period` before."""
    n_same = 0
    for before, word in zip(words, words[period:], strict=False):
        n_same = n_same + 1 if word == before else 0
        yield n_same


def is_invented(text: str, *, score: float, duration_s: float, no_speech_probability: float) -> bool:
    """Tell whether a stretch is a text that silence draws: a known one that is short, doubted or from silence.

    The name of a sound again and again ("Beep beep beep") is one however sure the engine is.
    """
    plain = re.sub(r"[^\w\s]", "", text.lower().replace("-", " ")).strip()
    words = plain.split()
    if len(words) >= _LOOP_TIMES and len(set(words)) == 1 and words[0] in INVENTED:
        return True
    if plain in INVENTED:
        return duration_s < 2.0 or score < 0.6 or no_speech_probability > 0.3
    return plain in DOUBTFUL and (score < 0.3 or no_speech_probability > 0.8)
