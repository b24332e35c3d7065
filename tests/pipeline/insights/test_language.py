"""They say, you say: planted wording is found first, shuffled labels find nothing, and who said it first is told."""

from itertools import cycle

import numpy as np
import pytest

from pipeline.collateral.read import read_document
from pipeline.errors import NotFound
from pipeline.insights.language import read_language
from pipeline.insights.language_counts import Piece, count_phrases
from pipeline.insights.language_odds import FALSE_SHARE, chance_scores, false_shares, log_odds
from pipeline.insights.language_pairs import find_pairs, fisher, vectors_in_context
from pipeline.insights.language_phrases import content_of, names_in, phrases_in, sentence_around
from pipeline.records import PhraseFilter, SpottedMoment

SAME = [{"roll-out", "deployment"}, {"licence", "seat"}, {"headset", "equipment"}]
FILLERS = ["desk", "invoice", "garden", "ticket", "harbour", "window", "engine", "basket", "lantern", "pepper"]


class KnowsSynonyms:
    """Texts that hold words for the same thing are near; words without one are each their own thing."""

    name = "synonyms"
    dim = 64

    def encode(self, texts):
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace(".", "").split():
                thing = next((place for place, words in enumerate(SAME) if word.rstrip("s") in words), None)
                row[thing if thing is not None else 3 + sum(map(ord, word)) % 61] += 5 if thing is not None else 0.2
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def planted(n=14):
    """Customers say roll-out and licence, collateral says deployment and seats; all share the rest."""
    shared = cycle(FILLERS)
    pieces = []
    for place in range(n):
        words = f"The {next(shared)} and the {next(shared)} matter"
        pieces.append(Piece("customers", f"account {place}", f"Our roll-out is slow. {words}. A licence is dear."))
        pieces.append(Piece("collateral", f"p{place}", f"Deployment is quick. {words}. A seat is cheap."))
    return pieces


def pairs_of(counts, is_first):
    vectors = vectors_in_context(counts.phrases, [[] for _ in counts.phrases], KnowsSynonyms())
    found = find_pairs(counts, is_first, range(len(counts.phrases)), vectors)
    return [
        ({counts.phrases[pair.ours], counts.phrases[pair.theirs]}, pair)
        for pair in found
        if max(pair.false_share, pair.p_value) <= FALSE_SHARE
    ]


def test_planted_pairs_rank_first_and_are_all_that_is_told():
    counts = count_phrases(planted())
    told = [words for words, _ in pairs_of(counts, counts.of_side("customers"))]
    assert sorted(map(sorted, told)) == [["deployment", "roll-out"], ["licence", "seat"]]


def test_shuffled_labels_find_no_pair():
    counts = count_phrases(planted())
    dice = np.random.default_rng(7)
    found = [len(pairs_of(counts, dice.permutation(counts.of_side("customers")))) for _ in range(20)]
    assert sum(n > 0 for n in found) <= 2


def odds_of(counts, labels):
    first, second = counts.uses[labels].sum(axis=0), counts.uses[~labels].sum(axis=0)
    background = counts.uses.sum(axis=0) / counts.sizes.sum()
    return log_odds(first, second, counts.sizes[labels].sum(), counts.sizes[~labels].sum(), background)


def told_apart(counts, labels):
    z = np.abs(odds_of(counts, labels).z)
    shares = false_shares(z, chance_scores(labels, lambda dealt: np.abs(odds_of(counts, dealt).z)))
    return {phrase for phrase, share in zip(counts.phrases, shares, strict=True) if share <= FALSE_SHARE}


def test_planted_wording_is_told_apart_and_shared_wording_is_not():
    counts = count_phrases(planted())
    found = told_apart(counts, counts.of_side("customers"))
    assert {"roll-out", "licence", "deployment", "seat"} <= found
    assert not found & set(FILLERS)


def test_shuffled_labels_tell_no_wording_apart():
    counts = count_phrases(planted())
    dice = np.random.default_rng(3)
    found = [told_apart(counts, dice.permutation(counts.of_side("customers"))) for _ in range(20)]
    assert sum(bool(words) for words in found) <= 2


def test_one_talker_counts_once():
    pieces = [*planted(3), *[Piece("customers", "account 0", "The roll-out again.") for _ in range(50)]]
    counts = count_phrases(pieces, least=2)
    assert counts.uses[:, counts.phrases.index("roll-out")].sum() == 3


def test_log_odds_are_those_of_the_formula():
    prior, total = 0.01 * 0.1 * 200, 0.1 * 200
    odds = log_odds(np.array([8.0]), np.array([2.0]), 100.0, 100.0, np.array([0.01]))
    by_hand = np.log((8 + prior) / (100 + total - 8 - prior)) - np.log((2 + prior) / (100 + total - 2 - prior))
    assert odds.log_odds[0] == pytest.approx(by_hand)
    assert odds.error[0] == pytest.approx(np.sqrt(1 / (8 + prior) + 1 / (2 + prior)))


def test_fishers_test_is_exact():
    assert fisher(8, 0, 0, 9) == pytest.approx(1 / 24310)
    assert fisher(3, 1, 1, 3) == pytest.approx(17 / 70)


def test_phrases_begin_and_end_with_a_word_of_meaning_and_stay_in_their_clause():
    keys = {found.key for found in phrases_in("Seats for the agents, and invoices")}
    assert keys == {"seat", "seat for the agent", "agent", "invoice"}


def test_a_phrase_knows_its_place():
    text = "We pay for idle seats."
    places = {found.key: text[found.start_char : found.end_char] for found in phrases_in(text)}
    assert places["idle seat"] == "idle seats"
    assert text[slice(*sentence_around(f"Yes. {text} No.", 5, 8))] != ""
    assert f"Yes. {text} No."[slice(*sentence_around(f"Yes. {text} No.", 12, 15))] == text


def test_names_are_no_wording_and_acronyms_are():
    names = names_in(["We left Zenbox for the API.", "Then Zenbox called.", "The plan is fine, said Rob"])
    assert "zenbox" in names
    assert "api" not in names
    assert "plan" not in names


def test_words_that_carry_no_meaning_are_no_content():
    assert content_of("seat for the agent") == {"seat", "agent"}


@pytest.fixture
def talk(toolkit, write_call, ingest, tmp_path):
    """Eight accounts say roll-out, some of them only after their rep; eight documents say deployment."""
    for place in range(8):
        lines = ["R: Shall we begin?", f"C: The roll-out of our {FILLERS[place]}."]
        if place < 3:
            lines = ["R: Deployment is simple, and the roll-out is short.", *lines, "C: Deployment sounds heavy."]
        ingest(write_call(f"call-{place}", *lines, account=f"Account {place}", recorded_at=f"2026-03-0{place + 1}"))
    with toolkit.store.begin() as tx:
        for place in range(8):
            page = tmp_path / f"page-{place}.md"
            page.write_text(f"# Page {place}\n\nDeployment for each {FILLERS[place]} is {FILLERS[-place - 1]} work.\n")
            tx.collateral.add(*read_document(page))
    return toolkit


def reading(kit):
    with kit.store.read() as tx:
        return read_language(tx, KnowsSynonyms())


def test_the_pair_of_a_corpus_stands_first_with_its_sentences(talk):
    found = reading(talk)
    pair = found.contrasts[0].pairs[0]
    assert (pair.they.phrase, pair.you.phrase) == ("roll-out", "deployment")
    assert pair.is_told_apart
    assert (pair.they.ours.n, pair.they.ours.of) == (8, 8)
    assert len(pair.they.uses) == 8
    assert all("roll-out" in use.text for use in pair.they.uses)
    assert all(use.text in use.passage.text for use in pair.you.uses)


def test_wording_that_the_rep_brought_up_is_primed(talk):
    pair = reading(talk).contrasts[0].pairs[0]
    assert (pair.they.unprompted.n, pair.they.unprompted.of) == (5, 8)


def test_a_message_says_in_how_many_calls_it_was_said_and_repeated(talk):
    found = next(one for one in reading(talk).messages if one.phrase == "deployment")
    assert (found.said.n, found.said.of) == (3, 8)
    assert (found.echoed.n, found.echoed.of) == (3, 3)
    assert found.unprompted.n == 0
    assert found.instead == "roll-out"
    assert found.said_instead.n == 3
    assert [use.text for use in found.echo_uses] == ["Deployment sounds heavy."] * 3


def test_a_withdrawn_quote_is_nobodys_wording(talk):
    before = reading(talk).contrasts[0].pairs[0].they.ours.n
    with talk.store.begin() as tx:
        turn = next(turn for turn in tx.talk.turns(tx.calls.all()[7].id) if turn.role == "customer")
        tx.moments.replace(turn.call, [SpottedMoment(turn.turn, 0, 10, "pain", None, "asserted", 0.9)])
        moment, *_ = tx.moments.select(PhraseFilter(calls=(turn.call,)))
        tx.moments.set_state(moment.id, "withdrawn")
    assert reading(talk).contrasts[0].pairs[0].they.ours.n == before - 1


def test_equal_data_give_equal_readings(talk):
    assert reading(talk) == reading(talk)


def test_a_theme_that_is_not_held_is_named(talk):
    with talk.store.read() as tx, pytest.raises(NotFound):
        read_language(tx, KnowsSynonyms(), "nothing")


def test_nothing_held_gives_an_empty_reading(toolkit):
    found = reading(toolkit)
    assert found.contrasts == ()
    assert found.messages == ()
