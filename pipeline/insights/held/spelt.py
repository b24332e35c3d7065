"""What a word is, to search: letters and digits in lower case, and which of them say nothing about what is meant."""

from __future__ import annotations

import re
import unicodedata

# "Not", "no" and "without" are missing on purpose.
STOP_WORDS = frozenset(
    (
        "a about am an and are as at be been being but by did do does for from had has have he her him his i if in into"
        " is it its me my of on or our she so than that the their them then there these they this those to us was we"
        " were what when which who will with would you your"
    ).split()
)


def words_of(written: str) -> list[str]:
    """Return the words, lower case, without anything that is neither letter nor digit."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", written).lower())
