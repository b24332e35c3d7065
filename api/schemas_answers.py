"""What became of an objection, on the wire and in exports: one row per objection."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from pipeline.insights.handling import Handling, said_by


class AnswerOut(BaseModel):
    """An objection, the rep's reply, and what came of it; null where nobody replied."""

    model_config = ConfigDict(frozen=True)

    moment: str
    call: str
    source: str
    account: str | None
    theme: str | None
    category: str | None
    turn: int
    start_s: float | None
    quote: str
    reply: str | None
    """The rep's whole turns, a line a turn."""
    reply_turn: int | None
    explored: bool
    question: str | None
    answered: bool
    answered_score: float | None
    customer_reply: str | None
    customer_turn: int | None
    outcome_of_reply: str | None
    """accepted, resisted or unclear."""
    came_back_moment: str | None

    @classmethod
    def of(cls, handling: Handling) -> AnswerOut:
        """Return a handling as one flat object."""
        raised, exchange = handling.objection, handling.exchange
        answers, replies = (exchange.answers, exchange.replies) if exchange else ((), ())
        score = handling.answered_score
        return cls(
            moment=raised.id,
            call=raised.call,
            source=raised.source,
            account=raised.account,
            theme=raised.theme,
            category=raised.category,
            turn=raised.turn,
            start_s=raised.start_s,
            quote=raised.quote,
            reply=said_by(answers) or None,
            reply_turn=answers[0].turn if answers else None,
            explored=handling.explored is not None,
            question=handling.explored.text if handling.explored else None,
            answered=handling.is_answered,
            answered_score=None if score is None else round(score, 4),
            customer_reply=said_by(replies) or None,
            customer_turn=replies[0].turn if replies else None,
            outcome_of_reply=handling.reaction,
            came_back_moment=handling.came_back,
        )


class AnswerPage(BaseModel):
    """A page of objections with what became of them."""

    items: list[AnswerOut]
    total: int
    next: str | None
