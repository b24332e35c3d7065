"""The review of a period as JSON: every number with the ids that it is made of."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from api.report.document import Manifest
from pipeline.insights.fit import Fit
from pipeline.review import GapChange, Movement, Review


def review_json(review: Review, manifest: Manifest) -> str:
    """Return the review with its manifest."""
    told: dict[str, Any] = {
        "manifest": asdict(manifest),
        "period": asdict(review.period),
        "calls": review.n_calls,
        "accounts": review.n_accounts,
        "calls_before": review.n_calls_before,
        "calls_undated": review.n_undated,
        "themes": [_movement_json(one) for one in review.movements],
        "gaps": {
            "open": review.n_open,
            **{
                name: [_change_json(one) for one in changes]
                for name, changes in (
                    ("opened", review.opened),
                    ("reopened", review.reopened),
                    ("closed", review.closed),
                    ("lapsed", review.lapsed),
                )
            },
            "overdue": [
                {"theme": one.work.theme, "label": one.label, "owner": one.work.owner, "due": one.work.due}
                for one in review.overdue
            ],
        },
        "coverage": {
            **asdict(review.coverage),
            "measured_on": review.measured_on,
            "before": asdict(review.coverage_before) if review.coverage_before else None,
            "trend": [asdict(point) for point in review.trend],
        },
        "collateral_use": {
            "calls": asdict(review.calls_with_use),
            "documents": [
                {
                    "document": one.document.name,
                    "title": one.document.title,
                    "named": list(one.named),
                    "paraphrased": list(one.paraphrased),
                }
                for one in review.uses
            ],
        },
        "fit": [_fit_json(one) for one in review.fit],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n"


def _movement_json(one: Movement) -> dict[str, Any]:
    return {
        "theme": one.theme,
        "label": one.label,
        "new": one.is_new,
        "direction": one.direction,
        "calls": asdict(one.now),
        "calls_before": asdict(one.before),
        "quote": one.quote.id if one.quote else None,
    }


def _change_json(change: GapChange) -> dict[str, Any]:
    event = change.event
    return {
        "theme": event.theme,
        "label": change.label,
        "day": event.at.date(),
        "who": event.who,
        "value": dict(event.value),
    }


def _fit_json(one: Fit) -> dict[str, Any]:
    return {
        "field": one.field,
        "value": one.value,
        "calls": one.n_calls,
        "accounts": one.n_accounts,
        "not_for_us": asdict(one.not_for_us),
        "won": asdict(one.won),
        "lost": one.n_lost,
        "no_decision": one.n_no_decision,
        "quotes": [moment.id for moment in one.quotes],
    }
