"""Listening as it is used: in a real Chromium."""

import io
import zipfile

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AT = "document.querySelector('audio').currentTime"
PLAYS = "!document.querySelector('audio').paused"


def wait_until(page, script):
    """Ask again and again; the rules of the page forbid what Playwright's own waiting does."""
    for _ in range(400):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Not within 20 s: {script}")


def box_of_word(page, turn, word):
    return page.evaluate(
        """([turn, word]) => {
            const said = document.querySelector(`#turn-${turn} .said`);
            const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf(word);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + word.length);
                const box = range.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }
        }""",
        [turn, word],
    )


def test_a_quote_that_was_searched_is_heard_from_two_seconds_before_it(page):
    page.goto("/search?q=payroll&where.account=By+Ear")
    hit = page.locator(".hit", has_text="By Ear")
    hit.locator("a.play").click()
    wait_until(page, f"{AT} > 58 && {PLAYS}")
    assert page.evaluate(AT) < 61
    page.get_by_label("Speed").select_option("1.5")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5
    page.reload()
    assert page.get_by_label("Speed").input_value() == "1.5"


def test_a_word_that_is_clicked_is_heard_and_followed(page, spoken):
    page.goto(f"/calls/{spoken}")
    wait_until(page, "document.querySelector('#wave .sound') !== null")
    page.mouse.click(*box_of_word(page, 1, "expensive"))
    wait_until(page, f"{AT} > 21.4 && {PLAYS}")
    assert page.evaluate(AT) < 23
    page.locator("#turn-1.now").wait_for()
    wait_until(page, "CSS.highlights.has('heard')")
    heard = page.evaluate("[...CSS.highlights.get('heard')][0].toString()")
    assert heard in {"expensive", "for", "one"}
    x = float(page.locator("#wave .at").get_attribute("x1"))
    duration_s = float(page.locator("#wave").get_attribute("data-duration"))
    assert x / 600 * duration_s == pytest.approx(page.evaluate(AT), abs=2)


def test_turns_follow_the_sound_and_the_drawing_leads_anywhere(page, spoken):
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(f"/calls/{spoken}")
    page.locator("#turn-0 a.time").click()
    page.locator("#turn-0.now").wait_for()
    duration_s = float(page.locator("#wave").get_attribute("data-duration"))
    box = page.locator("#wave").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 61 / duration_s, box["y"] + box["height"] - 2)
    page.locator("#turn-3.now").wait_for()
    wait_until(page, "document.querySelector('#turn-3').getBoundingClientRect().top < innerHeight - 60")
    assert page.locator("#wave a").count() == 2
    assert "Objection · Price, 00:20" in page.locator("#wave a").first.get_attribute("aria-label")


def test_the_keyboard_alone_plays_steps_steers_and_can_be_switched_off(page, spoken):
    page.goto(f"/calls/{spoken}")
    wait_until(page, "document.querySelector('audio').readyState > 0")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "turn-1"
    assert page.evaluate(AT) == 20
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "turn-3"
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(AT) == 35
    page.keyboard.press(">")
    assert page.get_by_label("Speed").input_value() == "1.25"
    page.keyboard.press("Space")
    wait_until(page, PLAYS)
    page.keyboard.press("Space")
    wait_until(page, f"!({PLAYS})")
    page.keyboard.press("?")
    assert page.get_by_text("play or pause").is_visible()
    page.get_by_label("Keys work on this page").uncheck()
    page.locator("h1").click()
    at_s = page.evaluate(AT)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(AT) == at_s
    page.reload()
    assert not page.get_by_label("Keys work on this page").is_checked()


def test_a_link_to_a_quote_is_copied_and_leads_to_it(page, spoken):
    page.goto(f"/calls/{spoken}")
    page.locator("#turn-3 [data-share]").click()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"/calls/{spoken}?quote=3.0.39#turn-3")
    page.locator("#turn-3 [data-copy]").click()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(
        "“Does it work with our payroll software?”\n— Customer (S2), By Ear, 2 Nov 2026, 01:00\nhttp"
    )
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("mark.cued").inner_text() == "Does it work with our payroll software?"
    wait_until(page, f"{AT} === 58")
    assert page.locator("#turn-3").is_visible()


def test_ticked_quotes_are_counted_copied_and_handed_out(page):
    page.goto("/?q=too+expensive")
    assert page.get_by_text("to take along", exact=False).locator("visible=true").count() == 0
    for place in (0, 1):
        page.locator(".hit .pick input").nth(place).check()
    page.get_by_text("2 quotes to take along").wait_for()
    page.locator("#picked").get_by_role("button", name="Copy").click()
    page.locator("#picked").get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").count("“") == 2
    with page.expect_download() as got:
        page.locator("#picked").get_by_role("button", name="CSV").click()
    assert got.value.suggested_filename == "quotes.csv"
    assert len(got.value.path().read_text().splitlines()) == 3
    with page.expect_download() as got:
        page.locator("#picked").get_by_role("button", name="Word").click()
    assert zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes())).testzip() is None
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#picked").is_hidden()


def test_a_line_of_the_guide_is_ticked_copied_with_its_source_and_handed_out(page):
    page.goto("/guide")
    line = page.locator(".utterance", has_text="We can start you on the small plan").first
    line.get_by_label("Take along").check()
    page.get_by_text("1 quote to take along").wait_for()
    page.locator("#picked").get_by_role("button", name="Copy").click()
    page.locator("#picked").get_by_text("Copied").wait_for()
    said = "We can start you on the small plan at half the price."
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[:2] == [f"“{said}”", "— Rep (Dana), Harbour Kitchen, 8 Sep 2026, 00:09"]
    assert copied[2].endswith(f"/calls/harbour-1?quote=2.0.{len(said)}#turn-2")
    with page.expect_download() as got:
        page.locator("#picked").get_by_role("button", name="Markdown").click()
    assert said in got.value.path().read_text()


def test_the_listening_list_plays_on_by_itself_skips_and_goes_back(page):
    page.goto("/listen")
    items = page.locator(".listening > li")
    assert items.count() == 2
    page.get_by_role("button", name="Play all").click()
    page.get_by_text("1 of 2").wait_for()
    wait_until(page, PLAYS)
    first = items.nth(0)
    page.evaluate(f"document.querySelector('audio').currentTime = {first.get_attribute('data-to')} - 0.3")
    page.get_by_text("2 of 2").wait_for(timeout=10_000)
    wait_until(page, f"{AT} < {items.nth(1).get_attribute('data-to')} && {PLAYS}")
    page.get_by_role("button", name="Previous").click()
    page.get_by_text("1 of 2").wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("That was all of it.").wait_for()
    page.keyboard.press("r")
    page.get_by_text("2 of 2").wait_for()
    with page.expect_download() as got:
        page.locator(".taking").get_by_role("button", name="Clips").click()
    assert len(zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes())).namelist()) == 3


def test_without_a_script_there_are_players_forms_and_a_file(chromium, server, spoken):
    context = chromium.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/listen")
    assert page.locator(".listening audio").count() == 2
    assert page.locator("#deck").is_hidden()
    page.goto("/?q=too+expensive")
    page.locator(".hit .pick input").first.check()
    with page.expect_download() as got:
        page.locator("#picked").get_by_role("button", name="Markdown").click()
    assert "expensive" in got.value.path().read_text()
    page.goto(f"/calls/{spoken}?quote=1.8.21#turn-1")
    assert page.locator("mark.cued").inner_text() == "too expensive"
    page.locator("#turn-1").get_by_role("link", name="Correct").click()
    page.locator("#mend-quote-1").fill("sight")
    page.locator("#mend-text-1").fill("site")
    page.locator("#who-mend-1").fill("Ann")
    page.get_by_role("button", name="Mend", exact=True).click()
    assert page.url.endswith(f"/calls/{spoken}#turn-1")
    assert "one more site." in page.locator("#turn-1 .said").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert "one more sight." in page.locator("#turn-1 .said").inner_text()
    context.close()
