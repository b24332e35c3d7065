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
    for file in (held.settings.data / "index").rglob("*"):
        if file.is_file():
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


def test_a_misspelt_word_is_also_searched_as_the_held_one_and_that_is_said(held):
    found = search(held, "nigth staf trainng")
    assert {(one.typed, one.searched) for one in found.corrections} >= {("nigth", "night"), ("trainng", "training")}
    assert found.hits[0].quote.call == "a"
    assert {"night", "training"} <= set(found.hits[0].matched_words)
    assert "trainng" not in found.hits[0].matched_words


def test_words_that_are_held_in_any_form_are_not_corrected(held):
    assert search(held, "budgets complicate trainings").corrections == ()
    assert search(held, "single sign-on nigth", exact=True).corrections == ()


def test_quotation_marks_keep_to_who_said_just_that_and_the_rest_ranks(held):
    found = search(held, '"the budget is" spring', phrase_filter(role="any"))
    assert found.verbatim == ("the budget is",)
    assert {hit.quote.call for hit in found.hits} == {"b", "c"}
    assert found.hits[0].quote.call == "c"
    assert (found.is_complete, found.n_matching, found.n_matching_calls) == (True, 2, 2)
    assert search(held, 'budget "single sign-on"').hits == ()


def test_a_complete_count_is_over_every_turn_that_passes_and_names_calls_that_hold_nothing(held, write_call):
    from pipeline.intake import find_files, take_in

    list(take_in(find_files([write_call("d", "C: The budget is unread.")], {}), held.store, held.media))
    everyone = search(held, "the budget is", phrase_filter(role="any"), exact=True)
    assert (everyone.n_matching, everyone.n_turns, everyone.n_calls, everyone.n_unread_calls) == (2, 6, 4, 1)
    customers = search(held, "the budget is", exact=True)
    assert (customers.n_matching, customers.n_matching_calls, customers.n_turns) == (1, 1, 4)
    assert search(held, "the budget is").is_complete is False


def test_the_other_places_of_the_same_words_are_named(toolkit, write_call, ingest):
    ingest(
        write_call("a", "C: It is too expensive for us.", account="Acme"),
        write_call("b", "C: It is too expensive for us!", account="Bell"),
    )
    for exact in (True, False):
        (hit,) = search(toolkit, "too expensive", exact=exact).hits
        (copy,) = hit.elsewhere
        assert {(hit.quote.call, hit.quote.account), (copy.call, copy.account)} == {("a", "Acme"), ("b", "Bell")}
        assert "too expensive" in copy.text


def test_filters_by_state_theme_call_and_date(held):
    assert search(held, "budget staff", phrase_filter(states=["machine"])).hits
    assert search(held, "budget staff", phrase_filter(states=["cleared"])).hits == ()
    assert search(held, "budget staff", phrase_filter(themes=["no such theme"])).hits == ()
    assert {hit.quote.call for hit in search(held, "budget staff", phrase_filter(calls=["c"])).hits} == {"c"}
    late = search(held, "budget", phrase_filter(since="2030-01-01"))
    assert (late.n_calls, late.hits) == (0, ())
    with pytest.raises(BadInput, match=r"state 'seen'.*machine, heard"):
        phrase_filter(states=["seen"])


def test_a_page_of_hits_takes_as_many_statements_as_one(held):
    from sqlalchemy import event

    statements = []
    event.listen(held.store._reader, "before_cursor_execute", lambda *given: statements.append(given[2]))
    search(held, "night staff budget", phrase_filter(role="any"), limit=1)
    for_one = len(statements)
    statements.clear()
    assert len(search(held, "night staff budget", phrase_filter(role="any"), limit=20).hits) > 2
    assert len(statements) <= for_one + 1
