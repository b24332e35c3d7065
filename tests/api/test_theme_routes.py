"""What is told of a theme over HTTP, and what people decide about it."""

from datetime import UTC, datetime

import pytest

from pipeline.theme_events import ThemeEvent

V1 = "/api/v1"


@pytest.fixture
def theme(client):
    return client.get(f"{V1}/themes").json()["items"][0]["id"]


def test_a_story_tells_weeks_with_intervals_quotes_by_a_rule_and_whether_it_stays(client, theme):
    story = client.get(f"{V1}/themes/{theme}/story").json()
    assert story["pinned"] is False
    held = [week for week in story["trend"]["weeks"] if week["calls"]["out_of"]]
    assert [week["calls"]["n"] for week in held] == [1, 1, 1]
    assert all(week["calls"]["low"] < week["calls"]["value"] <= week["calls"]["high"] for week in held)
    assert [week["deals"]["n"] for week in held] == [1, 1, 1]
    assert held[0]["uncovered"] == pytest.approx(
        {"n": 1, "out_of": 2, "value": 0.5, "low": 0.0945, "high": 0.9055}, abs=1e-3
    )
    assert [quote["role"] for quote in story["quotes"]] == ["most typical", "least like the others", "drawn at random"]
    assert len({quote["moment"]["account"] for quote in story["quotes"]}) == 3
    assert "farthest" in story["rule"]
    assert story["warning"] is None


def test_trends_come_for_every_theme_with_the_rate_of_false_discoveries(client, theme):
    [trend] = client.get(f"{V1}/theme-trends").json()
    assert (trend["theme"], trend["direction"], trend["false_discovery_rate"]) == (theme, None, 0.1)


def test_a_name_given_stays_through_a_refresh(client, theme):
    renamed = client.put(f"{V1}/themes/{theme}/label", json={"label": "  Price for   small shops "}).json()
    assert renamed["label"] == "Price for small shops"
    client.post(f"{V1}/themes/refresh")
    assert client.get(f"{V1}/themes").json()["items"][0]["label"] == "Price for small shops"


@pytest.mark.parametrize("label", ["", "   ", "x" * 121])
def test_a_name_of_no_or_too_many_characters_is_refused(client, theme, label):
    refused = client.put(f"{V1}/themes/{theme}/label", json={"label": label})
    assert 400 <= refused.status_code < 500
    assert "1 to 120 characters" in refused.json()["detail"]


def test_a_theme_is_pinned_and_let_go(client, theme):
    client.put(f"{V1}/themes/{theme}/pin")
    assert client.get(f"{V1}/themes/{theme}/story").json()["pinned"] is True
    client.delete(f"{V1}/themes/{theme}/pin")
    assert client.get(f"{V1}/themes/{theme}/story").json()["pinned"] is False


def test_events_are_listed_the_latest_first(client, toolkit, theme):
    with toolkit.store.begin() as tx:
        tx.themes.record([ThemeEvent(datetime(2026, 9, day, tzinfo=UTC), "born", theme, None, 2) for day in (1, 8)])
        tx.themes.record([ThemeEvent(datetime(2026, 9, 9, tzinfo=UTC), "break")])
    assert [event["kind"] for event in client.get(f"{V1}/theme-events").json()] == ["break", "born", "born"]
    events = client.get(f"{V1}/themes/{theme}/story").json()["events"]
    assert [event["at"][:10] for event in events] == ["2026-09-09", "2026-09-08", "2026-09-01"]


def test_a_theme_has_a_place_on_the_map_that_a_refresh_leaves(client):
    before = client.get(f"{V1}/themes").json()["items"][0]["at"]
    assert len(before) == 2
    client.post(f"{V1}/themes/refresh")
    assert client.get(f"{V1}/themes").json()["items"][0]["at"] == before


@pytest.mark.parametrize(("method", "path"), [("get", "story"), ("put", "pin"), ("delete", "pin"), ("put", "label")])
def test_what_is_not_held_is_said(client, method, path):
    more = {"json": {"label": "Name"}} if path == "label" else {}
    assert client.request(method, f"{V1}/themes/none/{path}", **more).status_code == 404
