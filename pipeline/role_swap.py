"""Rep and customer of a call exchanged by a person's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pipeline.assemble import Toolkit
from pipeline.errors import StageFailed
from pipeline.records import Call, Role


def swap_roles(toolkit: Toolkit, call: Call, *, who: str = "") -> dict[str, Role]:
    """Exchange rep and customer among the speakers of a call, by the word of `who`, and return the new roles.

    Raises StageFailed if its roles are not known yet. Run `process_call` afterwards: what depends on roles is stale.
    """
    other: Mapping[Role, Role] = {"rep": "customer", "customer": "rep", "unknown": "unknown"}
    with toolkit.store.begin() as tx:
        speakers = tx.talk.speakers(call.id)
        if not speakers:
            raise StageFailed(f"The roles of call {call.id!r} are not known yet. Ingest it first.")
        for speaker in speakers:
            tx.talk.correct_role(call.id, speaker.speaker, other[speaker.role])
        roles = {speaker.speaker: other[speaker.role] for speaker in speakers}
        tx.mends.note_roles(call.id, roles, who=who.strip(), at=datetime.now(UTC))
        # What was found on the wrong side goes at once: it must not be shown until the stages have run again.
        tx.moments.replace(call.id, [])
        tx.phrases.replace_of_call(call.id)
        tx.stages.drop(call.id, "moments")
        return roles
