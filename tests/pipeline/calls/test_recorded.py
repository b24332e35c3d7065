import pytest

from pipeline.calls.recorded import RECORDED, mark_recorded, recorded_places
from pipeline.records import Turn


def turn(place: int, speaker: str, text: str, *, start_s: float | None = None, role: str = "unknown") -> Turn:
    end_s = None if start_s is None else start_s + 2.0
    return Turn("a", place, speaker, role, 0.5, start_s, end_s, text)


def alone(text: str) -> bool:
    return recorded_places([turn(0, "S1", text)]) == {0}


@pytest.mark.parametrize(
    "text",
    [
        "Please leave your message after the tone.",
        "You have reached the voicemail of Bob Smith. I can't come to the phone right now.",
        "You've been forwarded to an automated voice messaging system, at the tone please record your message.",
        "The mailbox is full and cannot accept any messages at this time. Goodbye.",
        "For sales, press one. For support, press two.",
        "Press 0 to speak to an operator.",
        "Your call is very important to us. Please stay on the line.",
        "All of our agents are currently busy. You are third; your position in the queue will not be lost.",
        "The number you have dialed is not in service.",
        "Hi, this is Bob, I can't take your call right now. Leave me a message and I'll get back to you.",
        "Thank you for calling Acme. Our office is currently closed. Our opening hours are nine to five.",
    ],
)
def test_greetings_menus_queues_and_announcements_are_a_machine_s(text: str) -> None:
    assert alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bob, it's Dana from Rotaline, I'll leave a message with Jo and call you back on Monday.",
        "Thank you for calling Acme, this is Joe. How can I help you?",
        "Just so you know, this call may be recorded.",
        "People hear that your call is important to us and hang up.",
        "He said to leave a message after the beep, so I did.",
        "You just press one button and the rota goes out.",
        "Our voicemail is full every Monday and nobody answers.",
        "I can press for a discount, but two is the most that I can do.",
        "We get back to you within a day.",
    ],
)
def test_people_who_speak_of_such_things_are_none(text: str) -> None:
    assert not alone(text)


def test_the_whole_greeting_is_the_machine_s_and_who_picks_up_after_it_is_not() -> None:
    said = [
        turn(0, "S2", "Welcome to Acme.", start_s=0.0),
        turn(1, "S2", "For sales press one.", start_s=2.2),
        turn(2, "S2", "Goodbye.", start_s=4.5),
        turn(3, "S2", "Joe speaking.", start_s=15.0),
        turn(4, "S1", "Hi Joe.", start_s=18.0),
    ]
    assert recorded_places(said) == {0, 1, 2}


def test_signs_on_both_sides_of_an_answer_do_not_add_up() -> None:
    said = [
        turn(0, "S1", "Thank you for calling."),
        turn(1, "S2", "Hello."),
        turn(2, "S1", "I'll ring you. Please hold."),
    ]
    assert recorded_places(said) == set()


def test_a_speaker_who_also_talks_himself_becomes_two() -> None:
    marked = mark_recorded([turn(0, "Bob", "Leave a message after the tone."), turn(1, "Bob", "Hello? I am here.")])
    assert [(t.speaker, t.marks) for t in marked] == [("Bob (recording)", (RECORDED,)), ("Bob", ())]


def test_a_role_that_was_given_is_kept_with_its_name() -> None:
    greeting = turn(0, "Bob", "Leave a message after the tone.", role="customer")
    (marked, live) = mark_recorded([greeting, turn(1, "Bob", "Hello?", role="customer")])
    assert (marked.speaker, marked.role, marked.marks) == ("Bob", "customer", (RECORDED,))
    assert live.speaker == "Bob"


def test_a_machine_s_words_are_no_customer_s() -> None:
    from models.keyword_spotter import KeywordSpotter
    from pipeline.calls.moments import find_moments

    said = Turn("a", 0, "Bob", "customer", 1.0, None, None, "It is too expensive for us.")
    assert find_moments([said], KeywordSpotter())
    assert find_moments([Turn(**{**fields(said), "marks": (RECORDED,)})], KeywordSpotter()) == []


def fields(said: Turn) -> dict[str, object]:
    return {name: getattr(said, name) for name in Turn.__slots__}
