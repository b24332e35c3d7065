from hypothesis import given
from hypothesis import strategies as st

from pipeline.calls.anchoring import find_again
from pipeline.corrected import Stretch
from pipeline.records import Turn

OLD = "Well, honestly it is too expensive for a small kitchen."
QUOTE = "it is too expensive for a small kitchen"
START = OLD.index(QUOTE)
STRETCH = Stretch(1, START, START + len(QUOTE), QUOTE)


def turns(*texts, reps=()):
    return [
        Turn("a", place, "S", "rep" if place in reps else "customer", 0.9, None, None, text)
        for place, text in enumerate(texts)
    ]


def words(found):
    return None if found is None else (found.turn, found.quote)


def test_words_at_their_place_stay_there_whoever_speaks():
    assert find_again(STRETCH, turns("Hi.", OLD, OLD)) == STRETCH
    assert find_again(STRETCH, turns("Hi.", OLD, OLD, reps=(1,))) == STRETCH


def test_the_very_words_are_found_in_the_nearest_turn_of_a_customer():
    assert words(find_again(STRETCH, turns("A.", f"So {OLD}"))) == (1, QUOTE)
    assert words(find_again(STRETCH, turns("A.", "B.", "C.", OLD, "D.", OLD))) == (3, QUOTE)
    assert words(find_again(STRETCH, turns(OLD, "B.", OLD, "D.", OLD, reps=(0, 2)))) == (4, QUOTE)


def test_of_two_places_in_a_turn_the_nearer_one_is_meant():
    stretch = Stretch(0, 30, 34, "none")
    text = "We have none and need none or none at all."
    assert find_again(stretch, turns(text + " ")).start_char == text.index("none at")


def test_very_words_are_whole_words():
    assert find_again(Stretch(0, 0, 2, "no"), turns("Now, know that nothing is due.")) is None


def test_words_heard_a_little_differently_are_found_with_their_edges():
    heard = turns("A.", "Well honestly it's too expensive, for a small kitchen, is it not?")
    assert words(find_again(STRETCH, heard)) == (1, "it's too expensive, for a small kitchen")
    stop = Stretch(0, 0, len(QUOTE) + 1, f"{QUOTE}.")
    assert words(find_again(stop, turns("No. It's too expensive for the small kitchen. Bye."))) == (
        0,
        "It's too expensive for the small kitchen.",
    )


def test_the_closest_words_win_over_the_nearest_turn():
    near, close = "It is too expensive for a big city kitchen.", "It's too expensive for a small kitchen!"
    assert words(find_again(STRETCH, turns("A.", near, "C.", close))) == (3, close.rstrip("!"))


def test_other_words_are_not_taken_for_them():
    assert find_again(STRETCH, turns("A.", "It is too slow for the large office over there.")) is None
    assert find_again(STRETCH, []) is None


def test_a_short_quote_is_found_by_its_very_words_alone():
    assert find_again(Stretch(0, 0, 9, "no thanks"), turns("So thanks.")) is None


@given(
    st.text(alphabet="ab .,é🙂\n", min_size=1, max_size=60),
    st.lists(st.text(alphabet="ab .,é🙂", max_size=80), max_size=4),
)
def test_what_is_found_is_always_a_slice_of_a_turn(quote, texts):
    held = turns(*texts)
    found = find_again(Stretch(0, 3, 3 + len(quote), quote), held)
    if found is not None:
        assert held[found.turn].text[found.start_char : found.end_char] == found.quote != ""
