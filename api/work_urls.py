"""Addresses of the overview and of what people work with: trackers, checking, quality, settings, webhooks."""

from __future__ import annotations

from api.url_parts import Pairs, part, with_pairs


def overview() -> str:
    """Return the start page."""
    return "/"


def trackers() -> str:
    """Return the list of trackers, with the form that makes one."""
    return "/trackers"


def preview_tracker() -> str:
    """Return where the form of a new tracker is sent to see what it would find."""
    return "/trackers/preview"


def tracker(name: str, pairs: Pairs = ()) -> str:
    """Return the page of a tracker, with its filters."""
    return with_pairs(f"/trackers/{part(name)}", pairs)


def answer_tracker(name: str) -> str:
    """Return where yes and no to what a tracker is least sure of are sent."""
    return f"{tracker(name)}/answers"


def remove_tracker(name: str) -> str:
    """Return where the form that removes a tracker is sent."""
    return f"{tracker(name)}/remove"


def check(pairs: Pairs = ()) -> str:
    """Return the queue of moments to check, with what it is of and how far one has come."""
    return with_pairs("/check", pairs)


def check_one(moment_id: str) -> str:
    """Return where what a person says of a moment in the queue is sent."""
    return f"/check/{part(moment_id)}"


def undo_check(correction_id: str) -> str:
    """Return where the form that takes the last word in the queue back is sent."""
    return f"/check/undo/{part(correction_id)}"


def quality(sample: str = "") -> str:
    """Return how well moments are found, by one sample or the one labelled last."""
    return with_pairs("/quality", [("sample", sample)])


def draw_sample() -> str:
    """Return where the form that draws a sample is sent."""
    return "/quality/samples"


def label_sample(sample: str, position: int | None = None) -> str:
    """Return the page to label a drawn turn at: this one, or the next that nobody has read."""
    return with_pairs(f"/quality/samples/{part(sample)}", [("at", "" if position is None else str(position))])


def label_turn(sample: str, position: int) -> str:
    """Return where what is marked in a drawn turn is sent."""
    return f"/quality/samples/{part(sample)}/{position}"


def settings() -> str:
    """Return what is set, and where it comes from."""
    return "/settings"


def webhooks(what: str = "") -> str:
    """Return the page of webhooks, or where one of its forms is sent."""
    return f"/webhooks/{what}" if what else "/webhooks"
