"""Every phrase gets a vector, and each piece of it one of its own, in the stage that other vectors come in."""

import numpy as np

from pipeline.erasure import forget_call
from pipeline.phrase_vectors import encode_missing, of_pieces
from pipeline.records import PhraseFilter, text_hash

LONG = "We like the app. It is too expensive for us. Is there a discount?"


def stacks(toolkit):
    with toolkit.store.read() as tx:
        held = list(tx.vectors.stacks_of_phrases("hashing", of_pieces("hashing"), dim=256))
        places = {phrase.id: phrase for phrase in tx.phrases.by_ids(tx.phrases.ids(PhraseFilter())).values()}
    return [
        (places[phrase].text, place, vector)
        for ids, numbers, vectors in held
        for phrase, place, vector in zip(ids.tolist(), numbers.tolist(), vectors, strict=True)
    ]


def test_a_turn_of_several_sentences_has_a_vector_of_each(toolkit, write_call, ingest):
    ingest(write_call("a", f"C: {LONG}", "R: How are you?"))
    found = stacks(toolkit)
    of_long = [(place, vector) for text, place, vector in found if text == LONG]
    assert [place for place, _ in of_long] == [0, 1, 2]
    expected = toolkit.encoder.encode(["We like the app.", "It is too expensive for us.", "Is there a discount?"])
    np.testing.assert_array_equal([vector for _, vector in of_long], expected)
    [(place, vector)] = [(place, vector) for text, place, vector in found if text == "How are you?"]
    assert place == -1
    np.testing.assert_array_equal(vector, toolkit.encoder.encode(["How are you?"])[0])


def test_what_has_its_vectors_is_not_encoded_again(toolkit, write_call, ingest):
    ingest(write_call("a", f"C: {LONG}"))
    new = encode_missing(toolkit.store, toolkit.encoder, "a")
    assert (new.hashes, dict(new.pieces)) == ([], {})


def test_vectors_of_pieces_go_with_their_call(toolkit, write_call, ingest):
    ingest(write_call("a", f"C: {LONG}"))
    forget_call(toolkit, "a")
    with toolkit.store.read() as tx:
        assert tx.vectors.of_hashes(of_pieces("hashing"), [text_hash(LONG)]) == {}
        assert tx.vectors.encoders() == []
