"""What every store promises about vectors, themes, collateral and notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from pipeline.collateral.records import Document, Passage
from pipeline.errors import NotFound
from pipeline.records import PhraseFilter, SpottedMoment, Theme, text_hash
from pipeline.store.themes import ThemeCounts

EVERYTHING = PhraseFilter()
MOMENTS = [SpottedMoment(0, start, 21, "objection", "price", "stated", 0.8) for start in (0, 5, 8)]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def embed(tx, encoder, texts, dim=3):
    """Put vectors that say in every place how long their text is."""
    hashes = [name for name, _ in texts]
    vectors = np.array([[len(text)] * dim for _, text in texts], dtype=np.float32).reshape(-1, dim)
    tx.vectors.put(encoder, hashes, vectors)


def test_texts_without_a_vector_are_listed_once_each(store, hold):
    with store.begin() as tx:
        for name in ("a", "b"):
            hold(tx, name, ["The same words in both", f"And these in {name} alone"])
        missing = dict(tx.phrases.texts_without_vector("e"))
        assert sorted(missing.values()) == ["And these in a alone", "And these in b alone", "The same words in both"]
        assert all(name == text_hash(text) for name, text in missing.items())
        embed(tx, "e", list(tx.phrases.texts_without_vector("e", "a")))
        assert [text for _, text in tx.phrases.texts_without_vector("e")] == ["And these in b alone"]
        assert len(list(tx.phrases.texts_without_vector("other"))) == 3


def test_vectors_may_be_put_while_the_missing_texts_are_read(store, hold):
    with store.begin() as tx:
        hold(tx, "a", [f"We have {number} seats" for number in range(2_500)])
        for each in tx.phrases.texts_without_vector("e"):
            embed(tx, "e", [each])
        assert list(tx.phrases.texts_without_vector("e")) == []
        assert sum(len(ids) for ids, _ in tx.vectors.of_phrases("e")) == 2_500


def test_vectors_come_with_their_phrases_in_batches_ascending(store, hold):
    with store.begin() as tx:
        hold(tx, "a", [f"{'We ' * number} need this" for number in range(1, 8)])
        embed(tx, "e", list(tx.phrases.texts_without_vector("e")))
        tx.vectors.put("other", ["0" * 64], np.ones((1, 2), np.float32))
        phrases = tx.phrases.by_ids(tx.phrases.ids(EVERYTHING))
        batches = list(tx.vectors.of_phrases("e", batch=3))
        assert [len(ids) for ids, _ in batches] == [3, 3, 1]
        assert np.concatenate([ids for ids, _ in batches]).tolist() == list(phrases)
        for ids, vectors in batches:
            assert (ids.dtype, vectors.dtype, vectors.shape) == (np.int64, np.float32, (len(ids), 3))
            assert vectors[:, 0].tolist() == [len(phrases[phrase].text) for phrase in ids.tolist()]
        assert tx.vectors.encoders() == ["e", "other"]


def test_vectors_of_some_phrases_only(store, hold):
    with store.begin() as tx:
        hold(tx, "a", [f"{'We ' * number} need this" for number in range(1, 8)])
        embed(tx, "e", [each for each in tx.phrases.texts_without_vector("e") if len(each[1]) > 13])
        ids = tx.phrases.ids(EVERYTHING)
        without = ids[0]
        after = [found.tolist() for found, _ in tx.vectors.of_phrases("e", after_id=int(ids[3]))]
        assert after == [ids[4:].tolist()]
        chosen = [found.tolist() for found, _ in tx.vectors.of_phrases("e", ids=[*ids[:4:-1], 10**9, without])]
        assert chosen == [ids[5:].tolist()]
        assert list(tx.vectors.of_phrases("unknown")) == list(tx.vectors.of_phrases("e", ids=[])) == []


def test_a_batch_without_any_vector_does_not_end_the_stream(store, hold):
    with store.begin() as tx:
        hold(tx, "a", [f"{'We ' * number} need this" for number in range(1, 8)])
        longest = max(tx.phrases.texts_without_vector("e"), key=lambda each: len(each[1]))
        embed(tx, "e", [longest])
        [(ids, _)] = tx.vectors.of_phrases("e", batch=2)
        assert ids.tolist() == [tx.phrases.ids(EVERYTHING)[-1]]


def test_a_vector_that_is_held_stays(store):
    with store.begin() as tx:
        tx.vectors.put("e", ["h"], np.array([[1.5, -2.25]], np.float32))
        tx.vectors.put("e", ["h", "i"], np.array([[9.0, 9.0], [3.0, 4.0]], np.float32))
        held = tx.vectors.of_hashes("e", ["i", "h", "x"])
        assert tx.vectors.held("e", ["i", "h", "x"]) == {"h", "i"}
        assert tx.vectors.held("f", ["h"]) == set()
    assert {name: vector.tolist() for name, vector in held.items()} == {"h": [1.5, -2.25], "i": [3.0, 4.0]}


@pytest.mark.parametrize("shape", [(1, 3), (3,)])
def test_vectors_of_another_shape_are_refused(store, shape):
    with store.begin() as tx, pytest.raises(ValueError, match="2 texts"):
        tx.vectors.put("e", ["h", "i"], np.zeros(shape, np.float32))


def theme(name, medoid, **changes):
    return replace(Theme(name, f"label of {name}", ("too", "expensive"), medoid, 2, 1, 1, 0, 0.75), **changes)


def test_themes_are_counted_within_the_calls_whose_metadata_say_so(store, hold):
    with store.begin() as tx:
        ours = {"account": "Acme", "deal": "D1", "segment": "Small"}
        one, two, three = hold(tx, "a", moments=MOMENTS, metadata=ours)
        four, five, _ = hold(tx, "b", moments=MOMENTS, metadata=ours | {"segment": "mid"})
        six, *_ = hold(tx, "c", moments=MOMENTS, metadata={"account": "Bell", "segment": "small"})
        members = {"T1": [one, two, four, six], "T2": [three, five]}
        tx.themes.replace([theme("T1", one), theme("T2", three)], members, stamp="s")
        assert tx.themes.counts_within({}) == {"T1": ThemeCounts(4, 3, 2, 1), "T2": ThemeCounts(2, 2, 1, 1)}
        small = tx.themes.counts_within({"segment": ("SMALL",)})
        assert small == {"T1": ThemeCounts(3, 2, 2, 1), "T2": ThemeCounts(1, 1, 1, 1)}
        both = tx.themes.counts_within({"segment": ("small", "mid"), "account": ("bell",)})
        assert both == {"T1": ThemeCounts(1, 1, 1, 0)}
        assert tx.themes.counts_within({"segment": ("none",)}) == {}


def test_themes_come_back_as_given_with_their_members(store, hold):
    with store.begin() as tx:
        assert tx.themes.stamp() is None
        one, two, three = hold(tx, "a", moments=MOMENTS)
        themes = [theme("T2", one, broad="T1", broad_label="b", stability=0.5, at=(0.25, -0.5)), theme("T1", three)]
        in_order = sorted([one, two], reverse=True)
        tx.themes.replace(themes, {"T2": in_order, "T1": [three]}, stamp="change 7")
        assert tx.themes.all() == themes
        assert tx.themes.all(most=1) == themes[:1]
        assert tx.themes.all(start=1) == themes[1:]
        assert tx.themes.ids() == ["T2", "T1"]
        assert tx.themes.by_ids(["T1", "T9"]) == {"T1": themes[1]}
        assert list(tx.themes.labels().items()) == [("T2", "label of T2"), ("T1", "label of T1")]
        assert list(tx.themes.labels(most=1)) == ["T2"]
        assert tx.themes.count() == 2
        assert tx.themes.get("T1") == themes[1]
        assert tx.themes.members("T2") == in_order
        assert tx.themes.theme_of() == {one: "T2", two: "T2", three: "T1"}
        assert tx.themes.stamp() == "change 7"
        assert tx.moments.get(three).theme == "T1"


def test_new_themes_replace_all_others_but_keep_names_given_by_hand(store, hold):
    with store.begin() as tx:
        one, two, _ = hold(tx, "a", moments=MOMENTS)
        tx.themes.replace([theme("T1", one), theme("T2", two)], {"T1": [one], "T2": [two]}, stamp="1")
        tx.themes.rename("T1", "Zu teuer")
        tx.themes.rename("T1", "Too dear")
        assert tx.themes.names() == {"T1": "Too dear"}
        tx.themes.replace([theme("T2", one)], {"T2": [one]}, stamp="2")
        assert tx.themes.all() == [theme("T2", one)]
        assert tx.themes.names() == {"T1": "Too dear"}
        assert tx.moments.get(two).theme is None
        tx.themes.replace([theme("T1", one)], {"T1": [one]}, stamp="3")
        assert tx.themes.get("T1").label == tx.themes.labels()["T1"] == "Too dear"


def test_a_theme_that_loses_a_moment_is_counted_anew(store, hold):
    with store.begin() as tx:
        one, two, three = hold(tx, "a", moments=MOMENTS, metadata={"account": "Acme"})
        tx.themes.replace([theme("T1", one, n_moments=3)], {"T1": [one, three, two]}, stamp="1")
        tx.moments.replace("a", MOMENTS[1:])
        held = tx.themes.get("T1")
        assert (held.n_moments, held.n_calls, held.n_accounts, held.n_deals) == (2, 1, 1, 0)
        assert held.medoid == three


def test_a_missing_theme_is_named(store):
    with store.begin() as tx:
        for ask in (tx.themes.get, tx.themes.members, lambda name: tx.themes.rename(name, "x")):
            with pytest.raises(NotFound, match="No theme 'T9'"):
                ask("T9")


def document(name="deck.pdf", **changes):
    return replace(Document(f"id of {name}", name, "Our deck", "pdf", "1" * 64, NOON, {"owner": "PMM"}), **changes)


def passages(held, *texts):
    return [
        Passage(f"{held.id} {place}", held.id, held.name, place, f"page {place + 1}", text)
        for place, text in enumerate(texts)
    ]


def test_documents_come_back_as_given_with_their_passages(store):
    deck, page = document(), document("a page.md", sha256="2" * 64)
    with store.begin() as tx:
        for held in (deck, page):
            tx.collateral.add(held, passages(held, "We are worth it.", "Really."))
        assert tx.collateral.all() == [page, deck]
        assert tx.collateral.get(deck.id) == tx.collateral.get("deck.pdf") == deck
        assert tx.collateral.find_sha256("2" * 64) == page
        assert tx.collateral.find_sha256("3" * 64) is None
        assert tx.collateral.passages("deck.pdf") == passages(deck, "We are worth it.", "Really.")
        assert [held.document_name for held in tx.collateral.passages()] == ["a page.md"] * 2 + ["deck.pdf"] * 2


def test_a_document_of_the_same_name_replaces_the_older(store):
    old, new = document(), document(id="other", sha256="2" * 64)
    with store.begin() as tx:
        tx.collateral.add(old, passages(old, "Old words.", "Kept words."))
        tx.vectors.put("e", [text_hash("Old words."), text_hash("Kept words.")], np.ones((2, 2), np.float32))
        tx.collateral.add(new, passages(new, "Kept words."))
        assert tx.collateral.all() == [replace(new, version=2)]
        assert tx.collateral.passages() == passages(new, "Kept words.")
        assert list(tx.vectors.of_hashes("e", [text_hash("Old words."), text_hash("Kept words.")])) == [
            text_hash("Kept words.")
        ]


def test_a_removed_document_is_gone_and_what_phrases_share_with_it_stays(store, hold):
    deck = document()
    with store.begin() as tx:
        hold(tx, "a", ["We are worth it."])
        tx.collateral.add(deck, passages(deck, "We are worth it.", "Really."))
        hashes = [text_hash("We are worth it."), text_hash("Really.")]
        tx.vectors.put("e", hashes, np.ones((2, 2), np.float32))
        tx.collateral.remove("deck.pdf")
        assert tx.collateral.all() == tx.collateral.passages() == []
        assert list(tx.vectors.of_hashes("e", hashes)) == hashes[:1]
        with pytest.raises(NotFound, match=r"No document 'deck\.pdf'"):
            tx.collateral.remove("deck.pdf")


def test_versions_of_a_document_are_kept_through_replacement_and_removal(store):
    first, second = document(), document(id="other", sha256="2" * 64, title="Our new deck")
    with store.begin() as tx:
        tx.collateral.add(first, passages(first, "Old words."))
        assert tx.collateral.add(second, passages(second, "New words.")).version == 2
        tx.collateral.remove("deck.pdf")
    with store.read() as tx:
        held = tx.collateral.history("deck.pdf")
        assert [(one.number, one.change, one.end, one.title) for one in held] == [
            (1, "added", "replaced", "Our deck"),
            (2, "changed", "removed", "Our new deck"),
        ]
        assert [one.text for version in held for one in version.passages] == ["Old words.", "New words."]
        assert held[0].added_at == NOON
        assert [one.name for one in tx.collateral.removed()] == ["deck.pdf"]
    with store.begin() as tx:
        assert tx.collateral.add(second, passages(second, "New words.")).version == 3
        assert [one.change for one in tx.collateral.history("other")] == ["added", "changed", "put_back"]
        tx.collateral.remove("deck.pdf", with_history=True)
        with pytest.raises(NotFound):
            tx.collateral.history("deck.pdf")


def test_what_people_say_of_a_document_wins_over_what_was_given_with_it(store):
    deck = document()
    with store.begin() as tx:
        tx.collateral.add(deck, passages(deck, "We are worth it."))
        held = tx.collateral.edit("deck.pdf", {"owner": None, "stage": ["decision"], "title": "Ours"}, who="Kim")
        assert (held.metadata, held.title) == ({"stage": ["decision"]}, "Ours")
        assert [(one.field, one.value, one.who) for one in tx.collateral.edits("deck.pdf")] == [
            ("owner", None, "Kim"),
            ("stage", ["decision"], "Kim"),
            ("title", "Ours", "Kim"),
        ]
        with pytest.raises(NotFound):
            tx.collateral.edit("none.pdf", {"owner": "Kim"}, who="Kim")


def test_passages_come_back_with_the_way_to_them(store):
    deck = document(metadata={"url": "https://a.example/deck.pdf"}, remarks=("One page is a scan.",))
    (said,) = passages(deck, "We are worth it.")
    said = replace(said, fragment="#page=1", is_notes=True, document_url=deck.url)
    with store.begin() as tx:
        tx.collateral.add(deck, [said])
        assert tx.collateral.passages() == [said]
        assert said.link == "https://a.example/deck.pdf#page=1"
        assert tx.collateral.get(deck.id).remarks == ("One page is a scan.",)
        assert tx.collateral.holds(deck, [said])
        assert not tx.collateral.holds(deck, [replace(said, text="We were.")])


def test_a_forgotten_call_takes_no_vector_from_a_passage(store, hold):
    deck = document()
    with store.begin() as tx:
        hold(tx, "a", ["We are worth it."])
        tx.collateral.add(deck, passages(deck, "We are worth it."))
        tx.vectors.put("e", [text_hash("We are worth it.")], np.ones((1, 2), np.float32))
        assert tx.calls.forget("a")["vectors"] == 0
        assert tx.collateral.passages("deck.pdf") == passages(deck, "We are worth it.")


def test_notes_are_json_by_key(store):
    value = {"answer": [1, 2.5, None, True, "Ö"]}
    with store.begin() as tx:
        assert tx.notes.get("k") is None
        tx.notes.put("k", 1)
        tx.notes.put("k", value)
        assert tx.notes.get("k") == value
