"""One call: its transcript with what was found in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from api import urls
from api.call_history import Deed, read_history
from api.desk import DeskDep
from api.pages.naming import WhoDep, gone_back
from api.pages.page import Page, answer
from api.people.visitor import visitor_now
from api.schemas import CallOut
from api.wave import Wave, draw_wave
from pipeline.calls.mending import token_times
from pipeline.corrected import Stretch
from pipeline.erasure import forget_call
from pipeline.records import Moment, PhraseFilter, SpeakerRole, Turn
from pipeline.role_swap import swap_roles
from pipeline.sound import held_peaks, peaks_of
from pipeline.store.moments import time_span

router = APIRouter()
_PLACE: Final = r"^(\d{1,6}\.\d{1,9}\.\d{1,9})?$"


@dataclass(frozen=True, kw_only=True)
class CallPage(Page):
    """One call."""

    template: ClassVar[str] = "call.html"
    room: ClassVar[str] = "calls"

    call: CallOut
    metadata: list[tuple[str, Any]]
    turns: list[Turn]
    times: dict[int, str]
    """Of each turn, when its words are said, in hundredths of a second after the word before; "-" is not known."""
    speakers: dict[str, SpeakerRole]
    moments: list[Moment]
    moments_of_turn: dict[int, list[Moment]]
    has_audio: bool
    wave: Wave | None
    has_wave: bool
    """Whether the drawing holds the sound already."""
    is_busy: bool
    notes: list[str]
    """What a reader should know of how the stages went."""
    history: list[Deed]
    who: str
    open_turn: int | None
    """The turn whose forms are open."""
    cued: Stretch | None
    """The quote that the address names."""
    cue_s: float | None


@router.get("/calls/{call}")
def show_call(
    desk: DeskDep,
    call: str,
    who: WhoDep,
    edit: Annotated[int | None, Query(ge=0)] = None,
    quote: Annotated[str, Query(pattern=_PLACE)] = "",
) -> HTMLResponse:
    """Show one call, with the forms of the turn `edit` open, or a quote marked (TURN.START.END)."""
    with desk.toolkit.store.read() as tx:
        held, turns, speakers = tx.calls.get(call), tx.talk.turns(call), tx.talk.speakers(call)
        moments = tx.moments.select(PhraseFilter(calls=(call,), moments_only=True))
        runs, history = tx.stages.of_call(call), read_history(tx, call)
    now = desk.call_now(held, runs)
    of_turn: dict[int, list[Moment]] = defaultdict(list)
    for moment in moments:
        of_turn[moment.turn].append(moment)
    has_audio = held.form == "audio" and held.media_key is not None
    peaks = held_peaks(desk.toolkit.media, held) if has_audio else None
    cued, cue_s = _cued(quote, turns)
    page = CallPage(
        call=now,
        metadata=[(field, value) for field, value in held.metadata.items() if field not in ("account", "recorded_at")],
        turns=turns,
        times={turn.turn: _times(turn) for turn in turns if turn.words} if has_audio else {},
        speakers={speaker.speaker: speaker for speaker in speakers},
        moments=moments,
        moments_of_turn=dict(of_turn),
        has_audio=has_audio,
        wave=draw_wave(held.duration_s, peaks, turns, moments) if has_audio and held.duration_s else None,
        has_wave=peaks is not None,
        is_busy=now.state in ("waiting", "running"),
        notes=[str(run.detail["skipped"]) for run in runs.values() if run.detail.get("skipped")],
        history=history,
        who=who,
        open_turn=edit if visitor_now().may("write") else None,
        cued=cued,
        cue_s=cue_s,
    )
    return answer(page)


def _cued(quote: str, turns: list[Turn]) -> tuple[Stretch | None, float | None]:
    """Return the quote that an address names, if its place is held, and when it is said."""
    if not quote:
        return None, None
    number, start, end = (int(part) for part in quote.split("."))
    turn = turns[number] if number < len(turns) else None
    if turn is None or not start < end <= len(turn.text):
        return None, None
    return Stretch(number, start, end, turn.text[start:end]), time_span(turn, start, end)[0]


def _times(turn: Turn) -> str:
    """Return when the words of a turn start, each after the one before: a long call has tens of thousands of them."""
    told, before = [], round((turn.start_s or 0) * 100)
    for at_s in token_times(turn):
        if at_s is None:
            told.append("-")
        else:
            told.append(str(round(at_s * 100) - before))
            before = round(at_s * 100)
    return " ".join(told)


@dataclass(frozen=True, kw_only=True)
class WavePage(Page):
    """The drawing of a call, by itself."""

    template: ClassVar[str] = "wave.html"

    wave: Wave


@router.get("/calls/{call}/wave")
def show_wave(desk: DeskDep, call: str) -> HTMLResponse:
    """Draw a call; the sound is looked at now if it was not before."""
    with desk.toolkit.store.read() as tx:
        held, turns = tx.calls.get(call), tx.talk.turns(call)
        moments = tx.moments.select(PhraseFilter(calls=(call,), moments_only=True))
    peaks = peaks_of(desk.toolkit.media, held)
    return answer(WavePage(wave=draw_wave(held.duration_s or peaks.duration_s, peaks, turns, moments)))


@router.post("/calls/{call}/roles/swap")
def swap(desk: DeskDep, call: str, who: Annotated[str, Form()] = "") -> RedirectResponse:
    """Exchange rep and customer and go back to the call."""
    who = visitor_now().says(who)
    with desk.toolkit.store.read() as tx:
        held = tx.calls.get(call)
    swap_roles(desk.toolkit, held, who=who)
    desk.queue.put(held)
    return gone_back(urls.call(call), who)


@router.post("/calls/{call}/run")
def run(desk: DeskDep, call: str) -> RedirectResponse:
    """Run what is stale or failed, and go back to the call."""
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(call))
    return RedirectResponse(urls.call(call), 303)


@router.post("/calls/{call}/forget")
def forget(desk: DeskDep, call: str) -> RedirectResponse:
    """Erase the call everywhere and go to the calls that are left."""
    forget_call(desk.toolkit, call)
    return RedirectResponse(urls.calls(), 303)
