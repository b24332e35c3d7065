"""The HTTP interface as a typed client: `Client("http://127.0.0.1:8000", token="bsp_…").search("too expensive")`.

Answers are the models of `api/schemas*.py`. `where` keeps to calls whose metadata say so, such as
`{"account": "Crumb Bakery"}`; other keywords are the words of the address. Lists come page by page; `every` walks
through all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from api import envelopes as e
from api.client_connection import ApiError, Connection, Where, body_of, every, part
from api.client_listening import Listening, Mends
from api.client_parts import Admin, Quality, Trackers
from api.client_readings import GapWork, GuideLines, Reports
from api.schemas import DocumentOut, MomentOut, ThemeOut
from api.schemas_answers import AnswerPage
from api.schemas_collateral import DocumentFieldsIn, HistoryOut, PassageAskedOut
from api.schemas_corrections import CorrectionIn, CorrectionOut, CorrectionPage, MissedMomentIn
from api.schemas_gaps import GapCasePage
from api.schemas_overview import OverviewOut
from api.schemas_people import VisitorOut
from api.schemas_search import SearchOut
from api.schemas_settings import SettingsOut
from api.schemas_themes import ThemeEventOut, ThemeStoryOut, TrendOut

__all__ = ["ApiError", "Client", "every"]


class Client:
    """One connection to a server; of no use once its `with` block has ended."""

    def __init__(self, address: str, *, token: str | None = None, http: httpx.Client | None = None) -> None:
        """Take the server's address, and a token where it has accounts; `http` is a transport of one's own."""
        self._ask = Connection(address, token=token, http=http)
        self.trackers = Trackers(self._ask)
        self.quality = Quality(self._ask)
        self.admin = Admin(self._ask)
        self.gap_work = GapWork(self._ask)
        self.guide_lines = GuideLines(self._ask)
        self.reports = Reports(self._ask)
        self.listening = Listening(self._ask)
        self.mends = Mends(self._ask)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ask.http.close()

    # What is held

    def me(self) -> VisitorOut:
        """Return who this client is taken for, and how far it may go."""
        return self._ask.get("/me", VisitorOut)

    def health(self) -> e.HealthOut:
        """Return "ok" if the store answers."""
        return self._ask.get("/health", e.HealthOut)

    def facts(self, *, where: Where | None = None) -> e.FactsOut:
        """Return what is held, in numbers."""
        return self._ask.get("/facts", e.FactsOut, where)

    def settings(self) -> SettingsOut:
        """Return what is set and where it comes from, what is installed, and what the data takes."""
        return self._ask.get("/settings", SettingsOut)

    def overview(self) -> OverviewOut:
        """Return what customers said lately, the top gaps, coverage with its trend, and what the sample lacks."""
        return self._ask.get("/overview", OverviewOut)

    def search(self, q: str, *, where: Where | None = None, **words: Any) -> SearchOut:
        """Search what was said; `kind`, `category`, `role`, `since`, `until`, `confidence`, `exact`, `limit`…"""
        return self._ask.get("/search", SearchOut, where, q=q, **words)

    def moments(self, *, where: Where | None = None, **words: Any) -> e.MomentPage:
        """List moments; `kind`, `category`, `state`, `theme`, `call`, `order`, `limit`, `cursor`…"""
        return self._ask.get("/moments", e.MomentPage, where, **words)

    def moment(self, moment: str) -> MomentOut:
        """Return one moment."""
        return self._ask.get(f"/moments/{part(moment)}", MomentOut)

    def answers(self, *, where: Where | None = None, **words: Any) -> AnswerPage:
        """List objections with what became of each."""
        return self._ask.get("/answers", AnswerPage, where, **words)

    # Calls

    def calls(self, *, where: Where | None = None, **words: Any) -> e.CallPage:
        """List calls; `state`, `lacks`, `limit`, `cursor`."""
        return self._ask.get("/calls", e.CallPage, where, **words)

    def call(self, call: str) -> e.CallDetailOut:
        """Return a call with its stages and speakers."""
        return self._ask.get(f"/calls/{part(call)}", e.CallDetailOut)

    def turns(self, call: str, **words: Any) -> e.TurnPage:
        """List the turns of a call."""
        return self._ask.get(f"/calls/{part(call)}/turns", e.TurnPage, **words)

    def moments_of(self, call: str, **words: Any) -> e.MomentPage:
        """List the moments of a call."""
        return self._ask.get(f"/calls/{part(call)}/moments", e.MomentPage, **words)

    def audio(self, call: str) -> bytes:
        """Return the recording of a call as browsers play it."""
        return self._ask.ask("GET", f"/calls/{part(call)}/audio").content

    def add_calls(self, files: Sequence[Path], metadata: Mapping[str, Any] | None = None) -> e.CallsTakenOut:
        """Send recordings and transcripts; their stages run on the server. `events` tells how far they come."""
        form = {"metadata": json.dumps(dict(metadata or {}))}
        return self._ask.send("/calls", e.CallsTakenOut, files, form)

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (event, data) as calls come through their stages: `call` with the call, `idle` when none is left."""
        return self._ask.events("/ingest/events")

    def retry_failed(self) -> e.RetriedOut:
        """Run what failed of all calls again."""
        return self._ask.read("POST", "/ingest/retry", e.RetriedOut)

    def swap_roles(self, call: str) -> e.CallDetailOut:
        """Exchange rep and customer."""
        return self._ask.read("POST", f"/calls/{part(call)}/roles/swap", e.CallDetailOut)

    def run(self, call: str) -> e.CallDetailOut:
        """Run what is stale or failed."""
        return self._ask.read("POST", f"/calls/{part(call)}/run", e.CallDetailOut)

    def forget(self, call: str) -> e.ErasedOut:
        """Erase a call everywhere, and return the receipt."""
        return self._ask.read("DELETE", f"/calls/{part(call)}", e.ErasedOut)

    # Corrections

    def correct(self, moment: str, said: CorrectionIn) -> CorrectionOut:
        """Confirm, reject or change a moment."""
        return self._ask.read("POST", f"/moments/{part(moment)}/corrections", CorrectionOut, json=body_of(said))

    def add_moment(self, call: str, said: MissedMomentIn) -> CorrectionOut:
        """Add a moment that was missed."""
        return self._ask.read("POST", f"/calls/{part(call)}/moments", CorrectionOut, json=body_of(said))

    def queue(self, **words: Any) -> list[MomentOut]:
        """List moments that nobody has judged yet; `of` unsure or random, `kind`, `after`, `limit`."""
        return self._ask.get("/corrections/queue", list[MomentOut], **words)

    def corrections(self, *, where: Where | None = None, **words: Any) -> CorrectionPage:
        """List corrections; `call`, `live`, `limit`, `cursor`."""
        return self._ask.get("/corrections", CorrectionPage, where, **words)

    def undo(self, correction: str, *, who: str = "") -> CorrectionOut:
        """Take a correction back."""
        return self._ask.read("DELETE", f"/corrections/{part(correction)}", CorrectionOut, params={"who": who})

    # Readings

    def themes(self, *, where: Where | None = None, **words: Any) -> e.ThemePage:
        """List what customers keep saying."""
        return self._ask.get("/themes", e.ThemePage, where, **words)

    def theme(self, theme: str) -> e.ThemeDetailOut:
        """Return a theme with its moments."""
        return self._ask.get(f"/themes/{part(theme)}", e.ThemeDetailOut)

    def moments_of_theme(self, theme: str, **words: Any) -> e.MomentPage:
        """List the moments of a theme."""
        return self._ask.get(f"/themes/{part(theme)}/moments", e.MomentPage, **words)

    def theme_story(self, theme: str) -> ThemeStoryOut:
        """Return a theme's trend, what became of it, and the quotes that stand for it."""
        return self._ask.get(f"/themes/{part(theme)}/story", ThemeStoryOut)

    def theme_trends(self) -> list[TrendOut]:
        """List how themes go week by week."""
        return self._ask.get("/theme-trends", list[TrendOut])

    def theme_events(self) -> list[ThemeEventOut]:
        """List what became of themes."""
        return self._ask.get("/theme-events", list[ThemeEventOut])

    def refresh_themes(self) -> e.RefreshedOut:
        """Find the themes anew."""
        return self._ask.read("POST", "/themes/refresh", e.RefreshedOut)

    def rename_theme(self, theme: str, label: str) -> ThemeOut:
        """Give a theme a name that stays."""
        return self._ask.read("PUT", f"/themes/{part(theme)}/label", ThemeOut, json={"label": label})

    def pin_theme(self, theme: str, *, stays: bool = True) -> ThemeOut:
        """Let a theme stay, or change again."""
        return self._ask.read("PUT" if stays else "DELETE", f"/themes/{part(theme)}/pin", ThemeOut)

    def gaps(self, *, where: Where | None = None, **words: Any) -> GapCasePage:
        """List what collateral does not answer; `status`, `limit`, `cursor`."""
        return self._ask.get("/gaps", GapCasePage, where, **words)

    def guide(self, *, theme: str = "", category: str = "", form: str = "json") -> str:
        """Return the objection guide as json, md or html."""
        words = {"theme": theme, "category": category, "format": form}
        return self._ask.ask("GET", "/guide", params=words).text

    # Collateral

    def documents(self, *, where: Where | None = None, **words: Any) -> e.DocumentPage:
        """List marketing's documents."""
        return self._ask.get("/collateral", e.DocumentPage, where, **words)

    def document(self, document: str) -> e.DocumentDetailOut:
        """Return a document with its passages."""
        return self._ask.get(f"/collateral/{part(document)}", e.DocumentDetailOut)

    def asked_of(self, document: str) -> list[PassageAskedOut]:
        """List what each passage of a document answers."""
        return self._ask.get(f"/collateral/{part(document)}/asked", list[PassageAskedOut])

    def document_history(self, document: str) -> HistoryOut:
        """Return the versions of a document, with what each gained and lost."""
        return self._ask.get(f"/collateral/{part(document)}/history", HistoryOut)

    def document_history_by_name(self, name: str) -> HistoryOut:
        """Return the versions of a document that may be removed by now."""
        return self._ask.get("/collateral/history", HistoryOut, name=name)

    def set_document_fields(self, document: str, said: DocumentFieldsIn) -> DocumentOut:
        """Say for whom a document is, of what day, and whose."""
        return self._ask.read("PATCH", f"/collateral/{part(document)}", DocumentOut, json=said.model_dump(mode="json"))

    def add_documents(self, files: Sequence[Path]) -> e.DocumentsTakenOut:
        """Send documents; one of the same name is replaced."""
        return self._ask.send("/collateral", e.DocumentsTakenOut, files, {})

    def remove_document(self, document: str) -> None:
        """Remove a document."""
        self._ask.ask("DELETE", f"/collateral/{part(document)}")
