"""Chosen quotes as a file: a table, a document, or clips to listen to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from api.quoting import PlacedQuote, source_of
from api.report import document as d
from api.report.forms import FORMS, render
from api.report.proof import require_true_quotes
from api.sheets import write_csv
from api.wording import counted, tag_words
from pipeline.data_version import data_version
from pipeline.errors import BadInput, NotFound
from pipeline.insights.guide_text import clock
from pipeline.media_store import MediaStore
from pipeline.sound import clip_of
from pipeline.store.session import Transaction

MOST_CLIPS: Final = 60
FIELDS: Final = (
    "quote source account recorded_at speaker role kind category score state call turn start_char end_char start_s "
    "end_s link"
).split()
TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "md": FORMS["md"].media_type,
    "docx": FORMS["docx"].media_type,
    "zip": "application/zip",
}
_MADE_ON: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Quotes with the title of their file, and where links lead."""

    title: str
    quotes: Sequence[PlacedQuote]
    server: str


def write_quotes(tx: Transaction, media: MediaStore, chosen: Chosen, form: str, today: date) -> bytes:
    """Return the quotes in a form of `TYPES`. Conflict if one is not what its transcript says."""
    if form == "csv":
        return as_csv(chosen).encode()
    if form == "zip":
        return as_clips(media, chosen)
    report = as_report(tx, chosen, today)
    require_true_quotes(tx, report)
    return render(report, form)


def as_csv(chosen: Chosen) -> str:
    """Return a row per quote."""
    file = io.StringIO()
    write_csv((_row(quote, chosen.server) for quote in chosen.quotes), file, FIELDS)
    return file.getvalue()


def as_report(tx: Transaction, chosen: Chosen, today: date) -> d.Report:
    """Return the quotes one below the other, each with whose words they are and a link to its call."""
    blocks = tuple(
        d.Quote(
            quote.text,
            _source(quote),
            place=d.Place(quote.call.id, quote.turn.turn, quote.start_char, quote.end_char),
            link=_link(quote, chosen.server),
            link_words="In the call",
        )
        for quote in chosen.quotes
    )
    n_calls = len({quote.call.id for quote in chosen.quotes})
    subtitle = f"{counted(len(blocks), 'quote')} from {counted(n_calls, 'call')}, word for word."
    return d.Report(chosen.title, subtitle, blocks, d.Manifest(data_version(tx), today))


def as_clips(media: MediaStore, chosen: Chosen) -> bytes:
    """Return an archive with a WAV file per quote and a list of them; those without sound are in the list alone."""
    if len(chosen.quotes) > MOST_CLIPS:
        raise BadInput(f"At most {MOST_CLIPS} clips go into one file; these are {len(chosen.quotes)}.")
    file, lines = io.BytesIO(), [chosen.title, ""]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for number, quote in enumerate(chosen.quotes, start=1):
            name = f"{number:02}-{clip_name(quote)}"
            sound = _sound(media, quote)
            if sound is not None:
                made.writestr(zipfile.ZipInfo(name, _MADE_ON), sound)
            shown = name if sound is not None else f"{number:02} (no sound)"
            lines += [shown, f"“{quote.text}”", f"— {_source(quote)}", _link(quote, chosen.server), ""]
        made.writestr(zipfile.ZipInfo("quotes.txt", _MADE_ON), "\n".join(lines))
    return file.getvalue()


def clip_name(quote: PlacedQuote) -> str:
    """Return what the file of a clip is called."""
    return f"{_file_part(quote.account or quote.call.source)}-{_file_part(clock(quote.start_s))}.wav"


def _sound(media: MediaStore, quote: PlacedQuote) -> bytes | None:
    try:
        return clip_of(media, quote.call, quote.start_s, quote.end_s)
    except NotFound:
        return None


def _source(quote: PlacedQuote) -> str:
    words = tag_words(quote.moment.kind, quote.moment.category) if quote.moment else ""
    return source_of(quote) + (f" · {words}" if words else "")


def _link(quote: PlacedQuote, server: str) -> str:
    return server.rstrip("/") + quote.link


def _file_part(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text.replace(":", ".")).strip("-.")[:60] or "quote"


def _row(quote: PlacedQuote, server: str) -> dict[str, Any]:
    moment = quote.moment
    return {
        "quote": quote.text,
        "source": quote.call.source,
        "account": quote.account,
        "recorded_at": quote.call.metadata.get("recorded_at"),
        "speaker": quote.turn.speaker,
        "role": quote.turn.role,
        "kind": moment.kind if moment else None,
        "category": moment.category if moment else None,
        "score": round(moment.score, 4) if moment else None,
        "state": moment.state if moment else None,
        "call": quote.call.id,
        "turn": quote.turn.turn,
        "start_char": quote.start_char,
        "end_char": quote.end_char,
        "start_s": quote.start_s,
        "end_s": quote.end_s,
        "link": _link(quote, server),
    }
