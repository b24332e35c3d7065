"""A gap weighs what it touches: calls, accounts, and the money of each deal once."""

from datetime import UTC, datetime

import pytest

from pipeline.collateral.records import Gap
from pipeline.insights.gap_weight import deal_amounts, weigh
from pipeline.records import Call, Moment

ADDED = datetime(2026, 3, 1, tzinfo=UTC)


def call(name, **metadata):
    return Call(name, f"{name}.json", name, "transcript", None, None, None, metadata, ADDED)


def gap(theme, status, *calls):
    moments = tuple(
        Moment(
            f"m-{one}", one, one, one, 0, "C", "customer", None, None, "objection", "price", "dear", "dear",
            0.9, "machine", theme, "asserted", 0, 4, None,
        )
        for one in calls
    )  # fmt: skip
    return Gap(theme, theme, status, len(calls), len(calls), moments, (), 0.0, "")


CALLS = [
    call("a1", deal="A", account="Ada", amount=100, recorded_at="2026-01-01", segment="small"),
    call("a2", deal="A", account="Ada", amount="1,500", recorded_at="2026-02-01", segment="small"),
    call("b1", deal="B", account="Bo", amount=500, segment="mid"),
    call("c1", account="Cy", segment="small"),
]


def test_a_deal_counts_once_by_what_its_latest_call_says():
    assert deal_amounts(CALLS) == {"deal:A": 1500.0, "deal:B": 500.0}
    weight = weigh([gap("t", "missing", "a1", "a2")], CALLS)["t"]
    assert (weight.money.n, weight.money.of) == (1500.0, 2000.0)


def test_priority_is_the_mean_share_times_the_weight_of_the_status():
    weights = weigh([gap("t", "missing", "a1"), gap("u", "covered", "a1"), gap("v", "unused", "a1")], CALLS)
    assert weights["t"].priority == pytest.approx((1 / 4 + 1 / 3 + 1500 / 2000) / 3)
    assert weights["u"].priority == 0
    assert weights["v"].priority == pytest.approx(0.3 * weights["t"].priority)


def test_without_amounts_money_is_left_out_rather_than_nothing():
    bare = [call("x", account="X"), call("y", account="Y")]
    weight = weigh([gap("t", "missing", "x")], bare)["t"]
    assert (weight.money.of, weight.priority) == (0, 0.5)


def test_whom_it_affects_is_counted_of_all_their_calls():
    weight = weigh([gap("t", "missing", "a1", "b1")], CALLS)["t"]
    found = {(one.field, one.value): (one.calls.n, one.calls.of) for one in weight.affected}
    assert found == {("segment", "mid"): (1, 1), ("segment", "small"): (1, 3)}
