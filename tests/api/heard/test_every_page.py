"""What every page owes its readers: seen in a real Chromium, each page loaded once and looked at in every way."""

import json
import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

import api.pages
from api.people.door import add_person

PASSWORD = "correct horse battery"
MOST_BYTES = 150_000
NO_PAGES = {"/calls/{call}/wave", "/quotes", "/sign-in/provider", "/sign-in/back"}
"""What is fetched into a page, a file, and the way to a company's own sign-in and back."""
WITH_AN_ACCOUNT = {"/me"}

LANDMARKS = """() => {
  const all = (chosen) => [...document.querySelectorAll(chosen)];
  const ids = all("[id]").map((one) => one.id);
  const counted = (name, chosen, owed) => {
    const n = all(chosen).filter((one) => one.checkVisibility()).length;
    return n === owed ? [] : [`${n} ${name}`];
  };
  return [
    ...(document.documentElement.lang === "en" ? [] : ["no language"]),
    ...counted("titles", "h1", 1),
    ...counted("mains", "main", 1),
    ...counted("banners", "body > header", 1),
    ...counted("navigations without a name", "nav:not([aria-label])", 0),
    ...all("img:not([alt]), svg[role=img]:not([aria-label])").map((one) => `no words: ${one.outerHTML.slice(0, 80)}`),
    ...all("a[href], button, input:not([type=hidden]), select, textarea, summary")
      .filter((one) => one.checkVisibility())
      .filter((one) => !one.labels?.length && !one.matches("[aria-label], [aria-labelledby]"))
      .filter((one) => !one.textContent.trim())
      .map((one) => `no name: ${one.outerHTML.slice(0, 80)}`),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: #${id}`),
  ];
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .skip"))
  .filter((one) => {
    const box = one.getBoundingClientRect();
    // Words within a sentence are exempt (WCAG 2.5.8), and so is what a label as large enlarges.
    const inText = getComputedStyle(one).display === "inline";
    const label = one.labels?.[0]?.getBoundingClientRect();
    const height = Math.max(box.height, label?.height ?? 0), width = Math.max(box.width, label?.width ?? 0);
    return !inText && (height < 24 || width < 24);
  })
  .map((one) => one.outerHTML.slice(0, 100))"""
LOW_CONTRAST = """() => {
  const channels = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = channels(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest("audio, noscript")) continue;
    const style = getComputedStyle(element);
    const [over, under] = [channels(style.color), ground(element)];
    const mixed = over.slice(0, 3).map((c, i) => c * style.opacity + under[i] * (1 - style.opacity));
    const [a, b] = [light(mixed), light(under)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push(element.className + ": " + element.textContent.slice(0, 30));
  }
  return low;
}"""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth ? [document.documentElement.scrollWidth] : []"
FOCUS_HIDDEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return [];
  const style = getComputedStyle(one);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? [] : [one.outerHTML.slice(0, 100)];
}"""


@pytest.fixture
def every_page(client, spoken):
    """An address of every kind of page, and those of the sides that a page shows only when it is asked to."""
    theme = client.get("/api/v1/themes").json()["items"][0]["id"]
    document = client.get("/api/v1/collateral").json()["items"][0]
    examples = ["too expensive", "it is expensive", "costs too much"]
    client.post("/api/v1/trackers", json={"name": "dear", "examples": examples, "who": "Ann"}).raise_for_status()
    phrase = client.get("/api/v1/language").json()["contrasts"][0]["they_say"][0]["phrase"]
    sample = client.post("/api/v1/quality/samples", json={"n": 50, "seed": 1}).raise_for_status().json()["id"]
    return (
        *("/", "/search", "/search?q=expensive", "/listen", "/calls", "/calls/harbour-1"),
        *(f"/calls/{spoken}", f"/calls/{spoken}?edit=1", f"/calls/{spoken}?quote=1.8.21"),
        *("/themes", f"/themes/{theme}", "/gaps", f"/gaps/{theme}", "/review", "/language", f"/language?word={phrase}"),
        *("/outcomes", "/outcomes?by=answer", "/guide", f"/guide?theme={theme}", "/guide?category=price"),
        *("/collateral", f"/collateral/{document['id']}", f"/collateral/history?name={document['name']}"),
        *("/add", "/trackers", "/trackers/dear", "/check", "/quality", f"/quality/samples/{sample}"),
        *("/settings", "/webhooks", "/people", "/docs", "/sign-in"),
    )


def pages_of_the_app():
    """The path of every route that answers with a page."""
    modules = [import_module(f"api.pages.{found.name}") for found in iter_modules(api.pages.__path__)]
    for route in [route for module in modules if hasattr(module, "router") for route in module.router.routes]:
        if "GET" in route.methods and route.endpoint.__annotations__["return"] in {"HTMLResponse", "Response"}:
            yield route.path


def faults(page, *, wide):
    """What is wrong with the page that is shown, by the name of the rule; a quote is ticked where that can be."""
    if page.locator(".pick input:visible").count():
        page.locator(".pick input:visible").first.check()
    found = {"landmarks": page.evaluate(LANDMARKS)}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[f"contrast, {scheme}"] = page.evaluate(LOW_CONTRAST)
    for width in (wide, 390, 360, 320):
        page.set_viewport_size({"width": width, "height": 780})
        found[f"sideways at {width}"] = page.evaluate(SIDEWAYS)
        found[f"small targets at {width}"] = page.evaluate(SMALL_TARGETS) if width in {wide, 390} else []
    page.set_viewport_size({"width": wide, "height": 900})
    for n in range(12):
        page.keyboard.press("Tab")
        found[f"focus hidden, {n + 1} on"] = page.evaluate(FOCUS_HIDDEN)
    return {rule: wrong for rule, wrong in found.items() if wrong}


def test_no_page_of_the_app_is_left_out(every_page):
    paths = {address.split("?")[0] for address in every_page}
    shapes = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in pages_of_the_app()}
    assert len(shapes) > 25
    missing = {path for path, shape in shapes.items() if not any(shape.fullmatch(held) for held in paths)}
    assert missing == NO_PAGES | WITH_AN_ACCOUNT


def test_pages_are_light_and_run_no_script_of_their_own(client, every_page):
    for address in every_page:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(answer.content) < MOST_BYTES, address
        policy = answer.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)|<[^>]+\s(?:style|on\w+)=", answer.text), address


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_can_be_read_and_used_in_light_and_dark_from_phone_to_desk(page, every_page):
    found = {}
    for address in every_page:
        page.goto(address)
        page.locator("[data-live=busy]").wait_for(state="detached")
        found[address] = faults(page, wide=1280)
    wrong = {address: one for address, one in found.items() if one}
    assert not wrong, json.dumps(wrong, indent=1)


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_is_there_without_scripts(chromium, server, every_page):
    context = chromium.new_context(base_url=server, java_script_enabled=False, viewport={"width": 390, "height": 780})
    page = context.new_page()
    for address in every_page:
        assert page.goto(address).status == 200, address
        assert page.locator("h1").is_visible(), address
    context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_what_is_shown_to_people_with_accounts_can_be_read_and_used_too(page, toolkit):
    add_person(toolkit.store, "Ann", "admin", PASSWORD)
    page.goto("/me")
    assert faults(page, wide=1280) == {}
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    assert faults(page, wide=1280) == {}
    page.expected = ["404"]
    assert page.goto("/no-such-page").status == 404
    assert faults(page, wide=1280) == {}
