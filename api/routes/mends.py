"""Words of transcripts put right by people: shown at once, the original kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.desk import Desk, DeskDep
from api.people.visitor import visitor_now
from api.schemas_listening import MendIn, MendOut, MendsOut, RoleChangeOut
from pipeline.correction_words import Edges
from pipeline.mended import Mend
from pipeline.mending import mend, undo_mend

router = APIRouter(tags=["corrections"])


@router.post("/calls/{call_id}/turns/{turn}/mends", status_code=201)
def mend_words(desk: DeskDep, call_id: str, turn: int, said: MendIn) -> MendOut:
    """Put right what was heard wrongly; moments and search follow, and the call's stages run in the background."""
    edges, who = Edges(said.quote, said.start_char, said.end_char), visitor_now().says(said.who)
    return _kept(desk, mend(desk.toolkit, call_id, turn, edges, said.text, who=who, note=said.note))


@router.get("/calls/{call_id}/mends")
def list_mends(desk: DeskDep, call_id: str) -> MendsOut:
    """List what people put right in a call's transcript, and what they said of its roles, in the order made."""
    with desk.toolkit.store.read() as tx:
        tx.calls.get(call_id)
        made, roles = tx.mends.of_call(call_id), tx.mends.role_changes(call_id)
    return MendsOut(mends=[MendOut.of(one) for one in made], roles=[RoleChangeOut.of(one) for one in roles])


@router.delete("/mends/{mend_id}")
def take_mend_back(
    desk: DeskDep,
    mend_id: str,
    who: Annotated[
        str, Query(description="Who takes it back; whoever signed in does, whatever this says.", max_length=200)
    ] = "",
) -> MendOut:
    """Put back the words that were there before, and return the edit that does so."""
    return _kept(desk, undo_mend(desk.toolkit, mend_id, who=visitor_now().says(who)))


def _kept(desk: Desk, made: Mend) -> MendOut:
    with desk.toolkit.store.read() as tx:
        desk.queue.put(tx.calls.get(made.call))
    return MendOut.of(made)
