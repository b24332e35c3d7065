"""`buyerspeak search`: customer phrases by meaning and by word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api.cli.shared import (
    ConfidenceOption,
    DataOption,
    JsonOption,
    WhereOption,
    clock,
    open_toolkit,
    parse_where,
    print_json,
)


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in any words.", show_default=False)],
    kind: Annotated[list[str] | None, typer.Option(help="objection, pain, goal, question or signal.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Objection category, such as price.")] = None,
    role: Annotated[str, typer.Option(help="Who says it: customer, rep, unknown or any.")] = "customer",
    where: WhereOption = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Recorded on this day or later.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Recorded on this day or before.")
    ] = None,
    theme: Annotated[list[str] | None, typer.Option(help="Id of a theme; may be repeated.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="machine, heard, cleared or withdrawn.")] = None,
    call: Annotated[list[str] | None, typer.Option(help="Only in this call; may be repeated.")] = None,
    confidence: ConfidenceOption = None,
    exact: Annotated[bool, typer.Option("--exact", help="These very words, completely counted.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Hits to show.")] = 10,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search what customers said; words "in quotation marks" word for word."""
    from api.schemas_search import SearchOut
    from api.wording import also_searched, what_was_found
    from pipeline.errors import BadInput
    from pipeline.insights.search import phrase_filter

    try:
        within = phrase_filter(
            kinds=kind or (),
            categories=category or (),
            role=role,
            where=parse_where(where),
            since=since.date().isoformat() if since else None,
            until=until.date().isoformat() if until else None,
            confidence=confidence or "",
            states=state or (),
            themes=theme or (),
            calls=call or (),
        )
    except BadInput as error:
        raise typer.BadParameter(str(error)) from error
    toolkit = open_toolkit(data)
    found = toolkit.search.search(query, within, limit=limit, exact=exact)
    result = SearchOut.of(found)
    if as_json:
        print_json(result.model_dump())
        return
    typer.echo(what_was_found(found))
    for line in also_searched(found):
        typer.echo(line)
    for hit in result.hits:
        what = " · ".join(word for word in (hit.category or hit.kind or hit.role, hit.band) if word)
        typer.echo(f"\n“{hit.quote}”")
        typer.echo(f"   {what} · {hit.account or hit.source} · {hit.call} at {clock(hit.start_s)}")
        if hit.copies > 1:
            typer.echo(f"   said in {hit.copies} places")


COMMANDS = (search,)
