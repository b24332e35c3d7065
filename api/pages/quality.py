"""How well moments are found: the stated figures, and the drawn turns that a person labels in the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import work_urls
from api.desk import Desk, DeskDep
from api.pages.page import Page, answer
from api.wording import CATEGORY_WORDS, KIND_WORDS
from pipeline.errors import BadInput, BuyerspeakError, Conflict, NotFound
from pipeline.insights.quality import QualityReport, label_item
from pipeline.insights.quality_sampling import MIN_TURNS, draw_sample
from pipeline.insights.quality_sheet import ItemView, marked_text, read_marks, view_items
from pipeline.store.quality import SampleProgress

router = APIRouter()
_DRAWN_USUALLY = 200
_MOST_DRAWN = 10_000


@dataclass(frozen=True, kw_only=True)
class QualityPage(Page):
    """The figures by a sample, and the samples that were drawn."""

    template: ClassVar[str] = "quality.html"
    room: ClassVar[str] = "quality"

    samples: list[SampleProgress]
    chosen: SampleProgress | None
    report: QualityReport | None
    complaint: str
    """Why there are no figures, or no new sample."""
    is_busy: bool
    least: int = MIN_TURNS
    usual: int = _DRAWN_USUALLY
    most: int = _MOST_DRAWN


@router.get("/quality")
def show(desk: DeskDep, sample: str = "") -> HTMLResponse:
    """Show the figures by a sample, or by the one drawn last that was labelled."""
    return _page(desk, sample)


def _page(desk: Desk, sample: str, complaint: str = "") -> HTMLResponse:
    report, is_busy = None, False
    with desk.toolkit.store.read() as tx:
        samples = tx.quality.all()
        if sample:
            tx.quality.get(sample)
        read = [one for one in samples if one.n_read]
        chosen = next((one for one in samples if one.sample.id == sample), read[0] if read else None)
        if chosen and chosen.n_read:
            try:
                report = desk.quality.of(chosen.sample.id).soon(tx)
                is_busy = report is None
            except Conflict as error:
                complaint = complaint or str(error)
    page = QualityPage(samples=samples, chosen=chosen, report=report, complaint=complaint, is_busy=is_busy)
    return answer(page, 200)


@router.post("/quality/samples")
def draw(desk: DeskDep, n: Annotated[int, Form()] = _DRAWN_USUALLY, seed: Annotated[str, Form()] = "") -> Response:
    """Draw a sample and go to its first turn."""
    try:
        if n > _MOST_DRAWN or (seed.strip() and not seed.strip().isdecimal()):
            raise BadInput(f"At most {_MOST_DRAWN:,} turns are drawn, and a seed is a whole number.")
        with desk.toolkit.store.begin() as tx:
            given = int(seed) if seed.strip() else None
            drawn = draw_sample(tx, n=n, seed=given, min_role_score=desk.toolkit.settings.min_role_score)
    except BuyerspeakError as error:
        return _page(desk, "", str(error))
    return RedirectResponse(work_urls.label_sample(drawn.id), 303)


@dataclass(frozen=True, kw_only=True)
class LabelPage(Page):
    """One drawn turn to mark, without a word of what was found in it."""

    template: ClassVar[str] = "label.html"
    room: ClassVar[str] = "quality"

    progress: SampleProgress
    view: ItemView | None
    """None once every turn was read."""
    marked: str
    """The turn with the marks that are held, or as it was sent."""
    kinds: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    complaint: str


@router.get("/quality/samples/{sample}")
def label(desk: DeskDep, sample: str, at: int | None = None) -> HTMLResponse:
    """Show a drawn turn: the one at a position, or the first that nobody has read."""
    return _label_page(desk, sample, at)


def _label_page(desk: Desk, sample: str, at: int | None, *, sent: str = "", complaint: str = "") -> HTMLResponse:
    with desk.toolkit.store.read() as tx:
        progress = tx.quality.progress(sample)
        items = tx.quality.items(sample)
        wanted = [item for item in items if (item.labels is None if at is None else item.position == at)]
        if at is not None and not wanted:
            raise NotFound(f"Sample {sample!r} holds no turn {at}.")
        view = view_items(tx, wanted[:1])[0] if wanted else None
    page = LabelPage(
        progress=progress,
        view=view,
        marked=sent or (marked_text(view) if view and view.turn else ""),
        kinds=list(KIND_WORDS.items()),
        categories=list(CATEGORY_WORDS.items()),
        complaint=complaint,
    )
    return answer(page, 422 if complaint else 200)


@router.post("/quality/samples/{sample}/{position}")
def keep(desk: DeskDep, sample: str, position: int, marked: Annotated[str, Form(max_length=200_000)] = "") -> Response:
    """Keep what is marked in a turn, or that it holds nothing, and go to the next that nobody has read."""
    try:
        with desk.toolkit.store.begin() as tx:
            tx.quality.get(sample)
            items = [item for item in tx.quality.items(sample) if item.position == position]
            views = view_items(tx, items)
            text = views[0].turn.text if views and views[0].turn else ""
            label_item(tx, sample, position, read_marks(marked, text) if marked.strip() else ())
    except (ValueError, Conflict) as error:
        reason = str(error)
        return _label_page(desk, sample, position, sent=marked, complaint=reason[:1].upper() + reason[1:])
    return RedirectResponse(work_urls.label_sample(sample), 303)
