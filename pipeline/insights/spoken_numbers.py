"""Numbers made equal, whether they are written in digits or in English words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_LARGE: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_COINS: Final = {"$": "dollars", "£": "pounds", "€": "euros"}
_SHORT: Final = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}

_THOUSANDS_COMMA: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MONEY: Final = re.compile(r"([$£€])\s?(\d+(?:\.\d+)?)(?:\s?(k|m|bn|b|thousand|million|billion)\b)?")
_KILO: Final = re.compile(r"\b(\d+(?:\.\d+)?)k\b")
_ORDINAL: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_DIGITS_THEN_LETTERS: Final = re.compile(r"\b(\d+)(?=[^\W\d_])")
_PER_CENT: Final = re.compile(r"%|\bper cent\b")
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)?")


def written_out(text: str) -> str:
    """Return lower-case text with the signs around digits as words: $5k is 5 thousand dollars, 3% is 3 percent."""
    text = _THOUSANDS_COMMA.sub("", text)
    text = _MONEY.sub(_money, text)
    text = _KILO.sub(r"\1 thousand ", text)
    text = _ORDINAL.sub(lambda found: _ordinal(int(found[1])), text)
    text = _DIGITS_THEN_LETTERS.sub(r"\1 ", text)
    return _PER_CENT.sub(" percent ", text).replace("&", " and ")


def _money(found: re.Match[str]) -> str:
    sign, amount, size = found.groups(default="")
    return f"{amount} {_SHORT.get(size, size)} {_COINS[sign]} "


def _ordinal(number: int) -> str:
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    tens = next(word for word, value in _TENS.items() if value == number // 10 * 10)
    return f"{number // 10 * 10} {_ORDINALS[number % 10]}" if number % 10 else f"{tens[:-1]}ieth"


def joined_numbers(words: Sequence[str]) -> list[str]:
    """Return words with every run of numbers as one word of digits: "nineteen ninety nine" and "1999" are equal.

    So are "five five five oh one" and "555-01", and "two fifty" and "2:50".
    """
    joined: list[str] = []
    place, in_number = 0, False
    while place < len(words):
        digits, after = _number(words, place)
        if not digits and in_number and words[place] in ("oh", "o") and _number(words, place + 1)[0]:
            digits, after = "0", place + 1
        if digits and in_number:
            joined[-1] += digits
        else:
            joined.append(digits or words[place])
        place, in_number = after, bool(digits)
    return joined


def _number(words: Sequence[str], place: int) -> tuple[str, int]:
    """Return the number that begins at a place as digits, and the place after it; no digits if none begins there."""
    if words[place : place + 1] == ["a"] and _is_multiplier(words, place + 1):
        return _scaled(words, Decimal(1), place + 1)
    digits, after = _below_hundred(words, place)
    if digits and _is_multiplier(words, after):
        return _scaled(words, Decimal(digits), after)
    return digits, after if digits else place + 1


def _scaled(words: Sequence[str], below: Decimal, place: int) -> tuple[str, int]:
    """Return the sum of parts such as "two hundred" "thousand" "and five", each scale below the one before."""
    total, scale = Decimal(0), 10**12
    while place < len(words):
        rest, after = _below_hundred(words, place + 2 if words[place + 1 : place + 2] == ["and"] else place + 1)
        if words[place] == "hundred" and below == int(below) and 0 < below < 100:
            below, limit = below * 100, 100
        elif (factor := _LARGE.get(words[place], scale)) < scale:
            total, scale, below = total + below * factor, factor, Decimal(0)
            limit = min(factor, 1000)
        else:
            break
        is_part = rest.isdecimal() and len(rest) <= 3 and int(rest) < limit
        if limit == 100 and words[after : after + 1] == ["hundred"]:
            is_part = False  # "one hundred two hundred" are two numbers
        below, place = (below + int(rest), after) if is_part else (below, place + 1)
    return f"{(total + below).normalize():f}", place


def _is_multiplier(words: Sequence[str], place: int) -> bool:
    return place < len(words) and (words[place] == "hundred" or words[place] in _LARGE)


def _below_hundred(words: Sequence[str], place: int) -> tuple[str, int]:
    """Return digits as they stand, or words up to ninety nine, with decimals after "point"; "" for no number."""
    if place >= len(words):
        return "", place
    word = words[place]
    if _DIGITS.fullmatch(word):
        return _with_decimals(words, word, place + 1)
    if word in _TENS:
        unit = _UNITS.get(words[place + 1], 0) if place + 1 < len(words) else 0
        has_unit = 0 < unit < 10
        return _with_decimals(words, str(_TENS[word] + (unit if has_unit else 0)), place + 1 + has_unit)
    if word in _UNITS:
        return _with_decimals(words, str(_UNITS[word]), place + 1)
    return "", place


def _with_decimals(words: Sequence[str], whole: str, place: int) -> tuple[str, int]:
    decimals, after = "", place
    if words[place : place + 1] == ["point"] and "." not in whole:
        after = place + 1
        while after < len(words) and (digit := _digit(words[after])):
            decimals += digit
            after += 1
    return (f"{whole}.{decimals}", after) if decimals else (whole, place)


def _digit(word: str) -> str:
    """Return a spoken or written digit, "oh" among them."""
    if word == "oh":
        return "0"
    return str(_UNITS[word]) if _UNITS.get(word, 10) < 10 else word if len(word) == 1 and word.isdecimal() else ""
