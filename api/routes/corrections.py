"""A person's word on moments: kept with who and when, applied at once, and never written over by a model."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.desk import Desk, DeskDep
from api.filters import WhereDep
from api.paging import PartDep
from api.people.visitor import visitor_now
from api.schemas import MomentOut
from api.schemas_corrections import CorrectionIn, CorrectionOut, CorrectionPage, MissedMomentIn
from pipeline.corrected import Correction
from pipeline.correction_words import Edges, Label, named
from pipeline.corrections import add, change, confirm, reject, undo
from pipeline.errors import BadInput
from pipeline.records import Kind
from pipeline.store.checking import Stream

router = APIRouter(tags=["corrections"])


@router.post("/moments/{moment}/corrections", status_code=201)
def correct_moment(desk: DeskDep, moment: str, said: CorrectionIn) -> CorrectionOut:
    """Confirm, reject or change a moment; the call's stages run again in the background."""
    label = Label(said.kind, said.category) if said.kind or said.category else None
    edges = _edges(said)
    if said.action != "changed" and (label or edges):
        raise BadInput(f"A moment that is {said.action} stays as it is. To say what is different: action changed.")
    if said.action == "confirmed":
        kept = confirm(desk.toolkit, moment, who=visitor_now().says(said.who), note=said.note)
    elif said.action == "rejected":
        kept = reject(desk.toolkit, moment, who=visitor_now().says(said.who), note=said.note)
    else:
        kept = change(desk.toolkit, moment, label=label, edges=edges, who=visitor_now().says(said.who), note=said.note)
    return _kept(desk, kept)


@router.post("/calls/{call_id}/moments", status_code=201)
def add_moment(desk: DeskDep, call_id: str, said: MissedMomentIn) -> CorrectionOut:
    """Add a moment that was missed; the call's stages run again in the background."""
    edges, label = _edges(said) or Edges(), Label(said.kind, said.category)
    return _kept(
        desk, add(desk.toolkit, call_id, said.turn, edges, label, who=visitor_now().says(said.who), note=said.note)
    )


@router.get("/corrections/queue")
def list_queue(
    desk: DeskDep,
    kind: Kind | Literal[""] = "",
    of: Annotated[Stream, Query(description="The least sure first, or at random.")] = "unsure",
    after: Annotated[str, Query(description="The moment behind which the list begins.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[MomentOut]:
    """List moments that nobody has judged yet, to be confirmed, rejected or changed; what is judged leaves the list."""
    with desk.toolkit.store.read() as tx:
        ids = tx.checking.ids(of, limit=limit, after=after, kinds=(kind,) if kind else ())
        held = tx.moments.by_ids(ids)
    return [MomentOut.model_validate(held[one]) for one in ids if one in held]


@router.get("/corrections")
def list_corrections(
    desk: DeskDep, where: WhereDep, part: PartDep, call: str = "", live: bool = False
) -> CorrectionPage:
    """List corrections in the order made; `live` leaves out those that were followed or undone."""
    with desk.toolkit.store.read() as tx:
        placements = tx.corrections.placements()
        chosen = set(tx.calls.ids(where))
        made = tx.corrections.of_call(call) if call else tx.corrections.all()
    told = [said for said in made if said.call in chosen and (said.id in placements or not live)]
    shown, cursor = part.page(told, lambda said: said.id)
    items = [CorrectionOut.of(said, placements.get(said.id)) for said in shown]
    return CorrectionPage(items=items, total=len(told), next=cursor)


@router.delete("/corrections/{correction}")
def undo_correction(
    desk: DeskDep,
    correction: str,
    who: Annotated[
        str, Query(description="Who takes it back; whoever signed in does, whatever this says.", max_length=200)
    ] = "",
) -> CorrectionOut:
    """Take a correction back; it stays in the history, and the call's stages run again in the background."""
    return _kept(desk, undo(desk.toolkit, correction, who=named(visitor_now().says(who))))


def _edges(said: CorrectionIn | MissedMomentIn) -> Edges | None:
    edges = Edges(said.quote, said.start_char, said.end_char)
    return None if edges == Edges() else edges


def _kept(desk: Desk, said: Correction) -> CorrectionOut:
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(said.call))
        return CorrectionOut.of(said, tx.corrections.placements(said.call).get(said.id))
