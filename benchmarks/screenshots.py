"""`python -m benchmarks.screenshots [--data demo-data] [--out docs]`: every page over the demo's data, as small PNGs.

The real application serves a copy of the data folder on loopback, and the system's Chromium takes the pictures, 1280
wide and in the light. Pages that still compute something are waited for. A tracker and a drawn sample are added to the
copy; the page of quality is left out, since nobody has labelled that sample. Pictures keep 128 colours.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.pages import EXAMPLES, TRACKER
from benchmarks.search import ROOT, served
from pipeline.insights.quality_sampling import draw_sample
from pipeline.store.open import open_store
from pipeline.store.session import Store
from pipeline.trackers import new_examples, new_tracker

WIDTH, HEIGHT, MOST_HEIGHT = 1280, 900, 1600
COLOURS, MOST_BYTES = 128, 150_000
PATIENCE_MS = 300_000

SHORTENED = """([long, short]) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(long, short);
}"""
"""The settings page shows where the copy lies for the moment."""


def prepare(store: Store) -> None:
    """Add a tracker and a drawn sample, where there are none."""
    with store.begin() as tx:
        if not tx.trackers.all():
            tx.trackers.add(new_tracker(TRACKER, who="Mia"), new_examples(EXAMPLES, (), who="Mia"))
        if not tx.quality.all():
            draw_sample(tx, n=60, seed=1)


def addresses(store: Store) -> dict[str, str]:
    """Return what is taken, by the name of its picture."""
    with store.read() as tx:
        theme, call, document = tx.themes.all()[0].id, tx.calls.ids()[0], tx.collateral.all()[0].id
        sample = tx.quality.all()[0].sample.id
    return {
        "overview": "/",
        "search": "/search?q=onboarding+takes+too+long",
        "themes": "/themes",
        "theme": f"/themes/{quote(theme)}",
        "gaps": "/gaps",
        "gap": f"/gaps/{quote(theme)}",
        "guide": f"/guide?theme={quote(theme)}",
        "calls": "/calls",
        "listen": "/listen",
        "call": f"/calls/{quote(call)}",
        "review": "/review",
        "language": "/language",
        "outcomes": "/outcomes",
        "collateral": "/collateral",
        "document": f"/collateral/{quote(document)}",
        "trackers": "/trackers",
        "tracker": f"/trackers/{quote(TRACKER)}",
        "check": "/check",
        "label": f"/quality/samples/{sample}?at=1",
        "add": "/add",
        "settings": "/settings",
        "webhooks": "/webhooks",
        "people": "/people",
    }


def take(page: Page, address: str, folder: Path) -> bytes:
    """Return a page as a small PNG, once nothing in it is being computed."""
    page.goto(address)
    page.locator("[data-live=busy]").wait_for(state="detached", timeout=PATIENCE_MS)
    if page.locator("#wave").count():
        page.locator("#wave .sound").first.wait_for(state="attached", timeout=PATIENCE_MS)
    page.evaluate(SHORTENED, [f"{folder.parent}/", ""])
    height = min(MOST_HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, height)})
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    kept = io.BytesIO()
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def main() -> None:
    """Take every picture and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT / "demo-data")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--only", nargs="+", default=[], help="names of pictures")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "demo-data"
        shutil.copytree(options.data, folder)
        store = open_store(f"sqlite:///{folder / 'buyerspeak.db'}")
        prepare(store)
        wanted = {name: at for name, at in addresses(store).items() if not options.only or name in options.only}
        store.close()
        with served(folder) as (port, _, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{port}", viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB"
            )
            page = context.new_page()
            for picture, address in wanted.items():
                taken = take(page, address, folder)
                (options.out / f"{picture}.png").write_bytes(taken)
                print(f"{picture:12}{len(taken) / 1000:7.0f} kB{'  too large' if len(taken) > MOST_BYTES else ''}")
            browser.close()


if __name__ == "__main__":
    main()
