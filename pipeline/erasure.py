"""A call erased everywhere: rows, vectors, index, themes and recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.assemble import Toolkit
from pipeline.insights.theme_reading import refresh_themes


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What was removed: rows by table, index entries, and the recording."""

    call: str
    source: str
    removed: Mapping[str, int]


def forget_call(toolkit: Toolkit, call_id: str) -> ErasureReceipt:
    """Erase a call and all that was made of it, and return the receipt; NotFound if it is not held.

    Rows and recording go first; then the index is saved without the call's phrases and themes are found anew, so that
    no label or quote of the call is left in them. Interrupted after the rows, index and themes follow with the next
    search or refresh.
    """
    with toolkit.store.begin() as tx:
        call = tx.calls.get(call_id)
        removed = dict(tx.calls.forget(call_id))
    recording = toolkit.media.remove(str(call.media_key)) if call.media_key else False
    toolkit.index.save()
    # What was erased leaves the log at once: finding themes anew may take long, or fail.
    toolkit.store.settle()
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder, force=True)
    toolkit.store.settle()
    return ErasureReceipt(
        call_id, call.source, {**removed, "index entries": removed.get("phrases", 0), "recording": int(recording)}
    )
