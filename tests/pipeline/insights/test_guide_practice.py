"""What reps do with an objection: their own words, what did not help, and claims that nothing of ours says."""

from pipeline.insights.answers_given import Exchange, Utterance
from pipeline.insights.guide_practice import gist, read_practice

PASSAGES = ["The plan costs 79 pounds a month.", "We set you up in 2 weeks."]


def said(text, turn=1, role="rep"):
    return Utterance("c", "c.mp3", "Acme", turn, "Dana", role, 5.0, 0, len(text), text)


def exchange(*answers, moment="m"):
    return Exchange(
        moment, "too dear", tuple(said(text, place) for place, text in enumerate(answers)), (said("Right.", 9),)
    )


def practice(*exchanges, handlings=None, passages=PASSAGES):
    return read_practice([], exchanges, handlings, passages, {})


def exact(utterance, whole):
    return whole[utterance.start_char : utterance.end_char] == utterance.text


def test_what_acknowledges_is_an_exact_sentence_of_the_first_turn():
    whole = "Well. That's a fair point, Rob. We start small."
    (found,) = practice(exchange(whole)).acknowledged
    assert found.text == "That's a fair point, Rob."
    assert exact(found, whole)


def test_an_open_question_is_one_to_explore_and_a_closed_one_is_not():
    assert [one.text for one in practice(exchange("What did you set aside for it?")).explored] == [
        "What did you set aside for it?"
    ]
    assert practice(exchange("Is that too much for you?")).explored == ()


def test_a_figure_that_no_document_holds_is_unproven_however_it_is_spoken():
    (found,) = practice(exchange("You save forty percent. It costs seventy-nine pounds a month.")).avoided
    assert (found.said.text, found.why) == ("You save forty percent.", "unproven")
    assert practice(exchange("We set you up in two weeks.")).avoided == ()


def test_a_guarantee_that_no_document_gives_is_unproven():
    assert [one.why for one in practice(exchange("I guarantee that it works.")).avoided] == ["unproven"]
    assert practice(exchange("I guarantee that it works."), passages=["We guarantee it."]).avoided == ()


def test_without_collateral_no_claim_is_called_unproven():
    assert practice(exchange("I guarantee that it works."), passages=[]).avoided == ()


def test_a_gist_is_whole_sentences_of_the_longest_turn():
    long = " ".join(["This sentence is one of many that a rep says here."] * 9)
    found = gist([said("Yes.", 1), said(long, 2)])
    assert len(found.text.split()) <= 40
    assert found.text.endswith(".")
    assert exact(found, long)
