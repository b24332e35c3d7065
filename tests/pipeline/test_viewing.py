"""Viewers search the same index as everybody, and find what consent allows."""

import pytest

from pipeline.insights.search import phrase_filter
from pipeline.viewing import ViewerToolkit

DEAR = "C: That is too expensive for us."


@pytest.fixture
def viewing(toolkit, write_call, ingest):
    """The toolkit of viewers over a call with consent and two without."""
    ingest(
        write_call("open", DEAR, "R: I see.", consent="yes", account="A"),
        write_call("silent", DEAR, account="B"),
        write_call("refused", DEAR, "C: Zanzibar is our code word.", consent="no", account="C"),
    )
    viewing = ViewerToolkit(toolkit)
    yield viewing
    viewing.store.close()


def found(kit, query, **options):
    return kit.search.search(query, phrase_filter(role="any"), **options)


def test_viewers_find_and_count_the_calls_whose_consent_says_yes(viewing, toolkit):
    assert {hit.quote.call for hit in found(viewing, "expensive").hits} == {"open"}
    exact = found(viewing, "too expensive", exact=True)
    assert (exact.n_matching_calls, exact.n_calls, exact.hits[0].copies) == (1, 1, 1)
    assert found(toolkit, "too expensive", exact=True).n_matching_calls == 3


def test_a_word_of_unseen_calls_is_neither_found_nor_offered_as_a_spelling(viewing, toolkit):
    assert found(viewing, "Zanzibar", exact=True).n_matching == 0
    assert found(viewing, "zanzibra").corrections == ()
    assert [correction.searched for correction in found(toolkit, "zanzibra").corrections] == ["zanzibar"]


def test_consent_that_is_taken_back_hides_a_call_at_the_next_search(viewing, toolkit):
    assert found(viewing, "expensive").hits
    with toolkit.store.begin() as tx:
        tx.calls.set_metadata("open", {"consent": "no"})
    assert found(viewing, "expensive").hits == ()
    assert found(viewing, "too expensive", exact=True).n_calls == 0


def test_a_call_that_is_given_free_is_found_at_the_next_search(viewing, toolkit):
    found(viewing, "expensive")
    with toolkit.store.begin() as tx:
        tx.calls.set_metadata("silent", {"consent": "yes"})
    assert found(viewing, "too expensive", exact=True).n_matching_calls == 2
