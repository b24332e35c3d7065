from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.calls.packing import GAP_S, MAX_WINDOW_S, PackedWindow, Piece, pack
from pipeline.records import Samples, Waveform

FRAME_S = 0.02


def packed(*speech: tuple[float, float], levels: np.ndarray | None = None) -> list[PackedWindow]:
    flat = np.zeros(round(200 / FRAME_S), np.float32) if levels is None else levels
    return pack(0, speech, flat, frame_s=FRAME_S)


def pieces(window: PackedWindow) -> list[tuple[float, float]]:
    return [(piece.start_s, piece.end_s) for piece in window.pieces]


def test_pieces_share_a_window_with_silence_between_them() -> None:
    (window,) = packed((1.0, 3.0), (10.0, 14.0))
    assert window.pieces == (Piece(0.0, 1.0, 3.0), Piece(2.0 + GAP_S, 10.0, 14.0))
    assert window.duration_s == pytest.approx(6.3)
    assert window.speech_s == pytest.approx(6.0)


def test_a_long_piece_is_cut_at_its_longest_pause_rather_than_where_it_is_quietest() -> None:
    levels = np.zeros(round(60 / FRAME_S), np.float32)
    levels[round(22.5 / FRAME_S) : round(22.9 / FRAME_S)] = -40.0
    first, second = packed((0.0, 17.0), (17.2, 20.0), (20.4, 40.0), levels=levels)
    assert pieces(first) == [(0.0, pytest.approx(20.2))]
    assert pieces(second) == [(pytest.approx(20.2), 40.0)]


def test_a_window_is_cut_at_times_of_its_own() -> None:
    (window,) = packed((1.0, 5.0), (10.0, 14.0))
    first, second, third = window.cut_at([2.0, 6.0])
    assert first.pieces == (Piece(0.0, 1.0, 3.0),)
    assert [pytest.approx(times) for times in pieces(second)] == [(3.0, 5.0), (10.0, 11.7)]
    assert second.pieces[1].offset_s == pytest.approx(2.0 + GAP_S)
    assert [pytest.approx(times) for times in pieces(third)] == [(11.7, 14.0)]
    assert third.pieces[0].offset_s == 0.0


def test_a_cut_leaves_no_window_without_speech() -> None:
    (window,) = packed((1.0, 5.0))
    assert window.cut_at([0.1, 4.0]) == window.cut_at([0.1])
    assert len(window.cut_at([0.1])) == 1


def test_a_short_pause_is_kept_as_it_is() -> None:
    (window,) = packed((1.0, 3.0), (3.4, 5.0))
    assert pieces(window) == [(1.0, 5.0)]


def test_a_full_window_is_closed_before_the_piece_that_does_not_fit() -> None:
    first, second = packed((0.0, 20.0), (30.0, 39.0), (50.0, 52.0))
    assert pieces(first) == [(0.0, 20.0)]
    assert pieces(second) == [(30.0, 39.0), (50.0, 52.0)]


def test_a_long_piece_is_cut_where_it_is_quietest() -> None:
    levels = np.zeros(round(60 / FRAME_S), np.float32)
    levels[round(22.5 / FRAME_S) : round(22.9 / FRAME_S)] = -40.0
    first, second = packed((0.0, 40.0), levels=levels)
    ((_, cut_s),) = pieces(first)
    assert cut_s == pytest.approx(22.7, abs=0.15)
    assert pieces(second) == [(cut_s, 40.0)]


def test_no_speech_gives_no_window() -> None:
    assert packed() == []


@given(
    st.lists(st.tuples(st.floats(0.0, 5.0), st.floats(0.25, 70.0)), max_size=12),
)
def test_all_speech_is_packed_once_in_order_and_no_window_is_too_long(gaps: list[tuple[float, float]]) -> None:
    speech, at_s = [], 0.0
    for gap_s, duration_s in gaps:
        speech.append((at_s + gap_s, at_s + gap_s + duration_s))
        at_s = speech[-1][1]
    windows = pack(0, speech, np.zeros(round(at_s / FRAME_S) + 1, np.float32), frame_s=FRAME_S)
    flat = [piece for window in windows for piece in window.pieces]
    assert all(window.duration_s <= MAX_WINDOW_S + 1e-6 for window in windows)
    assert all(one.end_s <= other.start_s + 1e-6 for one, other in pairwise(flat))
    assert all(any(p.start_s - 1e-6 <= s and e <= p.end_s + 1e-6 for p in _whole(flat)) for s, e in speech)


def _whole(flat: list[Piece]) -> list[Piece]:
    """Join what was cut at a quiet place only because it was long."""
    joined: list[Piece] = []
    for piece in flat:
        if joined and joined[-1].end_s == piece.start_s:
            joined[-1] = Piece(0.0, joined[-1].start_s, piece.end_s)
        else:
            joined.append(piece)
    return joined


WINDOW = PackedWindow(0, (Piece(0.0, 1.0, 3.0), Piece(2.3, 10.0, 14.0)))


@pytest.mark.parametrize(
    ("word", "placed"),
    [
        ((0.5, 0.9), (0, 1.5, 1.9)),
        ((2.4, 2.8), (1, 10.1, 10.5)),
        ((1.7, 2.5), (0, 2.7, 3.0)),
        ((2.1, 2.9), (1, 10.0, 10.6)),
        ((2.05, 2.1), (0, 3.0, 3.0)),
        ((6.4, 6.45), (1, 14.0, 14.0)),
    ],
    ids=["in the first", "in the second", "mostly in the first", "mostly in the second", "between", "just after"],
)
def test_a_word_s_time_leads_back_to_the_recording(word: tuple[float, float], placed: tuple[int, float, float]) -> None:
    found = WINDOW.place(*word)
    assert found is not None
    assert found == pytest.approx(placed)


def test_a_window_comes_apart_into_its_pieces() -> None:
    assert [window.pieces for window in WINDOW.apart()] == [(Piece(0.0, 1.0, 3.0),), (Piece(0.0, 10.0, 14.0),)]


def test_a_word_where_nobody_spoke_has_no_place() -> None:
    assert WINDOW.place(8.0, 8.5) is None


def test_the_audio_of_a_window_is_its_pieces_with_silence_between(
    say: Callable[..., Samples], record: Callable[..., Waveform]
) -> None:
    waveform = record(say(15.0, (0.0, 15.0, 1)))
    audio = WINDOW.samples(waveform)
    assert len(audio) == round(6.3 * 16_000)
    np.testing.assert_array_equal(audio[:32_000], waveform.between(0, 1.0, 3.0))
    assert not audio[32_000:36_800].any()
    np.testing.assert_array_equal(audio[36_800:], waveform.between(0, 10.0, 14.0))
