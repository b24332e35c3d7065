"""The encoder's memory: each window is encoded once while it is among the latest, and given back in order."""

from collections.abc import Sequence

import numpy as np

from models.encoded_windows import KEPT, EncodedWindows
from models.protocols import Samples


def window(value: float) -> Samples:
    return np.full(4, value, np.float32)


class Encoder:
    def __init__(self) -> None:
        self.heard: list[float] = []

    def encode(self, windows: Sequence[Samples]) -> list[float]:
        self.heard += [float(one[0]) for one in windows]
        return [10 * float(one[0]) for one in windows]


def test_a_window_is_encoded_once_and_found_again_by_its_samples() -> None:
    encoder = Encoder()
    encodings = EncodedWindows(encoder.encode)
    assert encodings.of([window(1), window(2)]) == [10, 20]
    assert encodings.of([window(3), window(2), window(3)]) == [30, 20, 30]
    assert encoder.heard == [1, 2, 3]


def test_no_windows_give_nothing() -> None:
    assert EncodedWindows(Encoder().encode).of([]) == []


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    encoder = Encoder()
    encodings = EncodedWindows(encoder.encode)
    encodings.of([window(value) for value in range(KEPT)])
    encodings.of([window(0)])
    encodings.of([window(KEPT)])
    encoder.heard.clear()
    assert encodings.of([window(0)]) == [0]
    assert encodings.of([window(1)]) == [10]
    assert encoder.heard == [1]


def test_more_windows_than_are_kept_are_all_given() -> None:
    encodings = EncodedWindows(Encoder().encode)
    many = [window(value) for value in range(2 * KEPT)]
    assert encodings.of(many) == [10 * value for value in range(2 * KEPT)]
