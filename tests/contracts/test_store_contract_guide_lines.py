"""What every store promises about people's lines in guides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.errors import NotFound
from pipeline.records import text_hash
from pipeline.store.guide_lines import EvidencePlace, GuideLine

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACE = EvidencePlace("a", 0, 0, 4, text_hash("It i"))
LINE = GuideLine(0, "category:price", "respond", "Start small, Zoë.", "Ann", NOON, 1, (PLACE,))


@pytest.fixture
def lined(store, hold):
    with store.begin() as tx:
        hold(tx, "a")
        tx.guide_lines.add(LINE)
        tx.guide_lines.add(replace(LINE, subject="theme:t", evidence=(), n_evidence=0))
    return store


def test_lines_come_back_in_the_order_written_with_their_evidence(lined):
    with lined.read() as tx:
        first, second = tx.guide_lines.all()
        assert first == replace(LINE, number=first.number)
        assert second.evidence == ()
        assert second.number > first.number
        assert [one.subject for one in tx.guide_lines.all(["theme:t"])] == ["theme:t"]


def test_a_changed_line_keeps_its_number_and_evidence(lined):
    with lined.begin() as tx:
        number = tx.guide_lines.all()[0].number
        tx.guide_lines.change(number, "Start with one.", who="Bo", at=NOON)
        assert tx.guide_lines.get(number) == replace(LINE, number=number, text="Start with one.", who="Bo")


def test_a_removed_line_is_gone_and_its_number_is_not_given_again(lined):
    with lined.begin() as tx:
        last = tx.guide_lines.all()[-1].number
        tx.guide_lines.remove(last)
        assert tx.guide_lines.add(LINE).number > last
        with pytest.raises(NotFound):
            tx.guide_lines.get(last)
        with pytest.raises(NotFound):
            tx.guide_lines.remove(last)


def test_the_evidence_goes_with_its_call_and_the_line_stays(lined):
    with lined.begin() as tx:
        assert tx.calls.forget("a")["guide_evidence"] == 1
        line = tx.guide_lines.all()[0]
        assert (line.n_evidence, line.evidence) == (1, ())
