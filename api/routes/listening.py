"""Listening: how loud a call is, quotes as files and clips, and the list of a period."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.desk import DeskDep
from api.filters import WhereDep
from api.listening import MINUTES, MOST_MINUTES, read_listening
from api.quote_files import TYPES, Chosen, clip_name, write_quotes
from api.quoting import MOST_QUOTES, place_of, read_quotes
from api.schemas_listening import ListenedOut, ListeningOut, PeaksOut, QuoteOut, QuotesOut
from pipeline.errors import BadInput
from pipeline.insights.listening_list import RULE
from pipeline.sound import clip_of, peaks_of

router = APIRouter(tags=["listening"])
_CONTENT: dict[str, dict[str, str]] = {
    media_type.split(";")[0]: {} for media_type in ("application/json", *TYPES.values())
}
Places = Annotated[
    list[str],
    Query(alias="quote", default_factory=list, description="A place, CALL:TURN:START:END.", max_length=MOST_QUOTES),
]
Since = Annotated[date | None, Query(alias="from", description="The first day.")]
Until = Annotated[date | None, Query(alias="to", description="The last day; that of the latest call by default.")]
Minutes = Annotated[int, Query(ge=1, le=MOST_MINUTES, description="How long the list is at most.")]


@router.get("/calls/{call_id}/peaks")
def get_peaks(desk: DeskDep, call_id: str) -> PeaksOut:
    """Return how loud a recording is as it goes; found once, and kept beside it."""
    with desk.toolkit.store.read() as tx:
        held = tx.calls.get(call_id)
    return PeaksOut.model_validate(peaks_of(desk.toolkit.media, held))


@router.get("/quotes", response_class=Response, responses={200: {"content": _CONTENT, "model": QuotesOut}})
def get_quotes(
    desk: DeskDep,
    request: Request,
    places: Places,
    title: Annotated[str, Query(max_length=200)] = "Quotes",
    format: Literal["json", "csv", "md", "docx", "zip"] = "json",  # noqa: A002  the word of the contract
) -> Response:
    """Return quotes by their places: as data, a table, a document, or an archive of clips (`zip`)."""
    if not places:
        raise BadInput("No quote is chosen. Tick some and ask again.")
    toolkit = desk.toolkit
    with toolkit.store.read() as tx:
        quotes = read_quotes(tx, places)
        if format == "json":
            listed = QuotesOut(items=[QuoteOut.of(quote) for quote in quotes])
            return Response(listed.model_dump_json(), media_type="application/json")
        chosen = Chosen(title.strip() or "Quotes", quotes, str(request.base_url))
        written = write_quotes(tx, toolkit.media, chosen, format, datetime.now(UTC).date())
    headers = {"Content-Disposition": f'attachment; filename="quotes.{format}"'}
    return Response(written, headers=headers, media_type=TYPES[format])


@router.get("/quotes/clip", response_class=Response, responses={200: {"content": {"audio/wav": {}}}})
def get_clip(
    desk: DeskDep, place: Annotated[str, Query(alias="quote", description="A place, CALL:TURN:START:END.")]
) -> Response:
    """Return what is said at a place, with half a second on either side, as WAV."""
    with desk.toolkit.store.read() as tx:
        [quote] = read_quotes(tx, [place])
    sound = clip_of(desk.toolkit.media, quote.call, quote.start_s, quote.end_s)
    headers = {"Content-Disposition": f'inline; filename="{clip_name(quote)}"', "Cache-Control": "private, no-cache"}
    return Response(sound, headers=headers, media_type="audio/wav")


@router.get("/listening")
def get_listening(
    desk: DeskDep, where: WhereDep, since: Since = None, until: Until = None, minutes: Minutes = MINUTES
) -> ListeningOut:
    """Return some minutes of a period's most telling moments, spread over calls, accounts and themes."""
    with desk.toolkit.store.read() as tx:
        found = read_listening(tx, where, since=since, until=until, minutes=minutes)
    items = [
        ListenedOut.of(item, place_of(m.call, m.turn, m.start_char, m.end_char))
        for item in found.items
        for m in [item.moment]
    ]
    return ListeningOut(since=found.since, until=found.until, rule=RULE, seconds=round(found.lasts_s, 1), items=items)
