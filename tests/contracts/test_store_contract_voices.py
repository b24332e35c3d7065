"""Voice prints: one per call, by rep, gone with the call or at a word."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import NotFound


def a_print(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_prints_of_a_rep_are_one_voice_and_models_never_meet(store, hold):
    with store.begin() as tx:
        for call in ("a", "b", "c"):
            hold(tx, call)
        tx.voices.put("a", "Dana", "m", a_print(1, 0))
        tx.voices.put("b", "Dana", "m", a_print(0, 1))
        tx.voices.put("c", "Marcus", "other", a_print(1, 0))
    with store.read() as tx:
        assert tx.voices.counts() == {"Dana": 2, "Marcus": 1}
        (dana,) = tx.voices.of_model("m").items()
    assert dana[0] == "Dana"
    np.testing.assert_allclose(dana[1], [0.7071, 0.7071], atol=1e-4)


def test_a_call_has_one_print_and_takes_it_along(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        tx.voices.put("a", "Dana", "m", a_print(1, 0))
        tx.voices.put("a", "Marcus", "m", a_print(1, 0))
        assert tx.voices.counts() == {"Marcus": 1}
        assert tx.calls.forget("a")["voice_prints"] == 1
        assert tx.voices.counts() == {}


def test_a_rep_s_prints_go_at_a_word_and_the_calls_stay(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        tx.voices.put("a", "Dana", "m", a_print(1, 0))
        assert tx.voices.forget(["Nobody"]) == 0
        assert tx.voices.forget(["Dana"]) == 1
        assert tx.calls.count() == 1


def test_a_print_needs_a_call(store):
    with store.begin() as tx, pytest.raises(NotFound):
        tx.voices.put("nowhere", "Dana", "m", a_print(1, 0))
