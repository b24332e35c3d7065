"""What the client reads and writes beside the lists: the work on gaps, the guide's own lines, wording, outcomes."""

from __future__ import annotations

from typing import Any

from api.client_connection import Connection, body_of, part
from api.schemas_coverage import MomentCoveragePage
from api.schemas_gaps import GapEditIn, GapEventOut, OverturnIn, UnaskedOut, UndoIn
from api.schemas_guide import ChangedGuideLine, GuideLineOut, GuideLinesOut, NewGuideLine
from api.schemas_language import LanguageOut
from api.schemas_outcomes import OutcomesOut


class GapWork:
    """What is done about gaps."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def objections(self, **words: Any) -> MomentCoveragePage:
        """List each objection beside collateral by itself."""
        return self._ask.get("/gaps/objections", MomentCoveragePage, **words)

    def report(self, form: str = "html") -> bytes:
        """Return the gap report as html, md, pdf, docx, json, csv or xlsx."""
        return self._ask.ask("GET", "/gaps/report", params={"format": form}).content

    def unasked(self) -> list[UnaskedOut]:
        """List documents with passages that answer nothing anybody asked."""
        return self._ask.get("/gaps/unasked", list[UnaskedOut])

    def history(self, **words: Any) -> list[GapEventOut]:
        """List what was done about gaps, or about one `theme`."""
        return self._ask.get("/gaps/history", list[GapEventOut], **words)

    def set(self, theme: str, said: GapEditIn) -> list[GapEventOut]:
        """Say who closes a gap, by when, or how far it is."""
        return self._ask.read("POST", f"/gaps/{part(theme)}/work", list[GapEventOut], json=body_of(said))

    def overturn(self, theme: str, said: OverturnIn) -> GapEventOut:
        """Say that the status of a theme is another than found."""
        return self._ask.read("POST", f"/gaps/{part(theme)}/overturn", GapEventOut, json=body_of(said))

    def undo(self, number: int, said: UndoIn) -> GapEventOut:
        """Take back what somebody said."""
        return self._ask.read("POST", f"/gaps/history/{number}/undo", GapEventOut, json=body_of(said))


class GuideLines:
    """Lines that people wrote into guides."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def all(self) -> GuideLinesOut:
        """List the lines."""
        return self._ask.get("/guide/lines", GuideLinesOut)

    def add(self, line: NewGuideLine) -> GuideLineOut:
        """Write a line."""
        return self._ask.read("POST", "/guide/lines", GuideLineOut, json=body_of(line))

    def change(self, number: int, line: ChangedGuideLine) -> GuideLineOut:
        """Put another text in place of a line's."""
        return self._ask.read("PUT", f"/guide/lines/{number}", GuideLineOut, json=body_of(line))

    def remove(self, number: int) -> None:
        """Delete a line."""
        self._ask.ask("DELETE", f"/guide/lines/{number}")


class Reports:
    """Readings of all calls that people hand around."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def language(self, theme: str = "") -> LanguageOut:
        """Return what customers say beside what collateral and reps say."""
        return self._ask.get("/language", LanguageOut, theme=theme)

    def outcomes(self, by: str = "theme") -> OutcomesOut:
        """Return how deals ended, by theme or by answer."""
        return self._ask.get("/outcomes", OutcomesOut, by=by)

    def review(self, form: str = "html", **period: str) -> bytes:
        """Return the review of a period (`month`, or `from` and `to`) as html, md, pdf, docx or json."""
        return self._ask.ask("GET", "/review", params={"format": form, **period}).content
