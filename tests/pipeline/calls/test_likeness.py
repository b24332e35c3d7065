import pytest

from models.scripted_transcriber import spoken
from pipeline.calls.likeness import MIN_LIKENESS, likeness, told_words, unheard_words

TOLD = "Names: Rotaline, Shiftwise."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Shiftwise", "shift wise"), ("Shiftwise", "Shifuys"), ("Rotaline", "Odeline"), ("Xero", "Zarrow"),
        ("Xero", "0"),
        ("Kustomer", "customer"), ("Planhat", "clanhood"), ("Siobhan", "shalgon"), ("Raghunathan", "raag Huna thin"),
        ("Gainsight", "gain site"), ("Vantage", "vented"), ("Siobhán", "siobhan"),
    ],
)  # fmt: skip
def test_a_name_is_like_what_an_engine_makes_of_it_untold(name: str, said: str) -> None:
    assert likeness(name, said) >= MIN_LIKENESS


@pytest.mark.parametrize(
    ("name", "said"),
    [("Rotaline", "Guten Tag wir"), ("Xero", "we have no"), ("Planhat", "another tool"), ("Kustomer", "the contract")],
)
def test_a_name_is_unlike_other_words(name: str, said: str) -> None:
    assert likeness(name, said) < MIN_LIKENESS


def test_only_words_of_the_vocabulary_are_told() -> None:
    heard = spoken("We left Shiftwise. for rotaline", 3.0)
    assert [word.text for word in told_words(heard, TOLD)] == ["Shiftwise.", "rotaline"]
    assert told_words(heard, "") == []


def test_a_name_must_sound_like_something_near_its_time() -> None:
    heard = spoken("we moved to Rotaline", 4.0)
    assert unheard_words(heard, spoken("we moved to Rodaline", 4.0), TOLD) == []
    assert unheard_words(heard, spoken("we moved two weeks", 4.0), TOLD) == ["Rotaline"]
    assert unheard_words(heard, spoken("Rodaline is what we moved to after that", 8.0), TOLD) == ["Rotaline"]
    assert unheard_words(heard, spoken("", 4.0), TOLD) == ["Rotaline"]
