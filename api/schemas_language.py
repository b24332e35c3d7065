"""What goes over the wire about wording: they say, you say, and what became of messages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.insights.answers_given import Utterance
from pipeline.insights.language_odds import FALSE_SHARE
from pipeline.insights.language_records import Contrast, Language, Message, Wording, WordPair, Written


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class CountOut(_Read):
    """So many of so many."""

    n: int
    of: int


class SaidOut(_Read):
    """A sentence of a call, `start_char` to `end_char` of its turn; `start_s` is when the turn begins."""

    call: str
    source: str
    account: str | None
    turn: int
    speaker: str
    role: str
    start_s: float | None
    start_char: int
    end_char: int
    text: str


class WrittenOut(BaseModel):
    """A sentence of a passage of collateral, `start_char` to `end_char` of its text."""

    document: str
    document_name: str
    locator: str
    passage: str
    start_char: int
    end_char: int
    text: str


class WordingOut(BaseModel):
    """A phrase that one side uses more than the other: log-odds with 95 % interval, who uses it, and where."""

    phrase: str
    log_odds: float
    low: float
    high: float
    z: float
    false_discovery_rate: float
    told_apart: bool
    ours: CountOut
    theirs: CountOut
    unprompted: CountOut | None
    evidence: list[SaidOut | WrittenOut]


class WordPairOut(BaseModel):
    """What customers say, and what the other side says for it."""

    they_say: str
    you_say: str
    side: str
    cosine: float
    p_value: float
    false_discovery_rate: float
    told_apart: bool
    they: WordingOut
    you: WordingOut


class ContrastOut(BaseModel):
    """Customers beside one other side, "collateral" or "reps"; counts are of accounts, for collateral of passages."""

    side: str
    customers: int
    others: int
    they_say: list[WordingOut]
    you_say: list[WordingOut]


class MessageOut(BaseModel):
    """Wording of collateral: in how many calls reps say it, and customers after them."""

    phrase: str
    written: CountOut
    said_by_reps: CountOut
    repeated_by_customers: CountOut
    unprompted: CountOut
    instead: str | None
    said_instead: CountOut | None
    evidence_said: list[SaidOut]
    evidence_repeated: list[SaidOut]
    evidence_unprompted: list[SaidOut]


class LanguageOut(BaseModel):
    """They say, you say: of one theme, or of all (`theme` is null)."""

    theme: str | None
    label: str
    calls: int
    accounts: int
    documents: int
    passages: int
    false_discovery_rate: float = FALSE_SHARE
    pairs: list[WordPairOut]
    contrasts: list[ContrastOut]
    messages: list[MessageOut]


def language_out(found: Language) -> LanguageOut:
    """Return a reading as it goes over the wire; the pairs that are told apart come first."""
    pairs = [_pair(pair, contrast) for contrast in found.contrasts for pair in contrast.pairs]
    return LanguageOut(
        theme=found.theme,
        label=found.label,
        calls=found.n_calls,
        accounts=found.n_accounts,
        documents=found.n_documents,
        passages=found.n_passages,
        pairs=sorted(pairs, key=lambda pair: not pair.told_apart),
        contrasts=[
            ContrastOut(
                side=contrast.other,
                customers=contrast.n_customers,
                others=contrast.n_others,
                they_say=[_wording(one) for one in contrast.they],
                you_say=[_wording(one) for one in contrast.you],
            )
            for contrast in found.contrasts
        ],
        messages=[_message(one) for one in found.messages],
    )


def _pair(pair: WordPair, contrast: Contrast) -> WordPairOut:
    return WordPairOut(
        they_say=pair.they.phrase,
        you_say=pair.you.phrase,
        side=contrast.other,
        cosine=round(pair.cosine, 4),
        p_value=pair.p_value,
        false_discovery_rate=round(pair.false_share, 4),
        told_apart=pair.is_told_apart,
        they=_wording(pair.they),
        you=_wording(pair.you),
    )


def _wording(one: Wording) -> WordingOut:
    return WordingOut(
        phrase=one.phrase,
        log_odds=round(one.log_odds, 4),
        low=round(one.low, 4),
        high=round(one.high, 4),
        z=round(one.z, 4),
        false_discovery_rate=round(one.false_share, 4),
        told_apart=one.is_told_apart,
        ours=CountOut.model_validate(one.ours),
        theirs=CountOut.model_validate(one.theirs),
        unprompted=CountOut.model_validate(one.unprompted) if one.unprompted else None,
        evidence=[_use(use) for use in one.uses],
    )


def _use(use: Utterance | Written) -> SaidOut | WrittenOut:
    if isinstance(use, Utterance):
        return SaidOut.model_validate(use)
    passage = use.passage
    return WrittenOut(
        document=passage.document,
        document_name=passage.document_name,
        locator=passage.locator,
        passage=passage.id,
        start_char=use.start_char,
        end_char=use.end_char,
        text=use.text,
    )


def _message(one: Message) -> MessageOut:
    return MessageOut(
        phrase=one.phrase,
        written=CountOut.model_validate(one.written),
        said_by_reps=CountOut.model_validate(one.said),
        repeated_by_customers=CountOut.model_validate(one.echoed),
        unprompted=CountOut.model_validate(one.unprompted),
        instead=one.instead,
        said_instead=CountOut.model_validate(one.said_instead) if one.said_instead else None,
        evidence_said=[SaidOut.model_validate(use) for use in one.said_uses],
        evidence_repeated=[SaidOut.model_validate(use) for use in one.echo_uses],
        evidence_unprompted=[SaidOut.model_validate(use) for use in one.unprompted_uses],
    )


FIELDS = (
    *("part", "phrase", "beside", "side", "n", "of", "others_n", "others_of", "unprompted", "log_odds", "low", "high"),
    *("false_discovery_rate", "told_apart", "quote", "source", "account", "turn", "document", "locator"),
)
"""The columns of `rows_of`."""


def rows_of(found: LanguageOut) -> list[dict[str, Any]]:
    """Return a row for each pair (two, one a side), each distinctive phrase and each message, with one quote."""
    rows = []
    for pair in found.pairs:
        told = {"told_apart": pair.told_apart, "false_discovery_rate": pair.false_discovery_rate, "side": pair.side}
        rows.append(_row("pair: they say", pair.they, beside=pair.you_say) | told)
        rows.append(_row("pair: you say", pair.you, beside=pair.they_say) | told)
    for contrast in found.contrasts:
        rows += [_row("they say", one) | {"side": contrast.side} for one in contrast.they_say]
        rows += [_row("you say", one) | {"side": contrast.side} for one in contrast.you_say]
    for one in found.messages:
        counts = (
            ("said by reps", one.said_by_reps, one.evidence_said),
            ("repeated by customers", one.repeated_by_customers, one.evidence_repeated),
            ("unprompted by customers", one.unprompted, one.evidence_unprompted),
        )
        for part, count, uses in counts:
            told = {"phrase": one.phrase, "beside": one.instead or "", "n": count.n, "of": count.of}
            rows.append(dict.fromkeys(FIELDS, "") | {"part": f"message: {part}"} | told | _quoted(uses))
    return rows


def _row(part: str, one: WordingOut, *, beside: str = "") -> dict[str, Any]:
    return dict.fromkeys(FIELDS, "") | {
        "part": part,
        "phrase": one.phrase,
        "beside": beside,
        "n": one.ours.n,
        "of": one.ours.of,
        "others_n": one.theirs.n,
        "others_of": one.theirs.of,
        "unprompted": "" if one.unprompted is None else one.unprompted.n,
        "log_odds": one.log_odds,
        "low": one.low,
        "high": one.high,
        "false_discovery_rate": one.false_discovery_rate,
        "told_apart": one.told_apart,
        **_quoted(one.evidence),
    }


def _quoted(uses: list[SaidOut] | list[SaidOut | WrittenOut]) -> dict[str, Any]:
    if not uses:
        return {}
    use = uses[0]
    if isinstance(use, WrittenOut):
        return {"quote": use.text, "document": use.document_name, "locator": use.locator}
    return {"quote": use.text, "source": use.source, "account": use.account or "", "turn": use.turn}
