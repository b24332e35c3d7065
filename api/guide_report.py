"""The objection guide as a document: listen, acknowledge, explore, respond, what to send and what not to say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from api import urls
from api.report import document as d
from api.wording import counted, day
from pipeline.confidence import band_of
from pipeline.guide_lines import AGED_DAYS, PARTS, Part, Standing, aged
from pipeline.insights.answers_given import Exchange, Utterance
from pipeline.insights.guide_practice import Avoided, gist
from pipeline.insights.guide_records import Guide, Section, ThemeWithin
from pipeline.insights.guide_text import (
    advice_text,
    counts_text,
    outcome_texts,
    scope_text,
    sending_text,
    share_text,
    shown_text,
    source_text,
    tallies_text,
)
from pipeline.insights.handling import Outcome
from pipeline.records import Moment

_VERBATIMS: Final = 4
_EXCHANGES: Final = 3
_LINES: Final = 2
_QUESTIONS: Final = 3
_VALUES: Final = 4
_THEMES: Final = 6
PART_WORDS: Final[Mapping[Part, str]] = {
    "listen": "Listen: how customers put it",
    "acknowledge": "Acknowledge: what reps said first",
    "explore": "Explore: questions that reps asked",
    "respond": "Respond: what reps answered",
    "avoid": "What not to say",
}
AVOID_WORDS: Final = {
    "came_back": "the objection came back",
    "resisted": "the customer resisted",
    "unproven": "no document of ours says this",
}
TAKEN_WORDS: Final = {
    "accepted": "accepted",
    "resisted": "resisted",
    "came_back": "came back later",
    "unclear": "unclear how taken",
}


def guide_report(
    guide: Guide, lines: Sequence[Standing], manifest: d.Manifest, server: str, *, choice: str | None = None
) -> d.Report:
    """Return the guide; `server` is where links to calls lead, `choice` the subject if it is of one.

    Lines of people stand in the section of their subject, or at the end where none is.
    """
    sheet = _Sheet(guide, lines, server, manifest.as_of)
    blocks: list[d.Block] = []
    if len(guide.sections) > 1:
        entries = [(s.label, _anchor(n), share_text(s.calls, "call", "calls")) for n, s in enumerate(guide.sections)]
        blocks.append(d.Contents(tuple(entries)))
    for place, section in enumerate(guide.sections):
        if place or len(guide.sections) > 1:
            blocks.append(d.PageBreak())
        blocks += sheet.section(section, _anchor(place) if len(guide.sections) > 1 else "")
    if not guide.sections:
        blocks.append(d.Text("No objection is held for this choice."))
    shown = {subject for section in guide.sections for subject in subjects_of(section)}
    left = [one for one in lines if one.line.subject not in shown and choice in (None, one.line.subject)]
    if left:
        blocks.append(d.Heading("Lines that people wrote on what is in no section now"))
        blocks += [sheet.person(one, gone=True) for one in left]
    return d.Report(guide.title, f"Counted over {scope_text(guide)}.", tuple(blocks), manifest)


def subject_of(section: Section) -> str:
    """Return what people's lines on a section are filed under."""
    return f"theme:{section.theme}" if section.theme else f"category:{section.category}"


def subjects_of(section: Section) -> set[str]:
    """Return what the lines that stand in a section are filed under: its own subject, and the themes within it."""
    return {subject_of(section), *(f"theme:{one.theme}" for one in section.within)}


def _anchor(place: int) -> str:
    return f"section-{place + 1}"


class _Sheet:
    """The blocks of sections: at most two pages each."""

    def __init__(self, guide: Guide, lines: Sequence[Standing], server: str, today: date) -> None:
        self._days, self._server, self._today = guide.days, server, today
        self._lines = lines

    def section(self, section: Section, anchor: str) -> Iterator[d.Block]:
        """Yield the blocks of a section; a section alone needs no heading beside the title."""
        if anchor:
            yield d.Heading(section.label, 1, anchor)
        yield d.Text(" · ".join(counts_text(section)), kind="lead")
        stale = aged(section.last_heard, self._today)
        if stale:
            yield d.Text(f"Look again before use: {stale}.", tone="warn")
        shown: Mapping[Part, Sequence[d.Block]] = {
            "listen": [self._moment(moment) for moment in section.verbatims[:_VERBATIMS]],
            "acknowledge": [self._said(said) for said in section.practice.acknowledged[:_LINES]],
            "explore": [self._said(said) for said in questions_of(section)[:_QUESTIONS]],
            "respond": list(self._respond(section)),
            "avoid": [block for one in section.practice.avoided[:_LINES] for block in self._avoided(one)],
        }
        for part in PARTS:
            own = [self.person(one) for one in self._of(section, part)]
            if own or shown[part]:
                yield d.Heading(PART_WORDS[part], 2)
                yield from (*own, *shown[part])
            if part == "listen":
                yield from self._when(section)
            if part == "respond":
                yield from self._send(section)

    def _of(self, section: Section, part: Part) -> list[Standing]:
        return [one for one in self._lines if one.line.subject in subjects_of(section) and one.line.part == part]

    def person(self, one: Standing, *, gone: bool = False) -> d.Text:
        """Return a line of a person: marked as such, with its last evidence, amber if that is gone or old."""
        amber = one.amber or ("its theme is not found now" if gone else None)
        rests = f"rests on {counted(len(one.quotes), 'quote')}, the last of {day(one.last_evidence)}"
        mark = f"written by {one.line.who}, {day(one.line.at.date().isoformat())}; " + (
            rests if one.quotes else "rests on no quote"
        )
        said = f"{one.line.text} ({mark})" + (f" Look again: {amber}." if amber else "")
        first = one.quotes[0][0] if one.quotes else None
        return d.Text(
            said,
            label="Ours:",
            tone="warn" if amber else "",
            link=f"{self._server}{urls.call(first.call, first.turn)}" if first else "",
            link_words="Its quote" if first else "",
        )

    def _when(self, section: Section) -> Iterator[d.Block]:
        yield d.Heading("When and to whom it comes", 2)
        first, middle, last = section.practice.thirds
        pairs = [
            *tallies_text(section, most=_VALUES),
            ("In the call", f"first third {first} · middle {middle} · last third {last}"),
        ]
        yield d.Facts(tuple(pairs))
        if shown_text(section):
            yield d.Text(shown_text(section), kind="note")

    def _respond(self, section: Section) -> Iterator[d.Block]:
        told_of = outcome_texts(section.handled) if section.handled else []
        told = [text for text, _ in told_of]
        replied = f"A rep replied to {share_text(section.replied, 'objection', 'objections')}"
        yield d.Text("; ".join([replied, *told]) + ".")
        bad = {one.moment for one in section.practice.avoided if one.why != "unproven"}
        good = [exchange for exchange in section.exchanges if exchange.moment not in bad]
        for exchange in good[:_EXCHANGES]:
            yield from self._exchange(exchange, section.practice.taken.get(exchange.moment))
        behind = [block for text, outcome in told_of for block in self._counted(text, outcome)]
        if behind:
            yield d.Fold("The objections behind these counts", tuple(behind))

    def _counted(self, text: str, outcome: Outcome) -> Iterator[d.Block]:
        if outcome.evidence:
            yield d.Heading(f"{text[0].upper()}{text[1:]}", 3)
            items = (
                d.Text(
                    f"“{one.quote}” (call {one.call}, turn {one.turn})",
                    link=f"{self._server}{urls.call(one.call, one.turn)}",
                    link_words="Open",
                )
                for one in outcome.evidence
            )
            yield d.Bullets(tuple(items))

    def _exchange(self, exchange: Exchange, taken: str | None) -> Iterator[d.Block]:
        yield d.Text(f"To “{exchange.objection}”", kind="note")
        yield self._said(gist(exchange.answers), label="Rep")
        if exchange.replies:
            yield self._said(exchange.replies[0], label=f"Then ({TAKEN_WORDS[taken]})" if taken else "Then")

    def _send(self, section: Section) -> Iterator[d.Block]:
        if section.within:
            yield d.Heading("What it is about, and what to send", 2)
            yield d.Bullets(tuple(self._within(one) for one in section.within[:_THEMES]))
            return
        advice = section.advice
        if advice is None:
            return
        yield d.Heading("What to send", 2)
        best = advice.use or advice.nearest
        if best is None:
            yield d.Text(f"{advice_text(advice)}.", tone="bad")
            return
        passage = best.passage
        yield d.Passage(
            passage.text,
            f"{passage.document_name}, {passage.locator}",
            heading=f"{advice_text(advice)}.",
            tone="good" if advice.use else "bad",
            note=advice.why,
            link=f"{self._server}{urls.document(passage.document)}#{passage.id}",
        )

    def _within(self, one: ThemeWithin) -> d.Text:
        heard = f"{one.label}, {share_text(one.calls, 'call', 'calls')}"
        if one.advice is None:
            return d.Text(heard)
        best = one.advice.use or one.advice.nearest
        told = f"{heard}: {sending_text(one.advice)}"
        if best is None:
            return d.Text(f"{told}.")
        passage = best.passage
        return d.Text(
            f"{told} {passage.document_name}, {passage.locator}.",
            link=f"{self._server}{urls.document(passage.document)}#{passage.id}",
            link_words="Read",
        )

    def _avoided(self, one: Avoided) -> Iterator[d.Block]:
        yield d.Text(f"To “{one.objection}”", kind="note")
        yield self._said(one.said, label="Rep", why=AVOID_WORDS[one.why], tone="bad")

    def _moment(self, moment: Moment) -> d.Quote:
        place = d.Place(moment.call, moment.turn, moment.start_char, moment.end_char)
        return self._quote(moment, moment.quote, place)

    def _said(self, said: Utterance, *, label: str = "", why: str = "", tone: d.Tone = "") -> d.Quote:
        place = d.Place(said.call, said.turn, said.start_char, said.end_char)
        return self._quote(said, said.text, place, label=label, why=why, tone=tone)

    def _quote(
        self, said: Moment | Utterance, text: str, place: d.Place, *, label: str = "", why: str = "", tone: d.Tone = ""
    ) -> d.Quote:
        heard = self._days.get(said.call)
        stale = aged(heard, self._today)
        source = ", ".join(
            part for part in (why, source_text(said), day(heard), f"over {AGED_DAYS} days ago" if stale else "") if part
        )
        return d.Quote(
            text,
            source[0].upper() + source[1:],
            place,
            label=label,
            link=f"{self._server}{urls.call(said.call, said.turn)}",
            link_words="In the call",
            tone=tone or ("warn" if stale else ""),
        )


def questions_of(section: Section) -> list[Utterance]:
    """Return the questions that reps asked: open ones first, each wording once."""
    asked = (*section.practice.explored, *section.questions)
    return list({said.text.casefold(): said for said in asked}.values())


def guide_json(guide: Guide, lines: Sequence[Standing], manifest: d.Manifest) -> str:
    """Return every field of the guide, with people's lines and the manifest."""
    document: dict[str, Any] = asdict(guide)
    for section in document["sections"]:
        for moment in (*section["verbatims"], *section["less_sure"]):
            moment["band"] = band_of(moment["score"])
    document["lines"] = [_line(one) for one in lines]
    document["manifest"] = asdict(manifest)
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def _line(one: Standing) -> dict[str, Any]:
    line = asdict(one.line)
    evidence = [asdict(place) | {"quote": said} for place, said in one.quotes]
    return line | {"evidence": evidence, "last_evidence": one.last_evidence, "amber": one.amber}
