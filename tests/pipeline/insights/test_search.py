"""Search answers by meaning and by word, tells why, folds what is the same, and counts completely when exact."""

import pytest

from pipeline.errors import BadInput
from pipeline.insights.search import phrase_filter
from pipeline.records import PhraseFilter

CUSTOMER = phrase_filter()


@pytest.fixture
def held(toolkit, write_call, ingest):
    """Three calls of two accounts."""
    ingest(
        write_call(
            "a", "R: Tell me.", "C: The training is too complicated for the night staff.", account="Acme", stage="demo"
        ),
        write_call(
            "b", "C: Is the price per seat?", "R: Yes, the budget is up to you.", account="Acme", stage="closing"
        ),
        write_call("c", "C: The budget is gone until spring.", "C: Nice weather today is it not.", account="Bell"),
    )
    return toolkit


def search(toolkit, query, within=CUSTOMER, **options):
    return toolkit.search.search(query, within, **options)


def test_the_best_hit_carries_its_quote_call_context_and_reason(held):
    hit = search(held, "night staff training").hits[0]
    assert hit.quote.text == "The training is too complicated for the night staff."
    assert (hit.quote.call, hit.quote.account, hit.quote.kind, hit.quote.category) == (
        "a",
        "Acme",
        "objection",
        "adoption",
    )
    assert hit.quote.before.text == "Tell me."
    assert set(hit.matched_words) == {"night", "staff", "training"}
    assert hit.quote.context[hit.quote.start_char : hit.quote.end_char] == hit.quote.text


def test_a_moment_stands_for_its_turn(held):
    hits = search(held, "budget gone until spring").hits
    assert [hit.quote.text for hit in hits].count("The budget is gone until spring.") == 1


def test_only_the_customer_is_searched_unless_asked_otherwise(held):
    assert {hit.quote.role for hit in search(held, "budget").hits} == {"customer"}
    assert {hit.quote.role for hit in search(held, "budget", phrase_filter(role="rep")).hits} == {"rep"}
    assert {hit.quote.role for hit in search(held, "budget", phrase_filter(role="any")).hits} == {"customer", "rep"}


def test_filters_by_kind_category_and_metadata(held):
    assert {h.quote.kind for h in search(held, "price budget", phrase_filter(kinds=["question"])).hits} <= {"question"}
    only = search(held, "budget staff price", phrase_filter(where={"account": ("bell",)}))
    assert {hit.quote.call for hit in only.hits} == {"c"}
    assert only.n_calls == 1
    assert search(held, "staff", phrase_filter(categories=["adoption"])).hits[0].quote.call == "a"


def test_an_exact_search_counts_completely_so_that_absence_is_a_fact(held):
    assert search(held, "the budget is", phrase_filter(role="any"), exact=True).n_matching_calls == 2
    absent = search(held, "single sign-on", exact=True)
    assert (absent.n_matching, absent.n_calls, absent.hits) == (0, 3, ())


def test_equal_words_of_two_calls_are_shown_once_and_counted(toolkit, write_call, ingest):
    ingest(write_call("a", "C: It is too expensive for us."), write_call("b", "C: It is too expensive for us!"))
    (hit,) = search(toolkit, "too expensive").hits
    assert hit.copies == 2


def test_a_question_without_words_and_an_unknown_kind_are_refused(held):
    with pytest.raises(BadInput, match="no word"):
        search(held, " ?! ")
    with pytest.raises(BadInput, match="objection, pain"):
        phrase_filter(kinds=["worry"])


def test_query_syntax_in_a_question_is_plain_words(held):
    for query in ('budget" OR "1', "NEAR(budget staff)", "budget*", "text:budget", "(((", "budget AND NOT"):
        if any(c.isalpha() for c in query):
            search(held, query)


def test_the_index_follows_the_store_and_survives_losing_its_file(held, tmp_path):
    with held.store.read() as tx:
        assert held.index.save() == tx.phrases.count(PhraseFilter())
    for file in (held.settings.data / "index").iterdir():
        file.write_bytes(b"damaged")
    from pipeline.assemble import Toolkit

    again = Toolkit(held.settings, store=held.store, encoder=held.encoder)
    assert search(again, "night staff").hits[0].quote.call == "a"
    with held.store.read() as tx:
        assert again.index.save() == tx.phrases.count(PhraseFilter())


def test_a_confidence_leaves_out_less_sure_moments_and_turns_without_one(held):
    everything = search(held, "budget weather staff").hits
    assert {hit.quote.kind for hit in everything} >= {None, "objection"}
    likely = search(held, "budget weather staff", phrase_filter(confidence="likely")).hits
    assert likely
    assert all(hit.quote.score >= 0.55 for hit in likely)
    assert phrase_filter(confidence="possible") == phrase_filter()
    with pytest.raises(BadInput, match=r"'certain'.*sure, likely, possible"):
        phrase_filter(confidence="certain")
