"""A forgotten call is gone from every place, down to the bytes."""

import pytest

from pipeline.erasure import forget_call
from pipeline.errors import NotFound
from pipeline.insights.search import phrase_filter


def test_no_byte_of_a_forgotten_call_is_left(toolkit, write_call, ingest):
    write = write_call("gone", "C: The xylophone budget is unheard of.", account="Vanishing Ltd")
    ingest(write, write_call("kept", "C: The budget is unheard of here."))
    toolkit.index.save()
    receipt = forget_call(toolkit, "gone")
    assert receipt.removed["recording"] == 1
    assert receipt.removed["phrases"] >= 1
    hits = toolkit.search.search("xylophone budget", phrase_filter()).hits
    assert {hit.quote.call for hit in hits} == {"kept"}
    toolkit.store.close()
    for path in toolkit.settings.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"xylophone" not in content, path
            assert b"Vanishing" not in content, path


def test_a_call_that_is_not_held_cannot_be_forgotten(toolkit):
    with pytest.raises(NotFound, match="nobody"):
        forget_call(toolkit, "nobody")


def test_a_forgotten_call_can_be_taken_in_again(toolkit, write_call, ingest):
    path = write_call("a", "C: The budget is unheard of.")
    ingest(path)
    forget_call(toolkit, "a")
    assert ingest(path) == ["a"]
