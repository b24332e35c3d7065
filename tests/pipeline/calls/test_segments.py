import pytest

from models.protocols import TimedWord, WindowText
from models.scripted_transcriber import spoken
from pipeline.calls.packing import PackedWindow, Piece
from pipeline.calls.segments import cut_segments

WINDOW = PackedWindow(1, (Piece(0.0, 100.0, 104.0), Piece(4.3, 110.0, 116.0)))


def heard(*words: tuple[str, float, float], score: float = 0.9, no_speech: float = 0.05) -> WindowText:
    timed = tuple(TimedWord(text, start_s, end_s, score) for text, start_s, end_s in words)
    return WindowText(" ".join(word.text for word in timed), timed, "en", -0.2, no_speech, 1.2, 0.0)


def texts(text: WindowText) -> list[str]:
    return [segment.text for segment in cut_segments(WINDOW, text, None).kept]


def test_words_come_back_in_the_recording_s_time_on_their_channel() -> None:
    (segment,) = cut_segments(WINDOW, heard(("Too", 0.5, 0.8), ("high.", 0.8, 1.2)), None).kept
    assert (segment.channel, segment.start_s, segment.end_s, segment.text) == (1, 100.5, 101.2, "Too high.")
    assert (segment.score, segment.language, segment.marks) == (0.9, "en", ())
    assert [(word.text, word.start_s) for word in segment.words] == [("Too", 100.5), ("high.", 100.8)]


def test_a_sentence_ends_a_segment() -> None:
    assert texts(heard(("Yes.", 0.0, 0.4), ("It", 0.4, 0.5), ("is.", 0.5, 0.8), ("Why?", 0.8, 1.0))) == [
        "Yes.",
        "It is.",
        "Why?",
    ]


def test_the_end_of_a_piece_ends_a_segment_even_within_a_sentence() -> None:
    assert texts(heard(("we", 3.5, 3.9), ("wait", 4.4, 4.8))) == ["we", "wait"]


def test_a_long_pause_ends_a_segment_and_a_short_one_does_not() -> None:
    assert texts(heard(("we", 0.0, 0.5), ("wait", 1.19, 1.5))) == ["we wait"]
    assert texts(heard(("we", 0.0, 0.5), ("wait", 1.2, 1.5))) == ["we", "wait"]


def test_a_word_where_nobody_spoke_is_left_out_and_named() -> None:
    astray = heard(("we", 9.0, 9.5), ("wait", 12.0, 12.5))
    assert texts(astray) == ["we"]
    assert [(d.reason, d.text) for d in cut_segments(WINDOW, astray, None).dropped] == [("words in a pause", "wait")]


@pytest.mark.parametrize("fault", ["silence", "compressible", "looping", "too_fast", "echo"])
def test_a_hopeless_window_is_dropped_with_its_reason(fault: str) -> None:
    cut = cut_segments(WINDOW, heard(("we", 0.0, 0.5)), fault)  # type: ignore[arg-type]
    assert cut.kept == ()
    (dropped,) = cut.dropped
    assert (dropped.channel, dropped.start_s, dropped.end_s, dropped.reason, dropped.text) == (
        1,
        100.0,
        116.0,
        fault,
        "we",
    )


def test_an_unlikely_window_is_kept_with_a_mark() -> None:
    (segment,) = cut_segments(WINDOW, heard(("we", 0.0, 0.5)), "unlikely").kept
    assert segment.marks == ("low_confidence",)


def test_words_that_the_engine_doubts_are_marked() -> None:
    (segment,) = cut_segments(WINDOW, heard(("we", 0.0, 0.5), score=0.39), None).kept
    assert segment.marks == ("low_confidence",)


def test_an_invented_phrase_is_dropped_and_the_rest_of_the_window_kept() -> None:
    words = heard(("We", 0.0, 0.3), ("wait.", 0.3, 0.6), ("Please", 4.4, 4.7), ("subscribe.", 4.7, 5.0))
    cut = cut_segments(WINDOW, words, None)
    assert [segment.text for segment in cut.kept] == ["We wait."]
    assert [(dropped.text, dropped.reason) for dropped in cut.dropped] == [("Please subscribe.", "invented phrase")]


def test_speech_without_words_gives_nothing_and_is_named() -> None:
    cut = cut_segments(WINDOW, spoken("", 1.0), None)
    assert (cut.kept, [dropped.reason for dropped in cut.dropped]) == ((), ["no words"])
