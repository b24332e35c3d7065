"""Every address of the pages and of `/api/v1`; templates and handlers ask here and build none themselves."""

from __future__ import annotations

from collections.abc import Iterable

from api.url_parts import Pairs, part, with_pairs

API = "/api/v1"
_RUN_UP_S = 2.0
"""A quote is played from a little before, so that its first word is not cut."""


def search(pairs: Pairs = ()) -> str:
    """Return the search page, with its state."""
    return with_pairs("/search", pairs)


def search_for(text: str) -> str:
    """Return the search page that looks for a text."""
    return with_pairs("/search", [("q", text)])


def calls(pairs: Pairs = ()) -> str:
    """Return the list of calls, with its filters."""
    return with_pairs("/calls", pairs)


def call(call_id: str, turn: int | None = None) -> str:
    """Return the page of a call, at one of its turns."""
    return f"/calls/{part(call_id)}" + ("" if turn is None else f"#turn-{turn}")


def swap(call_id: str) -> str:
    """Return where the form that swaps roles is sent."""
    return f"/calls/{part(call_id)}/roles/swap"


def run_again(call_id: str) -> str:
    """Return where the form that runs a call's stages again is sent."""
    return f"/calls/{part(call_id)}/run"


def themes(pairs: Pairs = ()) -> str:
    """Return the list of themes, with its filters."""
    return with_pairs("/themes", pairs)


def refresh_themes() -> str:
    """Return where the form that finds themes anew is sent."""
    return "/themes/refresh"


def theme(theme_id: str, pairs: Pairs = ()) -> str:
    """Return the page of a theme, with quotes as sure as its pairs ask for."""
    return with_pairs(f"/themes/{part(theme_id)}", pairs)


def rename_theme(theme_id: str) -> str:
    """Return where the form that names a theme is sent."""
    return f"{theme(theme_id)}/label"


def pin_theme(theme_id: str) -> str:
    """Return where the form that lets a theme stay, or change again, is sent."""
    return f"{theme(theme_id)}/pin"


def gaps(pairs: Pairs = (), theme_id: str | None = None) -> str:
    """Return the list of gaps, with its filters, at one theme."""
    return with_pairs("/gaps", pairs) + ("" if theme_id is None else f"#gap-{part(theme_id)}")


def language(theme: str = "", word: str = "") -> str:
    """Return they say, you say: of all, or of one theme; of one wording every sentence that is counted."""
    return with_pairs("/language", [("theme", theme), ("word", word)])


def language_file(theme: str = "") -> str:
    """Return they say, you say as CSV."""
    return with_pairs(f"{API}/language", [("theme", theme), ("format", "csv")])


def outcomes(by: str = "", factor: str = "", cursor: str = "") -> str:
    """Return how deals ended, by theme or by answer; of one of them all that is known."""
    return with_pairs("/outcomes", [("by", by), ("factor", factor), ("cursor", cursor)])


def outcomes_file(by: str) -> str:
    """Return how deals ended with every deal, as JSON."""
    return with_pairs(f"{API}/outcomes", [("by", by)])


def gap(theme_id: str) -> str:
    """Return the page of the work on one gap."""
    return f"/gaps/{part(theme_id)}"


def gap_work(theme_id: str) -> str:
    """Return where the form that sets owner, date and status of a gap is sent."""
    return f"{gap(theme_id)}/work"


def overturn_gap(theme_id: str) -> str:
    """Return where the form that says another status of a theme is sent."""
    return f"{gap(theme_id)}/overturn"


def undo_gap_event(number: int) -> str:
    """Return where the form that takes back what somebody said of a gap is sent."""
    return f"/gaps/history/{number}/undo"


def gap_file(form: str) -> str:
    """Return the gap report as a file."""
    return with_pairs(f"{API}/gaps/report", [("format", form)])


def review(pairs: Pairs = ()) -> str:
    """Return the review of a period."""
    return with_pairs("/review", pairs)


def review_file(form: str, pairs: Pairs = ()) -> str:
    """Return the review of a period as a file."""
    return with_pairs(f"{API}/review", [*pairs, ("format", form)])


def guide(theme: str | None = None, category: str | None = None) -> str:
    """Return the guide to all objections, or to those of one theme or category."""
    return with_pairs("/guide", [("theme", theme or ""), ("category", category or "")])


def guide_lines() -> str:
    """Return where the form that writes a line into a guide is sent."""
    return "/guide/lines"


def guide_line(number: int) -> str:
    """Return where the form that changes or deletes a line is sent."""
    return f"/guide/lines/{number}"


def guide_file(form: str, theme: str | None = None, category: str | None = None) -> str:
    """Return the guide as a file."""
    return with_pairs(f"{API}/guide", [("theme", theme or ""), ("category", category or ""), ("format", form)])


def collateral() -> str:
    """Return the list of documents."""
    return "/collateral"


def document(document_id: str) -> str:
    """Return the page of a document."""
    return f"/collateral/{part(document_id)}"


def remove_document(document_id: str) -> str:
    """Return where the form that removes a document is sent."""
    return f"{document(document_id)}/remove"


def describe_document(document_id: str) -> str:
    """Return where the form with the fields of a document is sent."""
    return f"{document(document_id)}/fields"


def document_history(name: str) -> str:
    """Return the page of all that was held under a name."""
    return with_pairs("/collateral/history", [("name", name)])


def forget_history() -> str:
    """Return where the form that forgets all that was held under a name is sent."""
    return "/collateral/history/forget"


def forget(call_id: str) -> str:
    """Return where the form that erases a call is sent."""
    return f"/calls/{part(call_id)}/forget"


def add() -> str:
    """Return the page that takes calls in."""
    return "/add"


def retry(call_id: str = "") -> str:
    """Return where the form that runs a failed call again, or all of them, is sent."""
    return f"/add/retry/{part(call_id)}" if call_id else "/add/retry"


def ingest_events() -> str:
    """Return the stream that tells how far calls have come."""
    return f"{API}/ingest/events"


def reference() -> str:
    """Return the description of the HTTP interface."""
    return "/docs"


def description() -> str:
    """Return the OpenAPI document."""
    return "/api/openapi.json"


def static(name: str) -> str:
    """Return a file of ours."""
    return f"/static/{name}"


def audio(call_id: str, start_s: float | None = None) -> str:
    """Return the recording of a call; with `start_s`, a browser plays it from a little before."""
    path = f"{API}/calls/{part(call_id)}/audio"
    return path if start_s is None else f"{path}#t={play_from(start_s):g}"


def quote_in_call(call_id: str, turn: int, start_char: int, end_char: int) -> str:
    """Return the page of a call at a quote of it, marked and ready to be played: the address to hand on."""
    return f"/calls/{part(call_id)}?quote={turn}.{start_char}.{end_char}#turn-{turn}"


def correct_turn(call_id: str, turn: int) -> str:
    """Return the page of a call with one turn open for correction."""
    return f"/calls/{part(call_id)}?edit={turn}#turn-{turn}"


def correct_moment(moment_id: str) -> str:
    """Return where a form with a person's word on a moment is sent."""
    return f"/moments/{part(moment_id)}/correct"


def correct_in(call_id: str, what: str) -> str:
    """Return where a form that adds a moment, mends words or takes something back is sent; `what` says which."""
    return f"/calls/{part(call_id)}/{what}"


def wave(call_id: str) -> str:
    """Return the drawing of a call: how loud it is, who speaks, and its moments."""
    return f"/calls/{part(call_id)}/wave"


def clip(place: str) -> str:
    """Return what is said at a place of a call, as sound."""
    return with_pairs(f"{API}/quotes/clip", [("quote", place)])


def quotes_file(form: str = "", places: Iterable[str] = ()) -> str:
    """Return quotes as a file."""
    return with_pairs("/quotes", [*(("quote", place) for place in places), ("format", form)])


def listen(pairs: Pairs = ()) -> str:
    """Return the listening list of a period."""
    return with_pairs("/listen", pairs)


def play_from(start_s: float) -> float:
    """Return where playing starts for a quote that starts at `start_s`."""
    return round(max(0.0, start_s - _RUN_UP_S), 2)


def sign_in_elsewhere(back: str = "") -> str:
    """Return the address that leads to the company's own sign-in, and from there on to where somebody wanted to go."""
    return with_pairs("/sign-in/provider", [("next", "" if back == "/" else back)])


def signed_in_elsewhere() -> str:
    """Return the path that the company's own sign-in leads back to."""
    return "/sign-in/back"


def sign_in(back: str = "") -> str:
    """Return the page to sign in at, and where it leads afterwards."""
    return with_pairs("/sign-in", [("next", "" if back == "/" else back)])


def sign_out() -> str:
    """Return where the form that signs out is sent."""
    return "/sign-out"


def me() -> str:
    """Return the page of whoever is signed in."""
    return "/me"


def people(what: str = "") -> str:
    """Return the page of people and tokens, or where one of its forms is sent."""
    return f"/people/{what}" if what else "/people"
