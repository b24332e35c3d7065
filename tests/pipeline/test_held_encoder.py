"""What was encoded when it came is read from the store; the rest is encoded."""

import numpy as np

from models.hashing_encoder import HashingEncoder
from pipeline.erasure import forget_call
from pipeline.held_encoder import HeldEncoder, hold_vectors
from pipeline.records import text_hash

HELD = "We like the app."


class Counting(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return super().encode(texts)


def test_only_what_the_store_lacks_is_encoded_and_each_text_once(toolkit, write_call, ingest):
    ingest(write_call("a", f"C: {HELD}"))
    encoder, texts = Counting(), ["Who else?", HELD, "Who else?"]
    with toolkit.store.read() as tx:
        held = HeldEncoder(tx, encoder)
        found = held.encode(texts)
        held.encode(texts)
    assert encoder.asked == ["Who else?"]
    np.testing.assert_array_equal(found, HashingEncoder().encode(texts))


def test_no_texts_give_no_vectors(toolkit):
    with toolkit.store.read() as tx:
        assert HeldEncoder(tx, HashingEncoder()).encode([]).shape == (0, HashingEncoder().dim)


class Matters(Counting):
    """An encoder by another name, in whose work something else happens."""

    name = "matters"

    def __init__(self, meanwhile=lambda: None):
        super().__init__()
        self._meanwhile = meanwhile

    def encode(self, texts):
        self._meanwhile()
        return super().encode(texts)


def held(toolkit, text):
    with toolkit.store.read() as tx:
        return list(tx.vectors.of_hashes("matters", [text_hash(text)]))


def test_vectors_are_held_for_texts_that_are_held_and_made_once(toolkit, write_call, ingest):
    ingest(write_call("a", f"C: {HELD}"))
    for asked in ([HELD, "Said by nobody."], ["Said by nobody."]):
        encoder = Matters()
        hold_vectors(toolkit.store, encoder, [HELD, "Said by nobody."])
        assert encoder.asked == asked
    assert held(toolkit, HELD)
    assert not held(toolkit, "Said by nobody.")


def test_what_is_erased_while_an_encoder_works_stays_erased(toolkit, write_call, ingest):
    ingest(write_call("a", f"C: {HELD}"))
    hold_vectors(toolkit.store, Matters(meanwhile=lambda: forget_call(toolkit, "a")), [HELD])
    assert not held(toolkit, HELD)
