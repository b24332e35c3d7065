"""People's lines in guides: they stay, they are marked, and they turn amber when what they rest on goes or ages."""

from datetime import date

import pytest

from pipeline.erasure import forget_call
from pipeline.errors import BadInput, NotFound
from pipeline.guide_lines import add_line, change_line, read_lines, subject_of
from pipeline.records import PhraseFilter, SpottedMoment

SOON, LATE = date(2026, 4, 1), date(2026, 12, 1)


@pytest.fixture
def moment(toolkit, write_call, ingest):
    [name] = ingest(write_call("dear", "R: Hello.", "C: It is too dear for us.", recorded_at="2026-03-01"))
    with toolkit.store.begin() as tx:
        tx.moments.replace(name, [SpottedMoment(1, 0, 15, "objection", "price", "asserted", 0.9)])
        return tx.moments.select(PhraseFilter(calls=(name,)))[0]


@pytest.fixture
def line(toolkit, moment):
    with toolkit.store.begin() as tx:
        return add_line(tx, "category:price", "respond", "Offer  one site.", who="Ann", evidence=[moment.id])


def standing(kit, today=SOON):
    with kit.store.read() as tx:
        (found,) = read_lines(tx, today)
    return found


def test_a_line_rests_on_its_quote_and_its_day(toolkit, line):
    found = standing(toolkit)
    assert (found.line.text, found.last_evidence, found.amber) == ("Offer one site.", "2026-03-01", None)
    assert [said for _, said in found.quotes] == ["It is too dear "]


def test_a_line_whose_evidence_aged_turns_amber(toolkit, line):
    assert "more than 180 days ago" in standing(toolkit, LATE).amber


def test_a_line_whose_quote_is_withdrawn_turns_amber(toolkit, line, moment):
    with toolkit.store.begin() as tx:
        tx.moments.set_state(moment.id, "withdrawn")
    found = standing(toolkit)
    assert found.amber == "1 of its 1 quotes withdrawn, changed or erased"
    assert found.quotes == ()


def test_a_line_stays_when_its_call_is_erased_and_says_so(toolkit, line, moment):
    forget_call(toolkit, moment.call)
    found = standing(toolkit)
    assert found.line.text == "Offer one site."
    assert "erased" in found.amber


def test_a_line_stays_when_moments_are_found_anew(toolkit, line, moment):
    with toolkit.store.begin() as tx:
        tx.moments.replace(moment.call, [])
    assert standing(toolkit).amber is None


def test_a_text_is_changed_and_its_evidence_stays(toolkit, line):
    with toolkit.store.begin() as tx:
        change_line(tx, line.number, "Offer two sites.", who="Bo")
    found = standing(toolkit)
    assert (found.line.text, found.line.who, len(found.quotes)) == ("Offer two sites.", "Bo", 1)


def test_a_line_of_no_evidence_is_not_amber(toolkit):
    with toolkit.store.begin() as tx:
        add_line(tx, "category:price", "avoid", "Never promise.", who="Ann")
    assert standing(toolkit, LATE).amber is None


def test_what_cannot_be_a_line_is_refused(toolkit):
    with toolkit.store.begin() as tx:
        for part, text, who in (
            ("sing", "x", "Ann"),
            ("avoid", "  ", "Ann"),
            ("avoid", "x" * 601, "Ann"),
            ("avoid", "x", " "),
        ):
            with pytest.raises(BadInput):
                add_line(tx, "category:price", part, text, who=who)
        with pytest.raises(BadInput):
            add_line(tx, "category:weather", "avoid", "x", who="Ann")
        with pytest.raises(NotFound):
            add_line(tx, "theme:none", "avoid", "x", who="Ann")
        with pytest.raises(NotFound):
            add_line(tx, "category:price", "avoid", "x", who="Ann", evidence=["none"])
        with pytest.raises(NotFound):
            change_line(tx, 99, "x", who="Ann")
    with pytest.raises(BadInput):
        subject_of("t", "price")
    with pytest.raises(BadInput):
        subject_of(None, "weather")
