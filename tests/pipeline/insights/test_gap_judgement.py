"""People's words hold for their theme, and three in one direction move the bar for the others."""

from datetime import UTC, datetime

from pipeline.collateral.records import Gap, Passage, ScoredPassage
from pipeline.gap_work import Evidence, Overturn
from pipeline.insights.gap_judgement import judged, recalibrate
from pipeline.records import text_hash

AT = datetime(2026, 3, 1, tzinfo=UTC)


def gap(theme, status, score):
    passage = Passage(f"p-{theme}", "d", "plan.md", 0, "Plan", f"text of {theme}")
    return Gap(theme, theme, status, 1, 1, (), (ScoredPassage(passage, score),), 0.5, "found so")


def said(theme, found, status, score):
    passage = Evidence("plan.md", "Plan", text_hash(f"text of {theme}"))
    return Overturn(theme, AT, "Ewa", status, found, score, passage if status == "covered" else None, "", 1)


def statuses(gaps, words):
    held = {text_hash(f"text of {one.theme}") for one in gaps}
    return {one.theme: one.status for one in judged(gaps, {word.theme: word for word in words}, held)}


THREE = [said(name, "weak", "covered", score) for name, score in (("a", 0.42), ("b", 0.46), ("c", 0.5))]
FOUND = [gap("a", "weak", 0.42), gap("b", "weak", 0.46), gap("c", "weak", 0.5), gap("x", "weak", 0.46)]


def test_two_words_tell_of_their_themes_alone():
    assert statuses(FOUND, THREE[:2]) == {"a": "covered", "b": "covered", "c": "weak", "x": "weak"}


def test_three_words_let_other_themes_count_from_their_median_on():
    assert recalibrate(THREE).answers_from == 0.46
    assert statuses(FOUND, THREE)["x"] == "covered"
    assert statuses([*FOUND, gap("y", "missing", 0.45)], THREE)["y"] == "missing"


def test_three_words_against_answers_let_others_fail_up_to_their_median():
    against = [said(name, "covered", "weak", score) for name, score in (("a", 0.56), ("b", 0.6), ("c", 0.7))]
    found = [gap("a", "covered", 0.56), gap("x", "covered", 0.58), gap("y", "covered", 0.65)]
    assert statuses(found, against) == {"a": "weak", "x": "weak", "y": "covered"}


def test_words_that_contradict_each_other_move_nothing():
    against = [said(name, "covered", "weak", 0.6) for name in ("d", "e", "f")]
    bar = recalibrate([*THREE, *against])
    assert (bar.answers_from, bar.fails_to) == (None, None)


def test_a_word_falls_when_its_passage_is_gone():
    found = [gap("a", "weak", 0.42)]
    assert judged(found, {"a": THREE[0]}, set())[0].status == "weak"


def test_the_reason_names_who_said_so_and_what_was_found():
    why = judged(FOUND, {"a": THREE[0]}, {text_hash("text of a")})[0].why
    assert why == "Ewa said so on 2026-03-01. Found was: found so"
