"""Working in the pages with a real Chromium: adding, checking, guides."""

import json

import pytest

from api.people.door import add_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_menu_opens_without_a_script_and_leads_everywhere(chromium, server):
    context = chromium.new_context(base_url=server, java_script_enabled=False, viewport={"width": 390, "height": 780})
    page = context.new_page()
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("navigation").get_by_role("link", name="Trackers").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Trackers"
    context.close()


def test_a_dropped_call_is_seen_through_its_stages_without_a_reload(page):
    page.goto("/add")
    page.evaluate("window.stayed = true")
    turns = [{"speaker": "B", "role": "customer", "text": "The reports are too expensive for us."}]
    dropped = page.evaluate_handle(
        """(text) => {
          const files = new DataTransfer();
          files.items.add(new File([text], "dropped.json", { type: "application/json" }));
          return files;
        }""",
        json.dumps({"id": "drop-1", "turns": turns}),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    page.get_by_text("dropped.json").wait_for()
    page.get_by_label("Account").fill("Dropped Ltd")
    page.get_by_role("button", name="Add", exact=True).click()
    row = page.locator(".recent li", has_text="Dropped Ltd")
    row.get_by_text("Ready").wait_for(timeout=15_000)
    assert page.evaluate("window.stayed")
    assert page.get_by_label("Account").input_value() == ""


def test_a_file_that_cannot_be_read_is_named_with_its_reason(chromium, server, tmp_path):
    context = chromium.new_context(base_url=server)
    page = context.new_page()
    broken = tmp_path / "broken.json"
    broken.write_text("{ no json")
    page.goto("/add")
    page.get_by_label("Choose files").set_input_files(str(broken))
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("alert").get_by_text("broken.json").wait_for()
    assert page.get_by_label("Choose files").evaluate("(input) => input.files.length") == 1, (
        "to be chosen anew or mended"
    )
    context.close()


def test_moments_are_checked_with_the_keyboard_alone(page):
    page.goto("/check")
    page.get_by_label("Your name").focus()
    page.keyboard.type("Ann")
    page.keyboard.press("Tab")
    first = page.locator("#said mark").inner_text()
    page.keyboard.press("y")
    page.get_by_text("1 right, 0 wrong, 0 changed").wait_for()
    second = page.locator("#said mark").inner_text()
    page.keyboard.press("n")
    page.get_by_text("1 right, 1 wrong, 0 changed").wait_for()
    page.keyboard.press("u")
    page.get_by_text("1 right, 0 wrong, 0 changed").wait_for()
    assert page.locator("#said mark").inner_text() == second != first
    page.keyboard.press("s")
    page.wait_for_url("**done=2**")
    assert page.locator("#said mark").inner_text() != second


def test_a_turn_is_marked_by_selecting_its_words(page):
    page.goto("/quality")
    page.get_by_label("Turns to read").fill("30")
    page.get_by_role("button", name="Draw and begin").click()
    text = page.locator("#marked")
    said = text.input_value()
    text.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Alt+3")
    assert text.input_value() == f"{{goal: {said}}}"
    page.keyboard.press("Alt+s")
    page.get_by_text("1 read.").wait_for()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.get_by_text("2 read.").wait_for()


def test_a_guide_is_built_and_taken_along(page):
    page.goto("/guide")
    page.get_by_label("Category").select_option("Price")
    page.get_by_role("button", name="Show").click()
    page.locator(".part h2").first.wait_for()
    for form, begins in (("Markdown", b"#"), ("Word", b"PK"), ("PDF to print", b"%PDF")):
        with page.expect_download() as taken:
            page.get_by_role("link", name=form).click()
        assert taken.value.path().read_bytes().startswith(begins), form


def test_times_are_told_in_the_zone_of_the_reader(chromium, server):
    context = chromium.new_context(base_url=server, timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    page.goto("/add")
    assert page.locator("time").count() >= 3
    assert page.locator("time[data-when]").count() == 0
    assert "UTC" not in page.locator("time").first.inner_text()
    context.close()


def test_a_viewer_sees_no_form_and_is_refused_what_changes_things(page, toolkit):
    for name, role in (("Ann", "admin"), ("Vic", "viewer")):
        add_person(toolkit.store, name, role, "correct horse battery")
    page.goto("/sign-in")
    page.get_by_label("Name").fill("Vic")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1).wait_for()
    page.get_by_text("More", exact=True).click()
    assert not page.get_by_role("link", name="Check moments").count()
    assert not page.get_by_role("link", name="Settings").count()
    for address in ("/settings", "/webhooks", "/people"):
        assert page.request.get(address).status == 403, address
    for address in ("/add/retry", "/quality/samples", "/trackers"):
        assert page.request.post(address, headers={"Origin": page.url.split("/", 3)[0]}).status == 403, address
