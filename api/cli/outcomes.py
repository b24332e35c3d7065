"""`buyerspeak outcomes`: what goes with winning, losing and no decision."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, open_toolkit, print_json


class OutcomesBy(StrEnum):
    """What deals are held against each other by."""

    THEME = "theme"
    ANSWER = "answer"


def outcomes(
    by: Annotated[
        OutcomesBy, typer.Option("--by", help="By what customers raised, or by how reps replied.")
    ] = OutcomesBy.THEME,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how deals ended by theme or by answer, with counts and intervals; never a cause."""
    from api.kept_reading import read_handlings
    from api.outcome_words import contrast_words, scope_words
    from api.schemas_outcomes import outcomes_out
    from pipeline.insights.outcomes import read_outcomes
    from pipeline.insights.theme_reading import refresh_themes

    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    with toolkit.store.read() as tx:
        found = read_outcomes(tx, read_handlings(toolkit, tx) if by is OutcomesBy.ANSWER else None)
    if as_json:
        print_json(outcomes_out(found).model_dump())
        return
    typer.echo(scope_words(found))
    for one in found.associations:
        typer.echo(f"{one.label}  [{one.factor}]")
        for contrast in one.contrasts:
            typer.echo(f"    {contrast_words(one, contrast)}")


COMMANDS = (outcomes,)
