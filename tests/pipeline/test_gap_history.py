"""A gap is opened when nothing answers, closes by newer collateral alone, and reopens when customers ask again."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.collateral_intake import take_document
from pipeline.errors import BadInput, Conflict, NotFound
from pipeline.gap_edits import overturn, set_due, set_owner, set_status, undo
from pipeline.gap_history import keep_in_step
from pipeline.gap_reading import read_judged
from pipeline.gap_work import works
from pipeline.insights.theme_reading import refresh_themes
from pipeline.intake import find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings

SETUP = "Getting every {} set up is too complicated."
LEVELS = {"high": 14, "medium": 30, "low": 90}


class AnswersWhere:
    """Says that a passage answers where it speaks of an afternoon, and touches where it speaks of teams."""

    name = "answers where"

    def reading(self, of):
        return self

    def answer_probability(self, points, passages):
        row = [0.9 if "afternoon" in text else 0.0 for text in passages]
        return np.array([row for _ in points], dtype=np.float32)

    def touch_probability(self, points, passages):
        return np.array(["teams" in text for text in passages], dtype=np.float32)


class Desk:
    """A seller's data, and the steps of a day."""

    def __init__(self, folder):
        self.kit = Toolkit(Settings(data=folder / "data"), encoder=HashingEncoder(), spotter=KeywordSpotter())
        self._path = folder

    def call(self, name, **metadata):
        turns = [{"role": "customer", "speaker": "C", "text": SETUP.format(name)}]
        path = self._path / f"{name}.json"
        path.write_text(json.dumps({"id": name, "account": f"account {name}", **metadata, "turns": turns}))
        for _, call in take_in(find_files([path], {}), self.kit.store, self.kit.media):
            assert [step for step in process_call(self.kit, call) if step.state == "failed"] == []
        refresh_themes(self.kit.store, self.kit.encoder, self.kit.matter_encoder)

    def document(self, name, text):
        path = self._path / name
        path.write_text(f"# Title\n\n{text}\n")
        take_document(path, self.kit.store, self.kit.encoder)

    def remove(self, name):
        with self.kit.store.begin() as tx:
            tx.collateral.remove(name)

    def step(self, now=None):
        with self.kit.store.read() as tx:
            found = read_judged(tx, AnswersWhere(), self.kit.encoder)
        keep_in_step(self.kit.store, found.judged, LEVELS, now=now)
        with self.kit.store.read() as tx:
            self.found, self.gap = found.found[0], found.judged[0]
            return works(tx.gap_work.events()).get(self.gap.theme)

    def events(self):
        with self.kit.store.read() as tx:
            return [event.action for event in tx.gap_work.events()]

    def say(self, verb, *given, **named):
        with self.kit.store.begin() as tx:
            return verb(tx, *given, who="Ewa", **named)


@pytest.fixture(scope="module")
def three_calls(tmp_path_factory):
    """Three customers' calls, read once."""
    folder = tmp_path_factory.mktemp("seller")
    made = Desk(folder)
    for name in ("cook", "nurse", "waiter"):
        made.call(name, recorded_at="2026-03-01")
    made.kit.store.close()
    return folder


@pytest.fixture
def desk(three_calls, tmp_path):
    shutil.copytree(three_calls, tmp_path / "seller")
    made = Desk(tmp_path / "seller")
    yield made
    made.kit.store.close()


ANSWER = "Every cook and nurse is set up in an afternoon by our own people."


def test_a_theme_that_nothing_answers_is_opened_and_due_by_its_urgency(desk):
    work = desk.step(datetime(2026, 3, 2, tzinfo=UTC))
    assert (work.status, work.urgency, work.due) == ("open", "high", date(2026, 3, 16))
    assert not work.is_overdue(date(2026, 3, 16))
    assert work.is_overdue(date(2026, 3, 17))


def test_a_covered_theme_is_no_work(desk):
    desk.document("setup.md", ANSWER)
    assert desk.step() is None
    assert desk.events() == ["verdict"]


def test_nothing_new_adds_nothing(desk):
    desk.step()
    before = desk.events()
    desk.step()
    assert desk.events() == before == ["verdict", "opened"]


def test_new_collateral_closes_it_with_the_passage_as_evidence(desk):
    desk.step()
    desk.document("setup.md", ANSWER)
    work = desk.step()
    assert work.status == "closed"
    assert work.evidence.document == "setup.md"
    assert desk.events()[-2:] == ["verdict", "closed"]


def test_taking_the_answer_away_reopens_it_and_putting_it_back_closes_it(desk):
    desk.document("setup.md", ANSWER)
    desk.step()
    desk.remove("setup.md")
    assert desk.step().status == "open"
    desk.document("setup.md", ANSWER)
    assert desk.step().status == "closed"
    desk.remove("setup.md")
    work = desk.step()
    assert (work.status, work.reason) == ("open", "the answer went away: setup.md no longer holds it")


def test_customers_who_ask_again_after_it_was_closed_reopen_it(desk):
    desk.step()
    desk.document("setup.md", ANSWER)
    desk.step()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    desk.call("barber", recorded_at=tomorrow)
    work = desk.step()
    assert (work.status, work.reason) == ("open", "customers asked again: 1 call since it was closed")
    assert desk.step().status == "open", "what was held already does not close it"
    desk.document("again.md", "Now every barber too, in an afternoon.")
    assert desk.step().status == "closed"


def test_an_old_call_that_comes_in_late_does_not_reopen_it(desk):
    desk.step()
    desk.document("setup.md", ANSWER)
    desk.step()
    desk.call("barber", recorded_at="2026-02-01")
    assert desk.step().status == "closed"


def test_what_people_say_stays_through_the_steps_and_is_undone_at_will(desk):
    theme = desk.step().theme
    desk.say(set_owner, theme, "Marta")
    written = desk.say(set_status, theme, "writing")
    desk.say(set_due, theme, date(2027, 1, 1))
    work = desk.step()
    assert (work.owner, work.status, work.due) == ("Marta", "writing", date(2027, 1, 1))
    desk.say(undo, written.number)
    assert desk.step().status == "open"
    with pytest.raises(Conflict, match="undone already"):
        desk.say(undo, written.number)


def test_nobody_closes_a_gap_by_hand(desk):
    theme = desk.step().theme
    with pytest.raises(BadInput, match="newer answers it"):
        desk.say(set_status, theme, "closed")


def test_what_is_no_gap_has_no_owner(desk):
    desk.document("setup.md", ANSWER)
    desk.step()
    with pytest.raises(NotFound, match="no gap"):
        desk.say(set_owner, desk.gap.theme, "Marta")


def test_an_overturned_status_holds_until_it_is_undone(desk):
    desk.document("near.md", "Our teams care.")
    desk.step()
    assert desk.gap.status == "weak"
    said = desk.say(overturn, desk.found, "covered", note="It is enough for them")
    work = desk.step()
    assert desk.gap.status == "covered"
    assert "Ewa said so" in desk.gap.why
    assert "It is enough for them" in desk.gap.why
    assert (work.status, work.evidence.document) == ("closed", "near.md")
    desk.say(undo, said.number)
    assert desk.step().status == "open"
    assert desk.gap.status == "weak"


def test_a_persons_word_falls_with_the_passage_that_it_names(desk):
    desk.document("near.md", "Our teams care.")
    desk.step()
    desk.say(overturn, desk.found, "covered")
    assert desk.step().status == "closed"
    desk.remove("near.md")
    assert desk.step().status == "open"
    assert desk.gap.status == "missing"


def test_an_answered_theme_can_be_overturned_into_a_gap(desk):
    desk.document("setup.md", ANSWER)
    desk.step()
    desk.say(overturn, desk.found, "weak", note="It promises, and proves nothing")
    assert desk.step().status == "open"


def test_an_answer_needs_a_passage(desk):
    desk.step()
    with pytest.raises(BadInput, match="No passage is held"):
        desk.say(overturn, desk.found, "covered")


def test_each_day_keeps_how_it_ended(desk):
    first = datetime(2026, 3, 2, 9, tzinfo=UTC)
    desk.step(first)
    desk.document("setup.md", ANSWER)
    desk.step(first + timedelta(hours=2))
    desk.step(first + timedelta(days=1))
    with desk.kit.store.read() as tx:
        kept = [(one.day.isoformat(), one.status, one.n_accounts) for one in tx.gap_work.snapshots()]
    assert kept == [("2026-03-02", "covered", 3), ("2026-03-03", "covered", 3)]
