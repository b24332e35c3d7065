"""The way around: few words, in groups; the first group stands in the bar, the others behind one word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api import urls, work_urls
from pipeline.store.people import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """A page to go to; `room` is how it knows that it is shown, `needs` who is offered it."""

    room: str
    label: str
    address: str
    needs: Scope = "read"


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together."""

    label: str
    entries: tuple[Entry, ...]


BAR: Final = (
    Entry("overview", "Overview", work_urls.overview()),
    Entry("search", "Search", urls.search()),
    Entry("themes", "Themes", urls.themes()),
    Entry("gaps", "Gaps", urls.gaps()),
    Entry("guide", "Guide", urls.guide()),
    Entry("calls", "Calls", urls.calls()),
    Entry("listen", "Listen", urls.listen()),
)
MORE: Final = (
    Group(
        "Read together",
        (
            Entry("review", "Review", urls.review()),
            Entry("language", "They say, you say", urls.language()),
            Entry("outcomes", "How deals ended", urls.outcomes()),
            Entry("collateral", "Collateral", urls.collateral()),
        ),
    ),
    Group(
        "Make it better",
        (
            Entry("trackers", "Trackers", work_urls.trackers()),
            Entry("check", "Check moments", work_urls.check(), "write"),
            Entry("quality", "Quality", work_urls.quality()),
        ),
    ),
    Group(
        "Run it",
        (
            Entry("add", "Add calls", urls.add(), "write"),
            Entry("settings", "Settings", work_urls.settings(), "admin"),
            Entry("webhooks", "Webhooks", work_urls.webhooks(), "admin"),
            Entry("people", "People and tokens", urls.people(), "admin"),
        ),
    ),
)
