import numpy as np
import pytest

from models.windows import TimedPiece, check_windows, join_text, joined_words


def pieces(*texts: str) -> list[TimedPiece]:
    return [TimedPiece(text, place * 0.5, place * 0.5 + 0.4, 0.8) for place, text in enumerate(texts)]


def texts(*given: str, language: str = "en") -> list[str]:
    return [word.text for word in joined_words(pieces(*given), language=language, duration_s=30.0)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((" Too", " high", "."), ["Too", "high."]),
        ((" We", "'", "re", " in"), ["We're", "in"]),
        ((" co", "-", "worker", ","), ["co-worker,"]),
        ((" He", " said", ' "', "no", '."'), ["He", "said", '"no."']),
        ((" (", "yes", ")"), ["(yes)"]),
        ((" ", " Well", "..."), ["Well..."]),
        ((), []),
    ],
)
def test_pieces_become_words_with_their_punctuation(given: tuple[str, ...], expected: list[str]) -> None:
    assert texts(*given) == expected


def test_a_language_without_spaces_keeps_its_pieces_apart() -> None:
    assert texts("太", "贵", "了", "。", language="zh") == ["太", "贵", "了。"]
    assert join_text(["太", "贵了。"], language="zh") == "太贵了。"
    assert join_text(["Too", "", "high."], language="en") == "Too high."


def test_punctuation_lends_a_word_no_time() -> None:
    (word,) = joined_words(pieces(" high", "."), language="en", duration_s=30.0)
    assert (word.start_s, word.end_s) == (0.0, 0.4)


def test_a_word_of_several_pieces_lasts_to_its_last_and_is_as_sure_as_its_least() -> None:
    parts = [TimedPiece(" co", 0.0, 0.2, 0.9), TimedPiece("-", 0.2, 0.3, 0.1), TimedPiece("worker", 0.3, 0.8, 0.6)]
    (word,) = joined_words(parts, language="en", duration_s=30.0)
    assert (word.end_s, word.score) == (0.8, 0.6)


def test_times_ascend_and_stay_inside_the_window() -> None:
    crooked = [TimedPiece(" a", 1.0, 1.5, 2.0), TimedPiece(" b", 0.5, 0.4, -1.0), TimedPiece(" c", 2.5, 9.0, 0.5)]
    words = joined_words(crooked, language="en", duration_s=2.0)
    assert [(word.start_s, word.end_s, word.score) for word in words] == [
        (1.0, 1.5, 1.0),
        (1.0, 1.0, 0.0),
        (2.0, 2.0, 0.5),
    ]


def test_a_window_that_an_engine_would_cut_or_misread_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Window 1 lasts 31\.0 s"):
        check_windows([np.zeros(16_000, np.float32), np.zeros(31 * 16_000, np.float32)])
    with pytest.raises(ValueError, match="float64"):
        check_windows([np.zeros(16_000)])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="one channel"):
        check_windows([np.zeros((2, 16_000), np.float32)])
