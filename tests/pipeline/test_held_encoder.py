"""What was encoded when it came is read from the store; the rest is encoded."""

import numpy as np

from models.hashing_encoder import HashingEncoder
from pipeline.erasure import forget_call
from pipeline.held_encoder import HeldEncoder, hold_vectors
from pipeline.records import text_hash

HELD = "We like the app."


def test_only_what_the_store_lacks_is_encoded_and_each_text_once(toolkit, write_call, ingest, counting_encoder):
    ingest(write_call("a", f"C: {HELD}"))
    encoder, texts = counting_encoder(), ["Who else?", HELD, "Who else?"]
    with toolkit.store.read() as tx:
        held = HeldEncoder(tx, encoder)
        found = held.encode(texts)
        held.encode(texts)
    assert encoder.asked == ["Who else?"]
    np.testing.assert_array_equal(found, HashingEncoder().encode(texts))


def test_no_texts_give_no_vectors(toolkit):
    with toolkit.store.read() as tx:
        assert HeldEncoder(tx, HashingEncoder()).encode([]).shape == (0, HashingEncoder().dim)


def held(toolkit, text):
    with toolkit.store.read() as tx:
        return list(tx.vectors.of_hashes("matters", [text_hash(text)]))


def test_vectors_are_held_for_texts_that_are_held_and_made_once(toolkit, write_call, ingest, counting_encoder):
    ingest(write_call("a", f"C: {HELD}"))
    for asked in ([HELD, "Said by nobody."], ["Said by nobody."]):
        encoder = counting_encoder("matters")
        hold_vectors(toolkit.store, encoder, [HELD, "Said by nobody."])
        assert encoder.asked == asked
    assert held(toolkit, HELD)
    assert not held(toolkit, "Said by nobody.")


def test_what_is_erased_while_an_encoder_works_stays_erased(toolkit, write_call, ingest, counting_encoder):
    ingest(write_call("a", f"C: {HELD}"))
    forgetting = counting_encoder("matters", meanwhile=lambda: forget_call(toolkit, "a"))
    hold_vectors(toolkit.store, forgetting, [HELD])
    assert not held(toolkit, HELD)
