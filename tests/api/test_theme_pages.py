"""The list and the page of themes: the map, the weeks, the quotes, and the forms that name and keep."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from api.theme_charts import CHART_WIDTH, MAP_HEIGHT, MAP_WIDTH, theme_map, trend_chart
from pipeline.insights.theme_trends import Week, wilson
from pipeline.records import PhraseFilter, SpottedMoment, Theme
from pipeline.theme_events import ThemeEvent


@pytest.fixture
def theme(client):
    return client.get("/api/v1/themes").json()["items"][0]["id"]


def one(name, calls=1, at=(0.0, 0.0)):
    return Theme(name, f"label of {name}", (), "m", calls, calls, 1, 1, 0.9, at=at)


def weeks(*shares):
    start = [datetime(2026, 3, day).date() for day in (2, 9, 16, 23)]
    told = [wilson(n, out_of) for n, out_of in shares]
    return [Week(day, share, share, share, share) for day, share in zip(start, told, strict=False)]


def test_the_form_gives_a_name_that_every_page_shows(client, theme):
    answer = client.post(f"/themes/{theme}/label", data={"label": "Price <b> small"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/themes/{theme}")
    for address in (f"/themes/{theme}", "/themes"):
        assert "Price &lt;b&gt; small" in client.get(address).text


def test_an_empty_name_is_refused_with_its_reason(client, theme):
    refused = client.post(f"/themes/{theme}/label", data={"label": " "})
    assert 400 <= refused.status_code < 500
    assert "1 to 120 characters" in refused.text


def test_the_form_pins_and_lets_go(client, toolkit, theme):
    assert "It is pinned" in client.post(f"/themes/{theme}/pin", data={"stays": "yes"}).text
    with toolkit.store.read() as tx:
        assert tx.themes.pinned() == {theme}
    assert "It is pinned" not in client.post(f"/themes/{theme}/pin", data={"stays": ""}).text


def test_a_theme_shows_its_quotes_its_rule_and_its_weeks(client, theme):
    text = client.get(f"/themes/{theme}").text
    for words in ("Most typical", "Least like the others", "Drawn at random", "The most typical quote is the nearest"):
        assert words in text
    assert text.count('<th scope="row">') == 3
    assert "1 of 1" in text
    assert "Neither rise nor fall" in text


def test_the_quotes_of_a_large_theme_are_told_a_page_at_a_time(client, theme, monkeypatch):
    monkeypatch.setattr("api.pages.themes._QUOTES_SHOWN", 2)
    found, address = [], f"/themes/{theme}"
    for n_quotes, which in ((2, "Quotes 1 to 2 of 3"), (1, "Quote 3 of 3")):
        text = client.get(address).text
        accounts = re.findall(r'account-quotes">(.*?)</section>', text, re.DOTALL)
        told = [quote for account in accounts for quote in re.findall(r"<blockquote>(.*?)</blockquote>", account)]
        assert len(told) == n_quotes
        assert which in text
        found += told
        [address] = [unescape(one) for one in re.findall(r'href="([^"]+)">Next page', text)] or [""]
    assert len(set(found)) == 3
    assert address == ""
    assert "Most typical" not in text


def test_one_account_that_makes_much_of_a_theme_is_warned_of(client, toolkit, theme):
    assert "One account" not in client.get(f"/themes/{theme}").text
    with toolkit.store.begin() as tx:
        held, members, said = tx.themes.get(theme), tx.themes.members(theme), tx.calls.get("harbour-1")
        [spotted] = [m for m in tx.moments.select(PhraseFilter(calls=("harbour-1",))) if m.kind == "objection"]
        for name in ("more-1", "more-2"):
            tx.calls.add(replace(said, id=name, source=f"{name}.json", sha256=name))
            tx.talk.replace_turns(name, [replace(turn, call=name) for turn in tx.talk.turns("harbour-1")])
            span = SpottedMoment(spotted.turn, spotted.start_char, spotted.end_char, "objection", None, "asserted", 0.9)
            tx.moments.replace(name, [span])
        more = [moment.id for moment in tx.moments.select(PhraseFilter(calls=("more-1", "more-2")))]
        tx.themes.replace([held], {theme: [*members, *more]}, stamp="by hand")
    assert "One account, Harbour Kitchen, makes 60% of this theme." in client.get(f"/themes/{theme}").text


def test_what_became_of_themes_is_told_and_a_break_is_drawn(client, toolkit, theme):
    with toolkit.store.begin() as tx:
        tx.themes.record([ThemeEvent(datetime(2026, 10, 20, tzinfo=UTC), "break")])
        tx.themes.record([ThemeEvent(datetime(2026, 10, 21, tzinfo=UTC), "split", theme, "gone", 2)])
    assert "split off a former theme (gone)" in client.get("/themes").text
    text = client.get(f"/themes/{theme}").text
    assert "breakline" in text
    assert "how themes are found changed" in text.lower()


@pytest.fixture
def three(toolkit, theme):
    with toolkit.store.begin() as tx:
        held, members = tx.themes.get(theme), tx.themes.members(theme)
        others = [replace(held, id=f"t{n}", label=f"other {n}", at=(n / 3, -n / 3)) for n in (1, 2)]
        split = {name: [moment] for name, moment in zip((theme, "t1", "t2"), members, strict=True)}
        tx.themes.replace([held, *others], split, stamp="by hand")
    return [theme, "t1", "t2"]


def test_many_themes_are_listed_a_page_at_a_time(client, three, monkeypatch):
    monkeypatch.setattr("api.pages.themes._SHOWN", 1)
    monkeypatch.setattr("api.pages.themes._ON_MAP", 1)
    found, address = [], "/themes"
    while address:
        text = client.get(address).text
        found += re.findall(r'<h\d><a href="/themes/(\w+)"', text)
        [address] = [unescape(one) for one in re.findall(r'href="([^"]+)">Next page', text)] or [""]
    assert found == three


def test_themes_on_the_map_that_the_list_does_not_show_yet_need_no_trend(client, app, three, monkeypatch):
    monkeypatch.setattr("api.pages.themes._SHOWN", 1)
    monkeypatch.setattr(app.state.desk.trends, "soon", lambda _: None)
    text = client.get("/themes").text
    assert 'aria-label="Map of 3 themes"' in text
    assert len(re.findall(r'<h\d><a href="/themes/(\w+)"', text)) == 1


def test_the_map_links_every_theme_and_says_it_in_words(client, three):
    text = client.get("/themes").text
    drawn = re.search(r"<svg.*?</svg>", text, re.DOTALL)[0]
    assert set(re.findall(r'href="/themes/(\w+)"', drawn)) == set(three)
    assert "<title>other 1: 3 calls</title>" in drawn
    assert 'aria-label="Map of 3 themes"' in drawn


def test_few_themes_make_no_map(client):
    assert "<svg" not in re.sub(r"<header.*?</header>", "", client.get("/themes").text, flags=re.DOTALL)


def test_labels_on_the_map_lie_on_nothing_and_inside_it():
    spots = theme_map([one(f"t{n}", calls=n, at=(n % 4 / 10, n // 4 / 30)) for n in range(1, 13)])
    assert len(spots) == 12
    assert 0 < sum(bool(spot.label) for spot in spots) < 12
    assert all(spot.radius < spot.x < MAP_WIDTH and spot.radius < spot.y < MAP_HEIGHT for spot in spots)
    assert spots[0].radius > spots[-1].radius


def test_places_beyond_the_plane_are_drawn_inside_it():
    spots = theme_map([one("a", at=(3.0, -2.0)), one("b", at=(-1.0, 0.5))])
    assert all(0 < spot.x < MAP_WIDTH and 0 < spot.y < MAP_HEIGHT for spot in spots)
    assert theme_map([one("a", at=None)]) == []


def test_a_break_stands_between_the_weeks_before_and_after_it():
    event = ThemeEvent(datetime(2026, 3, 12, tzinfo=UTC), "break")
    chart = trend_chart(weeks((1, 9), (2, 9), (0, 0), (8, 9)), [event, ThemeEvent(event.at, "born", "t")])
    assert len(chart.dots) == 3
    [drawn] = chart.breaks
    assert chart.dots[1][0] < drawn.x < chart.dots[2][0]
    assert chart.dots[2][1] < chart.dots[0][1]


def test_a_break_before_the_first_week_is_not_drawn_and_one_after_the_last_is_at_the_end():
    held = weeks((1, 9), (2, 9))
    before, after = (ThemeEvent(datetime(2026, month, 1, tzinfo=UTC), "break") for month in (1, 9))
    assert trend_chart(held, [before]).breaks == ()
    assert trend_chart(held, [after]).breaks[0].x <= CHART_WIDTH
    assert trend_chart(held[:1], [after]) is None
