"""What was encoded when it came is read from the store; the rest is encoded."""

import numpy as np

from models.hashing_encoder import HashingEncoder
from pipeline.held_encoder import HeldEncoder

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
        found = HeldEncoder(tx, encoder).encode(texts)
    assert encoder.asked == ["Who else?"]
    np.testing.assert_array_equal(found, HashingEncoder().encode(texts))


def test_no_texts_give_no_vectors(toolkit):
    with toolkit.store.read() as tx:
        assert HeldEncoder(tx, HashingEncoder()).encode([]).shape == (0, HashingEncoder().dim)
