"""How well moments are found: samples to label, and what follows from the labels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.desk import DeskDep
from api.paging import PartDep
from api.schemas_quality import ItemOut, ItemPage, LabelsIn, QualityOut, SampleIn, SampleOut, SampleProgressOut
from pipeline.errors import BadInput
from pipeline.insights.quality import label_item, report_quality
from pipeline.insights.quality_sampling import draw_sample
from pipeline.insights.quality_sheet import view_items
from pipeline.records import CATEGORIES
from pipeline.store.quality import LabelledSpan

router = APIRouter(prefix="/quality", tags=["quality"])
Position = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("")
def get_quality(desk: DeskDep, sample: str = "") -> QualityOut:
    """Return precision, recall and true counts per kind, by the sample named or the one labelled last."""
    with desk.toolkit.store.read() as tx:
        return QualityOut.model_validate(report_quality(tx, sample or None))


@router.get("/samples")
def list_samples(desk: DeskDep) -> list[SampleProgressOut]:
    """List the samples with how much of each was read, the one drawn last first."""
    with desk.toolkit.store.read() as tx:
        return [SampleProgressOut.of(one) for one in tx.quality.all()]


@router.post("/samples", status_code=201)
def add_sample(desk: DeskDep, wanted: SampleIn) -> SampleOut:
    """Draw a stratified sample of turns, rejected ones included."""
    with desk.toolkit.store.begin() as tx:
        score = desk.toolkit.settings.min_role_score
        drawn = draw_sample(tx, n=wanted.n, seed=wanted.seed, min_role_score=score)
        return SampleOut(id=drawn.id, drawn_at=drawn.drawn_at, seed=drawn.seed, items=len(tx.quality.items(drawn.id)))


@router.get("/samples/{sample}/items")
def list_items(desk: DeskDep, sample: str, part: PartDep) -> ItemPage:
    """List the drawn turns in the order of reading, without a word of what was found in them."""
    with desk.toolkit.store.read() as tx:
        tx.quality.get(sample)
        items = tx.quality.items(sample)
        views = view_items(tx, part.of(items))
    return ItemPage(items=[ItemOut.of(view) for view in views], total=len(items), next=part.next(len(items)))


@router.put("/samples/{sample}/items/{position}", status_code=204)
def put_item(desk: DeskDep, sample: str, position: Position, read: LabelsIn) -> None:
    """Keep what a person marked in a turn, in place of what was marked before."""
    for span in read.labels:
        if span.category is not None and (span.kind != "objection" or span.category not in CATEGORIES):
            raise BadInput(f"Only an objection has a category, one of {', '.join(CATEGORIES)}.")
    spans = [LabelledSpan(span.start_char, span.end_char, span.kind, span.category) for span in read.labels]
    with desk.toolkit.store.begin() as tx:
        label_item(tx, sample, position, spans)
