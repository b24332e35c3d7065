"""They say, you say: customers' wording beside that of collateral and of reps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.desk import DeskDep
from api.pages.choices import theme_choices
from api.pages.page import Page, answer
from pipeline.insights.answers_given import Utterance
from pipeline.insights.language_odds import FALSE_SHARE
from pipeline.insights.language_records import Contrast, Language, WordPair, Written
from pipeline.records import Call, Theme

router = APIRouter()
_MAYBE = 12
_USES_SHOWN = 3
_SENTENCES = 200


@dataclass(frozen=True, kw_only=True)
class LanguagePage(Page):
    """The reading of all, or of one theme; None while it is computed."""

    template: ClassVar[str] = "language.html"
    room: ClassVar[str] = "language"

    language: Language | None
    told: list[tuple[Contrast, WordPair]]
    """The pairs that are more than chance."""
    maybe: list[tuple[Contrast, WordPair]]
    theme: Theme | None
    themes: list[tuple[str, str]]
    calls: dict[str, Call]
    word: str
    uses: list[tuple[str, list[Utterance | Written], int]]
    """Of one wording: who uses it, the sentences that are shown, and how many are counted."""
    false_share: float
    n_uses: int = _USES_SHOWN
    """How many sentences of each wording are shown."""
    is_busy: bool


@router.get("/language")
def show(desk: DeskDep, theme: str = "", word: str = "") -> HTMLResponse:
    """Show who says what for it, or every sentence with one wording."""
    with desk.toolkit.store.read() as tx:
        chosen = tx.themes.get(theme) if theme else None
        language = desk.language.of(tx, theme or None).soon(tx)
        themes = theme_choices(tx, (theme,))
    pairs = [(contrast, pair) for contrast in language.contrasts for pair in contrast.pairs] if language else []
    uses = list(_uses(language, word)) if language and word else []
    with desk.toolkit.store.read() as tx:
        calls = tx.calls.by_ids(_calls_of(language, uses) if language else ())
    page = LanguagePage(
        language=language,
        told=[both for both in pairs if both[1].is_told_apart],
        maybe=[both for both in pairs if not both[1].is_told_apart][:_MAYBE],
        theme=chosen,
        themes=themes,
        calls=calls,
        word=word,
        uses=[(side, held[:_SENTENCES], len(held)) for side, held in uses],
        false_share=FALSE_SHARE,
        is_busy=language is None,
    )
    return answer(page)


def _uses(language: Language, word: str) -> Iterator[tuple[str, list[Utterance | Written]]]:
    """Yield who uses a wording, with one sentence for each account, passage or call that is counted, each once."""
    sides: dict[str, dict[Utterance | Written, None]] = {"Customers": {}, "Your collateral": {}, "Your reps": {}}
    for contrast in language.contrasts:
        other = "Your collateral" if contrast.other == "collateral" else "Your reps"
        both = (
            ("Customers", [*contrast.they, *(pair.they for pair in contrast.pairs)]),
            (other, [*contrast.you, *(pair.you for pair in contrast.pairs)]),
        )
        for side, wordings in both:
            sides[side] |= {use: None for one in wordings if one.phrase == word for use in one.uses}
    for message in language.messages:
        if message.phrase == word:
            sides["Your reps"] |= dict.fromkeys(message.said_uses)
            sides["Customers"] |= dict.fromkeys((*message.echo_uses, *message.unprompted_uses))
    yield from ((side, list(uses)) for side, uses in sides.items() if uses)


def _calls_of(language: Language, of_word: Sequence[tuple[str, Sequence[Utterance | Written]]]) -> set[str]:
    """Return the calls of the sentences that are shown."""
    if of_word:
        return {use.call for _, uses in of_word for use in uses[:_SENTENCES] if isinstance(use, Utterance)}
    lists: list[Sequence[object]] = []
    for contrast in language.contrasts:
        wordings = (*contrast.they, *contrast.you, *(one for pair in contrast.pairs for one in (pair.they, pair.you)))
        lists += [wording.uses for wording in wordings]
    for message in language.messages:
        lists += [message.said_uses, message.echo_uses, message.unprompted_uses]
    return {use.call for uses in lists for use in uses[: _USES_SHOWN + 1] if isinstance(use, Utterance)}
