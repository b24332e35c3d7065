"""The objection guide as files, and lines that people write into it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from fastapi import APIRouter, Response

from api.desk import DeskDep
from api.guide_reading import TYPES, Asked, guide_bytes
from api.people.visitor import visitor_now
from api.schemas_guide import ChangedGuideLine, GuideLineOut, GuideLinesOut, NewGuideLine
from pipeline.guide_lines import add_line, change_line, read_lines, subject_of
from pipeline.store.session import Transaction

router = APIRouter(tags=["readings"])
_CONTENT: dict[str, dict[str, str]] = {name.split(";")[0]: {} for name in TYPES.values()}


@router.get("/guide", response_class=Response, responses={200: {"content": _CONTENT}})
def get_guide(
    desk: DeskDep,
    theme: str = "",
    category: str = "",
    format: Literal["json", "md", "html", "pdf", "docx"] = "json",  # noqa: A002  the word of the contract
    as_of: date | None = None,
) -> Response:
    """Return the objection guide; forms other than JSON come as files to keep.

    `as_of` is the day that "aged" is reckoned for.
    """
    with desk.toolkit.store.read() as tx:
        content = guide_bytes(
            desk.toolkit,
            tx,
            format,
            Asked(
                theme or None,
                category or None,
                as_of or datetime.now(UTC).date(),
                desk.toolkit.settings.server_url,
            ),
            gaps=desk.gaps.now(tx),
            handlings=desk.handlings.now(tx),
        )
    headers = {} if format == "json" else {"Content-Disposition": f'attachment; filename="objection-guide.{format}"'}
    return Response(content, headers=headers, media_type=TYPES[format])


@router.get("/guide/lines")
def list_lines(desk: DeskDep) -> GuideLinesOut:
    """List the lines that people wrote, in the order they were written."""
    with desk.toolkit.store.read() as tx:
        lines = read_lines(tx, datetime.now(UTC).date())
    return GuideLinesOut(items=[GuideLineOut.of(one) for one in lines])


@router.post("/guide/lines", status_code=201)
def add(desk: DeskDep, new: NewGuideLine) -> GuideLineOut:
    """Write a line into the guide to a theme or a category; it stays through every refresh."""
    with desk.toolkit.store.begin() as tx:
        subject = subject_of(new.theme, new.category)
        line = add_line(tx, subject, new.part, new.text, who=visitor_now().says(new.who), evidence=new.evidence)
        return _standing(tx, line.number)


@router.put("/guide/lines/{number}")
def change(desk: DeskDep, number: int, changed: ChangedGuideLine) -> GuideLineOut:
    """Put another text in place of a line's; what it rests on stays."""
    with desk.toolkit.store.begin() as tx:
        change_line(tx, number, changed.text, who=visitor_now().says(changed.who))
        return _standing(tx, number)


@router.delete("/guide/lines/{number}", status_code=204)
def remove(desk: DeskDep, number: int) -> None:
    """Delete a line."""
    with desk.toolkit.store.begin() as tx:
        tx.guide_lines.remove(number)


def _standing(tx: Transaction, number: int) -> GuideLineOut:
    lines = read_lines(tx, datetime.now(UTC).date())
    return next(GuideLineOut.of(one) for one in lines if one.line.number == number)
