"""The pages in a real Chromium, over a real server."""

import json
from dataclasses import replace

import pytest

from api.people.door import add_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def played_to(page):
    """The second that the player has come to, once it has begun."""
    for _ in range(100):
        at_s = page.evaluate("document.querySelector('audio').currentTime")
        if at_s > 0:
            return at_s
        page.wait_for_timeout(50)
    raise AssertionError("The player did not begin within 5 s.")


def test_a_marketer_searches_filters_and_hears_the_quote(page):
    page.goto("/")
    page.get_by_label("What did customers say about").fill("too expensive")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("phrases, in 4 of 4 calls").wait_for()
    page.get_by_label("Account").select_option("Fenwick Gardens")
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("in 1 of 1 call").wait_for()
    assert page.url.endswith("/search?q=too+expensive&where.account=Fenwick+Gardens&role=customer")
    assert "small team like ours" in page.locator(".hit blockquote").inner_text()
    page.get_by_role("link", name="Clear filters").click()
    page.locator("a.play").click()
    assert 18.3 <= played_to(page) <= 21
    page.get_by_role("button", name="Close the player").click()
    assert page.locator("#player").is_hidden()


def test_less_sure_quotes_are_left_out_until_they_are_asked_for(page, doubted):
    doubted(crumb_1=0.4)
    page.goto("/search?where.segment=small")
    assert page.get_by_text("small bakery").count() == 0
    page.get_by_role("link", name="Show all 2").click()
    page.get_by_text("small bakery").wait_for()
    assert page.get_by_label("Confidence").input_value() == "possible"
    assert page.locator(".quote", has_text="small bakery").locator(".band-possible").is_visible()
    page.goto("/search?q=expensive")
    page.get_by_label("Confidence").select_option("Sure only")
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("Only moments that are sure").wait_for()
    assert page.url.endswith("/search?q=expensive&role=customer&confidence=sure")
    page.get_by_role("link", name="Show all").click()
    page.get_by_text("small bakery").first.wait_for()


def test_a_call_plays_from_a_turn_and_marks_it(page, recording):
    page.goto(f"/calls/{recording.id}")
    page.locator("#turn-1 a.time").click()
    page.locator("#turn-1.now").wait_for()
    assert played_to(page) >= 20.3
    assert page.locator("#turn-1 mark.kind-objection").count() == 1


def test_swapped_roles_are_shown_when_the_work_is_done(page):
    page.goto("/calls/fenwick-1")
    assert page.locator("#turn-0 .speaker").inner_text().startswith("Rep")
    page.get_by_role("button", name="Swap rep and customer").click()
    page.locator("#turn-0.role-customer mark.kind-question").wait_for(timeout=15_000)
    page.locator("[data-live=done]").wait_for(timeout=15_000)
    assert page.get_by_text("corrected by hand").count() == 2


def test_an_uploaded_transcript_is_seen_to_finish(page, tmp_path):
    file = tmp_path / "new.json"
    turns = [{"speaker": "B", "role": "customer", "text": "The reports are too expensive for us."}]
    file.write_text(json.dumps({"id": "up-1", "turns": turns}))
    page.goto("/add")
    page.get_by_label("Choose files").set_input_files(str(file))
    page.get_by_label("Account").fill("Uploaded Ltd")
    page.get_by_role("button", name="Add", exact=True).click()
    row = page.locator(".recent li", has_text="Uploaded Ltd")
    row.get_by_text("Ready").wait_for(timeout=15_000)
    row.get_by_role("link", name="Uploaded Ltd").click()
    page.get_by_text("The reports are too expensive for us.").first.wait_for()


def test_the_filters_are_folded_away_on_a_phone_until_they_are_used(page):
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto("/search?q=expensive")
    assert page.get_by_label("Account").is_hidden()
    page.goto("/search?q=expensive&where.segment=mid")
    assert page.get_by_label("Account").is_visible()


def test_what_is_printed_is_the_content_alone(page):
    page.emulate_media(media="print")
    page.goto("/search?q=expensive")
    assert page.locator(".hit blockquote").first.is_visible()
    assert page.get_by_role("button", name="Search").is_hidden()
    assert page.locator("header.top").is_hidden()


def test_everything_can_be_reached_by_keyboard_from_the_skip_link(page):
    page.goto("/calls")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_search_and_swapping_work_without_scripts(chromium, server):
    context = chromium.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("#q").fill("too expensive")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".hit").count() >= 3
    assert "/audio#t=18.36" in page.locator("a.play").first.get_attribute("href")
    page.goto("/calls/fenwick-1")
    page.get_by_role("button", name="Swap rep and customer").click()
    assert page.url == f"{server}/calls/fenwick-1"
    context.close()


def test_a_viewer_signs_in_with_the_keyboard_reads_and_is_refused(page, toolkit):
    for name, role in (("Ann", "admin"), ("Vic", "viewer")):
        add_person(toolkit.store, name, role, "correct horse battery")
    with toolkit.store.begin() as tx:
        tx.calls.set_metadata("harbour-1", {**tx.calls.get("harbour-1").metadata, "consent": "yes"})
    page.goto("/collateral")
    page.keyboard.type("Vic")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/collateral")
    assert page.get_by_role("link", name="Vic").is_visible()
    assert not page.get_by_role("button", name="Upload").is_visible()
    page.goto("/search?q=expensive")
    assert "Harbour Kitchen" in page.inner_text("main")
    assert "Fenwick" not in page.content()
    assert page.request.get("/people").status == 403
    assert page.request.post("/themes/refresh").status == 403
    page.get_by_role("link", name="Vic").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_a_marketer_names_and_pins_a_theme_and_finds_it_in_the_list(page):
    page.goto("/themes")
    page.locator(".cards a").first.click()
    page.get_by_text("How they were chosen").click()
    page.get_by_text("The most typical quote is the nearest").wait_for()
    page.get_by_label("Name").fill("Price for small teams")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="Price for small teams", level=1).wait_for()
    page.get_by_role("button", name="Pin: let it stay").click()
    page.get_by_role("button", name="Let it change again").wait_for()
    page.get_by_role("navigation").get_by_role("link", name="Themes").click()
    page.get_by_role("link", name="Price for small teams").wait_for()


def test_the_map_of_themes_leads_to_a_theme_without_a_script(chromium, server, toolkit):
    with toolkit.store.begin() as tx:
        [held], [first, second, *rest] = tx.themes.all(), tx.themes.members(tx.themes.all()[0].id)
        others = [replace(held, id=f"t{n}", label=f"other {n}", at=(n / 3, -n / 3)) for n in (1, 2)]
        tx.themes.replace([held, *others], {held.id: rest, "t1": [first], "t2": [second]}, stamp="by hand")
    context = chromium.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/themes")
    page.locator(".map svg a").nth(1).click()
    assert page.get_by_role("heading", level=1).inner_text() in {"other 1", "other 2"}
    context.close()
