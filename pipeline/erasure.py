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

    The rows go first and at once; the index is saved without the call's phrases, and themes are found anew, so that no
    label or quote of the call is left in them.
    """
    with toolkit.store.begin() as tx:
        call = tx.calls.get(call_id)
        removed = dict(tx.calls.forget(call_id))
    before = removed.get("phrases", 0)
    toolkit.index.save()
    refresh_themes(toolkit.store, toolkit.encoder, force=True)
    recording = toolkit.media.remove(str(call.media_key)) if call.media_key else False
    return ErasureReceipt(call_id, call.source, {**removed, "index entries": before, "recording": int(recording)})
