"""What a report is made from, for its manifest."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from api.report.document import Manifest
from pipeline.assemble import Toolkit
from pipeline.data_version import data_version
from pipeline.records import PhraseFilter
from pipeline.store.session import Transaction


def read_manifest(
    toolkit: Toolkit, tx: Transaction, today: date, *, settings: tuple[tuple[str, str], ...] = ()
) -> Manifest:
    """Return the manifest of a report that is read now; `settings` are those that matter for it beside the usual."""
    levels = ", ".join(f"{name} {days} days" for name, days in toolkit.settings.service_levels().items())
    return Manifest(
        data_version=data_version(tx),
        as_of=today,
        facts=(
            ("calls", tx.calls.count()),
            ("moments", tx.moments.count(PhraseFilter())),
            ("themes", tx.themes.count()),
            ("documents", len(tx.collateral.all())),
            ("passages", len(tx.collateral.passages())),
        ),
        models=(("sentences", toolkit.encoder.name), ("answers", toolkit.answer_judge.name)),
        settings=(("service levels", levels), *settings),
    )


def manifest_json(manifest: Manifest) -> str:
    """Return the manifest as a file to lie beside forms that have no room for it."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1, default=str) + "\n"
