"""What a guide says, in words: counts with their denominators, sources, advice."""

from __future__ import annotations

from typing import Final

from pipeline.confidence import band_of
from pipeline.insights.answers_given import Utterance
from pipeline.insights.guide_records import Advice, Guide, Section, Share
from pipeline.insights.handling import Outcome, Outcomes
from pipeline.records import Moment

_FIELD_NAMES: Final = {"stage": "Stage", "segment": "Segment", "industry": "Industry", "outcome": "Outcome"}
_ADVICE: Final = {
    "covered": "Use this passage",
    "other_words": "Use this passage, but in the customers' words: it says it in others",
    "unused": "Use this passage: reps have it and do not use it",
    "weak": "No document answers this; the passage below only touches it",
    "missing": "No document answers this; the passage below comes nearest",
}
_SENDING: Final = {
    "covered": "send",
    "other_words": "send, but say it in the customers' words",
    "unused": "send what reps have and do not use",
    "weak": "only touched by",
    "missing": "no document answers it; nearest is",
}
_STATES: Final = {"heard": "listened to", "cleared": "cleared for use"}


def clock(seconds: float | None) -> str:
    """Return a place in a recording as 03:07 or 1:02:03; empty if it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def share_text(share: Share, one: str, many: str) -> str:
    """Return a share with its denominator, such as "6 of 8 calls"."""
    return f"{share.n} of {share.of} {one if share.of == 1 else many}"


def counts_text(section: Section) -> list[str]:
    """Return how often the objection was raised, counted in every way that the calls' metadata allow."""
    shares = (
        (section.moments, "objection"),
        (section.calls, "call"),
        (section.accounts, "account"),
        (section.deals, "deal"),
    )
    counts = [share_text(share, name, f"{name}s") for share, name in shares if share.of]
    return [*counts, f"last heard {section.last_heard}"] if section.last_heard else counts


def source_text(said: Moment | Utterance) -> str:
    """Return who said it, and where to hear it."""
    parts = [said.speaker, said.account, said.source, clock(said.start_s) or f"turn {said.turn}"]
    state = _STATES.get(said.state) if isinstance(said, Moment) else None
    doubt = "only possible" if isinstance(said, Moment) and band_of(said.score) == "possible" else None
    return ", ".join(part for part in (*parts, state, doubt) if part)


def shown_text(section: Section) -> str:
    """Return how many of its quotes a section shows; an empty text if it is all of them."""
    n_shown, n = len(section.verbatims), section.moments.n
    which = "likely or surer, " if section.less_sure else ""
    how = f"{n_shown} of {n} shown, {which}spread over accounts and calls, most typical first." if n_shown < n else ""
    doubt = "" if _has_likely(section) else "None of them is likely: read before you quote."
    return " ".join(text for text in (how, doubt) if text)


def less_sure_text(section: Section) -> str:
    """Return how many quotes are left out of those shown because they are less sure."""
    n = len(section.less_sure)
    return f"{n} less sure quote{'' if n == 1 else 's'}"


def _has_likely(section: Section) -> bool:
    return any(band_of(moment.score) != "possible" for moment in section.verbatims)


def outcome_texts(handled: Outcomes) -> list[tuple[str, Outcome]]:
    """Return how objections were handled, such as "answered in 8 of 11", each with what it counts; empty bases out."""
    parts = (
        ("explored with an open question in {n} of {of}", handled.explored),
        ("answered in {n} of {of}", handled.answered),
        ("accepted in {n} of {of} answered", handled.accepted),
        ("resisted in {n} of {of} answered", handled.resisted),
        ("came back in {n} of {of}", handled.came_back),
    )
    return [(words.format(n=outcome.n, of=outcome.of), outcome) for words, outcome in parts if outcome.of]


def tallies_text(section: Section, *, most: int | None = None) -> list[tuple[str, str]]:
    """Return the metadata fields with the calls of each value, such as ("Stage", "demo 3 of 4 calls").

    Beyond `most` values of a field, the others are only counted.
    """
    lines = []
    for field, name in _FIELD_NAMES.items():
        values = [
            f"{tally.value} {share_text(tally.calls, 'call', 'calls')}"
            for tally in section.raised_by
            if tally.field == field
        ]
        if values:
            others = [f"{len(values) - most} others"] if most is not None and len(values) > most + 1 else []
            lines.append((name, " · ".join([*(values[:most] if others else values), *others])))
    return lines


def advice_text(advice: Advice) -> str:
    """Return what to do about a theme, as the heading of the passage that follows."""
    if advice.use or advice.nearest:
        return _ADVICE[advice.status]
    return "No document answers this, and none comes near"


def sending_text(advice: Advice) -> str:
    """Return the same in a few words, to be followed by the name of the passage."""
    if advice.use or advice.nearest:
        return _SENDING[advice.status]
    return "no document answers it"


def scope_text(guide: Guide) -> str:
    """Return what the guide was counted over."""
    counts = (
        (guide.n_objections, "objection", " of any confidence"),
        (guide.n_calls, "call", ""),
        (guide.n_accounts, "account", ""),
        (guide.n_deals, "deal", ""),
    )
    counted = ", ".join(f"{n} {name}{'' if n == 1 else 's'}{which}" for n, name, which in counts if n)
    return f"{counted}; calls of {guide.first_call} to {guide.last_call}" if guide.first_call else counted
