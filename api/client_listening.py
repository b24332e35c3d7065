"""The client's part for listening, and for words that people put right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.client_connection import Connection, Where, body_of, part
from api.schemas_listening import ListeningOut, MendIn, MendOut, MendsOut, PeaksOut, QuotesOut


class Listening:
    """What is heard, and quotes as files."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def peaks(self, call: str) -> PeaksOut:
        """Return how loud a call is as it goes."""
        return self._ask.get(f"/calls/{part(call)}/peaks", PeaksOut)

    def quotes(self, places: Sequence[str]) -> QuotesOut:
        """Return quotes by their places, CALL:TURN:START:END."""
        return self._ask.get("/quotes", QuotesOut, quote=list(places))

    def quotes_file(self, places: Sequence[str], form: str, *, title: str = "Quotes") -> bytes:
        """Return quotes as csv, md, docx or zip, which holds their clips."""
        words = {"quote": list(places), "format": form, "title": title}
        return self._ask.ask("GET", "/quotes", params=words).content

    def clip(self, place: str) -> bytes:
        """Return what is said at a place as WAV."""
        return self._ask.ask("GET", "/quotes/clip", params={"quote": place}).content

    def list(self, *, where: Where | None = None, **words: Any) -> ListeningOut:
        """Return the most telling moments of a period; `from`, `to`, `minutes`."""
        return self._ask.get("/listening", ListeningOut, where, **words)


class Mends:
    """Words of transcripts that people put right."""

    def __init__(self, ask: Connection) -> None:
        self._ask = ask

    def of_call(self, call: str) -> MendsOut:
        """List what was put right in a call."""
        return self._ask.get(f"/calls/{part(call)}/mends", MendsOut)

    def add(self, call: str, turn: int, said: MendIn) -> MendOut:
        """Put words of a turn right."""
        return self._ask.read("POST", f"/calls/{part(call)}/turns/{turn}/mends", MendOut, json=body_of(said))

    def undo(self, mend: str, *, who: str = "") -> MendOut:
        """Put back the words that were there before."""
        return self._ask.read("DELETE", f"/mends/{part(mend)}", MendOut, params={"who": who})
