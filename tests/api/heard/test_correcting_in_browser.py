"""Correction in place as it is used: in a real Chromium."""

import pytest

from api.people.door import add_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def wait_until(page, script):
    """Ask again and again; the rules of the page forbid what Playwright's own waiting does."""
    for _ in range(400):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Not within 20 s: {script}")


def select(page, turn, first, last):
    """Select the characters of a turn from the start of one stretch to the end of another."""
    page.evaluate(
        """([turn, first, last]) => {
            const said = document.querySelector(`#turn-${turn} .said`);
            const find = (text, atEnd) => {
                const whole = said.textContent;
                let at = whole.indexOf(text) + (atEnd ? text.length : 0);
                const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (at <= node.length) return [node, at];
                    at -= node.length;
                }
            };
            const range = document.createRange();
            range.setStart(...find(first, false));
            range.setEnd(...find(last, true));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [turn, first, last],
    )
    page.locator("#selection").wait_for(state="visible")


def settled(page):
    page.locator("[data-live=done]").wait_for(timeout=15_000)


def marks(page, turn):
    return page.locator(f"#turn-{turn} mark").all_inner_texts()


def test_the_edges_of_a_moment_are_mended_by_selecting_its_words_and_taken_back(page, spoken):
    page.goto(f"/calls/{spoken}")
    select(page, 1, "oo expens", "expens")
    assert page.locator("#selection .chosen").inner_text() == "“too expensive”"
    page.locator("#selection").get_by_label("Your name").fill("Ann")
    page.get_by_role("button", name="These are the words of “Objection · Price”").click()
    page.locator(".history li", has_text="changed to Objection · Price: “too expensive”").wait_for()
    assert marks(page, 1) == ["too expensive"]
    assert page.evaluate("document.activeElement.id") == "turn-1"
    assert page.locator("#told").inner_text() == "The edges are mended."
    settled(page)
    assert marks(page, 1) == ["too expensive"]
    page.locator(".history").get_by_role("button", name="Undo").click()
    page.locator(".history li", has_text="took back").wait_for()
    settled(page)
    assert marks(page, 1) == ["That is too expensive for one more sight."]
    assert page.url.endswith(f"/calls/{spoken}")


def test_a_word_is_mended_found_by_search_and_put_back(page, spoken):
    page.goto(f"/calls/{spoken}")
    select(page, 1, "sight", "sight")
    page.locator("#selection").get_by_label("Your name").fill("Ann")
    page.get_by_label("Was really").fill("site")
    page.get_by_role("button", name="Mend the words").click()
    page.locator(".history li", has_text="mended “sight” to “site”").wait_for()
    assert "one more site." in page.locator("#turn-1 .said").inner_text()
    settled(page)
    assert marks(page, 1) == ["That is too expensive for one more site."]
    page.goto("/?q=%22one+more+site%22")
    page.locator(".hit", has_text="By Ear").wait_for()
    page.goto(f"/calls/{spoken}")
    page.locator(".history").get_by_role("button", name="Undo").click()
    page.locator(".history li", has_text="put back “site” to “sight”").wait_for()
    assert "one more sight." in page.locator("#turn-1 .said").inner_text()


def test_a_missed_moment_is_added_confirmed_and_relabelled_in_place(page, spoken):
    page.goto(f"/calls/{spoken}")
    select(page, 1, "We like", "app.")
    page.locator("#selection").get_by_label("Your name").fill("Ann")
    page.get_by_label("It is a moment:").select_option("signal")
    page.get_by_role("button", name="Add the moment").click()
    page.locator("#turn-1 mark.kind-signal").wait_for()
    assert marks(page, 1)[-1] == "We like the app."
    settled(page)
    row = page.locator("#turn-1 .of-moment", has_text="Objection")
    row.get_by_role("button", name="Confirm").click()
    page.locator(".history li", has_text="confirmed Objection · Price").wait_for()
    assert page.evaluate("document.activeElement.id").startswith("yes-")
    settled(page)
    page.locator("#turn-1 .fix").click()
    form = page.locator("#turn-1 .forms form", has_text="Objection · Price").first
    form.get_by_label("What it is").select_option("objection:timing")
    form.get_by_role("button", name="Save").click()
    page.locator("#turn-1 .of-moment", has_text="Objection · Timing").wait_for()
    settled(page)
    page.locator("#turn-1 .of-moment", has_text="Timing").get_by_role("button", name="Reject").click()
    page.locator(".history li", has_text="said that this is no moment").wait_for()
    settled(page)
    assert marks(page, 1) == ["We like the app."]


def test_what_is_refused_is_said_in_the_form_and_nothing_is_lost(page, spoken):
    page.expected = ["422"]
    page.goto(f"/calls/{spoken}")
    page.locator("#turn-1 .fix").click()
    page.locator("#mend-quote-1").fill("never said")
    page.locator("#mend-text-1").fill("x")
    page.locator("#who-mend-1").fill("Ann")
    page.get_by_role("button", name="Mend", exact=True).click()
    page.get_by_role("alert").get_by_text("“never said” is not in turn 1").wait_for()
    assert page.locator("#mend-quote-1").input_value() == "never said"
    page.keyboard.press("Escape")
    assert page.locator(".forms").count() == 0
    assert page.evaluate("document.activeElement.className") == "fix"


def test_the_keyboard_alone_opens_the_forms_of_a_turn_and_mends_a_word(page, spoken):
    page.goto(f"/calls/{spoken}")
    wait_until(page, "document.querySelector('audio').readyState > 0")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.locator("#turn-1 .forms").wait_for()
    wait_until(page, "document.activeElement.tagName === 'TEXTAREA'")
    for _ in range(30):
        if page.evaluate("document.activeElement.id") == "mend-quote-1":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("sight")
    page.keyboard.press("Tab")
    page.keyboard.type("site")
    page.keyboard.press("Tab")
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    page.locator(".history li", has_text="mended “sight” to “site”").wait_for()
    assert page.evaluate("document.activeElement.id") == "turn-1"


def test_swapped_roles_change_the_numbers_everywhere(page, spoken):
    page.goto("/themes")
    before = page.request.get("/api/v1/facts").json()["moments"]
    page.goto(f"/calls/{spoken}")
    page.get_by_role("button", name="Swap rep and customer").click()
    page.locator("#turn-0.role-customer mark.kind-question").wait_for(timeout=15_000)
    settled(page)
    assert page.locator(".history li", has_text="swapped roles").count() == 1
    assert marks(page, 1) == []
    after = page.request.get("/api/v1/facts").json()["moments"]
    assert after == before - 1
    assert page.evaluate("document.activeElement.id") in ("swap", "")


def test_a_viewer_listens_and_quotes_and_is_shown_no_way_to_correct(page, spoken, toolkit):
    page.expected = ["403"]
    for name, role in (("Ann", "admin"), ("Vic", "viewer")):
        add_person(toolkit.store, name, role, "correct horse battery")
    page.goto(f"/calls/{spoken}")
    page.get_by_label("Name").fill("Vic")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.locator("#turn-1").wait_for()
    assert page.get_by_role("link", name="Correct").count() == 0
    select(page, 1, "too", "expensive")
    page.get_by_role("button", name="Hear it").click()
    wait_until(page, "document.querySelector('audio').currentTime > 20.9")
    assert page.get_by_role("button", name="Mend the words").count() == 0
    assert page.request.post(f"/calls/{spoken}/mend", form={"turn": "1", "quote": "sight"}).status == 403
