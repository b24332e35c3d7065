"""`python -m benchmarks.pages [--phrases 1000000] [--keep FOLDER] [--make]`: how long every page takes, over HTTP.

The phrases are those of `benchmarks.search`, their calls spread over a year, with stages that ran, themes found in
them, one document, a tracker and a drawn sample. The real application serves them on loopback. Each page is asked for
until it says nothing more of being computed, which is told as its first time; then five times, of which the median is
told, with the bytes of its HTML. With `--make` the data is only made. The table is kept in benchmarks/results/.
"""

from __future__ import annotations

import argparse
import http.client
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import quote

from benchmarks.search import RESULTS, fill, read_seeds, served
from models.matter_encoder import MatterEncoder
from models.sentence_encoder import SentenceEncoder
from models.touch_finder import SUBJECTS
from pipeline.collateral.read import read_document
from pipeline.insights.phrase_index import PhraseIndex
from pipeline.insights.quality_sampling import draw_sample
from pipeline.insights.theme_points import encode_points
from pipeline.insights.theme_reading import refresh_themes
from pipeline.run import STAGES
from pipeline.store.open import open_store
from pipeline.store.session import Store
from pipeline.trackers import new_examples, new_tracker

ASKED = 5
LIMIT_MS, LIMIT_KB = 200, 150
PATIENCE_S = 240.0
TRACKER = "Says how many hours"
EXAMPLES = (
    "It takes me three hours every week.",
    "I spend my whole Sunday on it.",
    "That is twenty hours a month.",
    "We lose a day a week doing this by hand.",
    "My manager sits there for hours.",
)
DOCUMENT = """# Prices

The plan costs 79 pounds a month for each site, and there is no charge for setting it up.

# Setting up

A specialist moves your staff and your rota over within two days, and stays on the telephone for the first month.

# Leaving

You can leave at the end of any month, and take your data along as a spreadsheet.
"""


def make(folder: Path, n: int, encoder: SentenceEncoder) -> None:
    """Make the data of a folder, as far as it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "buyerspeak.db"
    if not database.exists():
        fill(database, encoder.name, read_seeds(encoder), n)
    _finish_calls(database)
    store = open_store(f"sqlite:///{database}")
    PhraseIndex(store, encoder, folder / "index").save()
    started = time.monotonic()
    matters = MatterEncoder()
    refresh_themes(store, encoder, matters)
    print(f"themes in {time.monotonic() - started:.0f} s", flush=True)
    started = time.monotonic()
    encode_points(store, matters, MatterEncoder(SUBJECTS))
    print(f"points encoded in {time.monotonic() - started:.0f} s", flush=True)
    _hold_others(store, folder)
    store.close()


def _finish_calls(database: Path) -> None:
    """Give each call a day of a year and stages that ran, as calls have that were read."""
    with closing(sqlite3.connect(database)) as connection:
        if connection.execute("select count(*) from stages").fetchone()[0]:
            return
        day = "date('2025-11-01', '+' || (rowid % 365) || ' days')"
        connection.execute(
            f"update calls set recorded_at = {day}, metadata = json_set(metadata, '$.recorded_at', {day})"
        )
        for stage in STAGES["transcript"]:
            connection.execute(
                "insert into stages(call, stage, state, fingerprint, seconds, detail, finished_at) "
                "select id, ?, 'done', 'made', 0.1, '{}', added_at from calls",
                [stage],
            )
        connection.execute(
            "insert into speakers(call, speaker, role, score, source) "
            "select id, 'customer', 'customer', 0.9, 'given' from calls"
        )
        connection.commit()


def _hold_others(store: Store, folder: Path) -> None:
    page = folder / "prices.md"
    page.write_text(DOCUMENT, encoding="utf-8")
    document, passages = read_document(page)
    with store.begin() as tx:
        if not tx.collateral.all():
            tx.collateral.add(document, passages)
        if not tx.trackers.all():
            tx.trackers.add(new_tracker(TRACKER, who="bench"), new_examples(EXAMPLES, (), who="bench"))
        if not tx.quality.all():
            drawn = draw_sample(tx, n=60, seed=1)
            for item in tx.quality.items(drawn.id):
                tx.quality.label(drawn.id, item.position, ())


def addresses(store: Store) -> dict[str, str]:
    """Return every page by its name."""
    with store.read() as tx:
        themes, calls, documents = tx.themes.all(), tx.calls.ids(), tx.collateral.all()
        sample = tx.quality.all()[0].sample.id
    plain = ("calls", "themes", "gaps", "review", "language", "outcomes", "guide", "collateral", "add", "trackers")
    found = {"overview": "/", "search, nothing asked": "/search", "search": "/search?q=the+price+of+it&role=any"}
    found |= {name: f"/{name}" for name in (*plain, "check", "quality", "settings", "webhooks", "people", "docs")}
    found |= {
        "search, a filter": "/search?q=our+managers&where.segment=s3",
        "search, in no theme": "/search?theme=none",
        "calls, a filter": "/calls?where.segment=s3",
        "calls that lack something": "/calls?lacks=outcome",
        "call": f"/calls/{quote(calls[len(calls) // 2])}",
        "document": f"/collateral/{quote(documents[0].id)}",
        "tracker": f"/trackers/{quote(TRACKER)}",
        "quality, a turn to label": f"/quality/samples/{sample}?at=1",
    }
    if themes:
        one = quote(themes[0].id)
        found |= {"theme": f"/themes/{one}", "gap": f"/gaps/{one}", "guide of a theme": f"/guide?theme={one}"}
        found |= {"language of a theme": f"/language?theme={one}", "themes, a filter": "/themes?where.segment=s3"}
    return found


def ask(connection: http.client.HTTPConnection, address: str) -> tuple[float, int, bool]:
    """Return how long a page took, in ms, its bytes, and whether something in it is still being computed."""
    started = time.perf_counter()
    connection.request("GET", address)
    response = connection.getresponse()
    content = response.read()
    took_ms = 1000 * (time.perf_counter() - started)
    if response.status != 200:
        raise RuntimeError(f"{address}: {response.status}: {content[:300]!r}")
    return took_ms, len(content), b'http-equiv="refresh"' in content or b'data-live="busy"' in content


def measure(port: int, pages: Mapping[str, str], patience_s: float) -> list[str]:
    """Return a line of the table for each page."""
    lines = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        for name, address in pages.items():
            started, longest_ms = time.monotonic(), 0.0
            is_busy = True
            while is_busy and time.monotonic() - started < patience_s:
                took_ms, _, is_busy = ask(connection, address)
                longest_ms = max(longest_ms, took_ms)
                time.sleep(0.5 if is_busy else 0)
            ready_s = time.monotonic() - started
            times = [ask(connection, address) for _ in range(ASKED)]
            took_ms, n_bytes = median(one[0] for one in times), times[-1][1]
            over = " !" if took_ms > LIMIT_MS or n_bytes > LIMIT_KB * 1000 else ""
            state = "still computing" if is_busy else f"{ready_s:.1f}"
            lines.append(f"| {name}{over} | {took_ms:.0f} | {longest_ms:.0f} | {state} | {n_bytes / 1000:.0f} |")
            print(lines[-1], flush=True)
    return lines


HEAD = "| page | median ms | slowest answer at first ms | until nothing is computed s | kB |\n|---|---|---|---|---|"


def main() -> None:
    """Print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phrases", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="folder for the made data, which a later run uses again")
    parser.add_argument("--make", action="store_true", help="make the data and stop")
    parser.add_argument("--patience", type=float, default=PATIENCE_S, help="seconds that a page may compute")
    parser.add_argument("--only", nargs="+", default=[], help="names of pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = (options.keep or Path(name)) / str(options.phrases)
        make(folder, options.phrases, SentenceEncoder())
        if options.make:
            return
        store = open_store(f"sqlite:///{folder / 'buyerspeak.db'}")
        pages = {name: at for name, at in addresses(store).items() if not options.only or name in options.only}
        store.close()
        print(HEAD, flush=True)
        with served(folder) as (port, _, _):
            lines = measure(port, pages, options.patience)
    if not options.only:
        told = (
            f"Pages over HTTP, {options.phrases:,} phrases, {datetime.now(UTC):%Y-%m-%d}, "
            f"`python -m benchmarks.pages --patience {options.patience:.0f}`"
        )
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "pages.md").write_text("\n".join([told, "", HEAD, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
