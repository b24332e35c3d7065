"""Wording: they say, you say."""

from __future__ import annotations

import io
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.desk import DeskDep
from api.schemas_language import FIELDS, LanguageOut, language_out, rows_of
from api.sheets import write_csv

router = APIRouter(tags=["readings"])


@router.get("/language", response_model=LanguageOut, responses={200: {"content": {"text/csv": {}}}})
def get_language(
    desk: DeskDep,
    theme: Annotated[str, Query(description="The id of a theme; without it, all that is said.")] = "",
    format: Literal["json", "csv"] = "json",  # noqa: A002  the word of the contract
) -> LanguageOut | Response:
    """Return what customers say beside what collateral and reps say for it, with the sentences that are counted."""
    with desk.toolkit.store.read() as tx:
        if theme:
            tx.themes.get(theme)
        found = language_out(desk.language.of(tx, theme or None).now(tx))
    if format == "json":
        return found
    file = io.StringIO(newline="")
    write_csv(rows_of(found), file, FIELDS)
    headers = {"Content-Disposition": 'attachment; filename="language.csv"'}
    return Response(file.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")
