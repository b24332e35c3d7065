import pytest

from models.scripted_transcriber import spoken
from pipeline.calls.gates import DOUBTFUL, INVENTED, fault, is_echo, is_invented, is_looping

CLEAN = "we have no budget until next year"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, None),
        ({"mean_log_probability": -1.0}, None),
        ({"mean_log_probability": -1.01}, "unlikely"),
        ({"mean_log_probability": -1.01, "no_speech_probability": 0.6}, "unlikely"),
        ({"mean_log_probability": -1.01, "no_speech_probability": 0.61}, "silence"),
        ({"no_speech_probability": 0.99}, None),
        ({"compression_ratio": 2.4}, None),
        ({"compression_ratio": 2.41}, "compressible"),
    ],
)
def test_each_limit_is_exact(figures: dict[str, float], expected: str | None) -> None:
    assert fault(spoken(CLEAN, 3.0, **figures), speech_s=3.0) == expected


def test_nobody_says_more_than_twenty_five_characters_a_second() -> None:
    assert fault(spoken("a" * 75, 3.0), speech_s=3.0) is None
    assert fault(spoken("a" * 76, 3.0), speech_s=3.0) == "too_fast"


def test_a_short_word_in_very_short_speech_is_not_too_fast() -> None:
    assert fault(spoken("absolutely", 0.3), speech_s=0.3) is None


@pytest.mark.parametrize(
    ("text", "lasting_s", "expected"),
    [("absolutely", 3.0, None), ("absolutely", 3.1, "skipped"), ("555-0182", 3.1, None)],
)
def test_a_word_of_more_than_three_seconds_has_swallowed_others(
    text: str, lasting_s: float, expected: str | None
) -> None:
    assert fault(spoken(text, lasting_s), speech_s=lasting_s) == expected


def test_no_text_is_no_fault() -> None:
    assert fault(spoken("", 3.0, mean_log_probability=-3.0, no_speech_probability=0.99), speech_s=3.0) is None


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("I was going to I was going to I was going to call", True),
        ("I was going to I was going to I was going", False),
        ("press one and hold the line, then press one and hold the line, and press one and hold the line", False),
        ("No no no no no no no no no no no", False),
        ("No no no no no no no no no no no no", True),
        ("Thank you. THANK YOU. Thank you. Thank you. Thank you. Thank you.", True),
        ("", False),
    ],
)
def test_twelve_words_that_are_three_times_the_same_are_a_loop(text: str, loops: bool) -> None:
    assert is_looping(text.replace(".", "").split()) is loops


def invented(text: str, *, score: float = 0.9, duration_s: float = 3.0, no_speech: float = 0.05) -> bool:
    return is_invented(text, score=score, duration_s=duration_s, no_speech_probability=no_speech)


def test_what_only_silence_says_is_refused_when_short_doubted_or_from_silence() -> None:
    assert invented("Thanks for watching!", duration_s=1.9)
    assert invented("Thanks for watching!", score=0.5)
    assert invented("Thanks for watching!", no_speech=0.31)
    assert not invented("Thanks for watching!")
    assert not invented("Thanks for watching the demo with us!", duration_s=1.0)


def test_what_callers_say_too_is_refused_only_where_the_engine_doubts_it() -> None:
    assert not invented("Thank you.", score=0.5, duration_s=0.5, no_speech=0.5)
    assert invented("Thank you.", score=0.29)
    assert invented("Bye-bye.", score=0.29)
    assert invented("you", no_speech=0.81)


def test_the_lists_hold_plain_texts_and_do_not_meet() -> None:
    assert not INVENTED & DOUBTFUL
    assert all(text == text.lower().strip() and text.replace(" ", "").isalnum() for text in INVENTED | DOUBTFUL)


def test_the_name_of_a_sound_again_and_again_is_refused_however_sure() -> None:
    assert invented("Beep Beep Beep Beep", score=0.9, duration_s=9.0)
    assert not invented("No. No. No.", score=0.9)


@pytest.mark.parametrize(
    ("text", "echoes"),
    [
        ("Rotaline, Xero.", True),
        ("Names: Rotaline", True),
        ("We moved to Rotaline.", False),
        ("Xero or Rotaline, I think, or Sage", False),
        ("...", False),
    ],
)
def test_hardly_anything_but_told_names_is_an_echo(text: str, echoes: bool) -> None:
    assert is_echo(text, "Names: Rotaline, Xero.") is echoes
    assert fault(spoken(text, 3.0), speech_s=3.0, vocabulary="Names: Rotaline, Xero.") == ("echo" if echoes else None)
    assert not is_echo(text, "")
