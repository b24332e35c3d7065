"""Windows in batches that the engine can take: of equal length, small, none lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.faster_transcriber import FasterTranscriber, batches_of_equals, count_frames
from models.protocols import Samples


@given(lengths=st.lists(st.sampled_from([1100, 1300, 1500]), max_size=40), size=st.integers(1, 9))
def test_batches_hold_every_window_once_with_its_equals(lengths: list[int], size: int) -> None:
    batches = batches_of_equals(lengths, size=size)
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    assert all(len({lengths[place] for place in batch}) == 1 and len(batch) <= size for batch in batches)


@given(duration_s=st.floats(0.0, 30.0))
def test_no_speech_is_cut_off_and_two_seconds_follow_it(duration_s: float) -> None:
    n_frames = count_frames(duration_s)
    assert n_frames == 3000 or 100 * (duration_s + 2.0) <= n_frames < 3000


def test_short_windows_are_filled_to_their_full_length() -> None:
    assert {count_frames(duration_s) for duration_s in (0.1, 3.0, 9.9)} == {3000}


@pytest.mark.model
def test_words_and_their_times_do_not_depend_on_what_is_decoded_beside_them(two_sentences: Samples) -> None:
    windows = [two_sentences, two_sentences[: len(two_sentences) // 2], two_sentences[8000:]]
    together = FasterTranscriber("tiny.en", batch_size=3, n_workers=1).transcribe(windows, language="en")
    alone = FasterTranscriber("tiny.en", batch_size=1, n_workers=1).transcribe(windows, language="en")
    assert [window.words for window in together] == [window.words for window in alone]
    assert all(window.words for window in together)
