"""`buyerspeak theme`: one theme over time, its name, and whether it stays."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, open_toolkit, print_json

app = typer.Typer(help="One theme: its story, its name, and whether it stays.", no_args_is_help=True)
ThemeArgument = Annotated[str, typer.Argument(help="The id that `buyerspeak themes` shows.")]


@app.command()
def show(theme: ThemeArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show a theme week by week, the quotes that stand for it, and what became of it."""
    from api.schemas import ThemeOut
    from api.schemas_themes import ThemeEventOut, quotes_out, trend_out
    from api.wording import event_line
    from pipeline.insights.theme_quotes import RULE, choose_quotes
    from pipeline.insights.theme_reading import theme_moments
    from pipeline.insights.theme_trends import concentration, read_trends

    with open_toolkit(data).store.read() as tx:
        held, moments, trend = tx.themes.get(theme), theme_moments(tx, theme), trend_out(read_trends(tx)[theme])
        quotes, account = quotes_out(choose_quotes(theme, moments)), concentration(moments)
        events, labels = tx.themes.events(theme), tx.themes.labels()
    warning = account.warning if account else None
    if as_json:
        told = {"theme": ThemeOut.of(held), "trend": trend}
        print_json(
            {name: model.model_dump(mode="json") for name, model in told.items()}
            | {"warning": warning, "rule": RULE, "quotes": [quote.model_dump(mode="json") for quote in quotes]}
            | {"events": [ThemeEventOut.model_validate(event).model_dump(mode="json") for event in events]}
        )
        return
    steady = "" if held.stability is None else f"  ({held.stability:.0%} steady)"
    typer.echo(f"{held.label}{steady}" + (f"  {trend.direction}" if trend.direction else ""))
    if warning:
        typer.echo(f"Warning: {warning}")
    for week in trend.weeks:
        if week.calls.out_of:
            typer.echo(
                f"{week.start}  calls {week.calls.n} of {week.calls.out_of} ({week.calls.low:.0%}–"
                f"{week.calls.high:.0%}), accounts {week.accounts.n} of {week.accounts.out_of}, deals {week.deals.n} "
                f"of {week.deals.out_of}; {week.uncovered.n} of {week.uncovered.out_of} moments in no theme"
            )
    for quote in quotes:
        typer.echo(f"{quote.role}: “{quote.moment.quote}” {quote.moment.account or quote.moment.source}")
    typer.echo(RULE)
    for event in events:
        typer.echo(event_line(event, labels))


@app.command()
def rename(
    theme: ThemeArgument, label: Annotated[str, typer.Argument(help="The name that it gets.")], data: DataOption = None
) -> None:
    """Give a theme a name that stays."""
    from pipeline.theme_edits import rename_theme

    with open_toolkit(data).store.begin() as tx:
        name = rename_theme(tx, theme, label)
    typer.echo(f"{theme} is called {name}.")


@app.command()
def pin(theme: ThemeArgument, data: DataOption = None) -> None:
    """Let a theme stay when themes are found anew."""
    with open_toolkit(data).store.begin() as tx:
        tx.themes.set_pinned(theme, True)
    typer.echo(f"{theme} stays.")


@app.command()
def unpin(theme: ThemeArgument, data: DataOption = None) -> None:
    """Let a theme change again."""
    with open_toolkit(data).store.begin() as tx:
        tx.themes.set_pinned(theme, False)
    typer.echo(f"{theme} may change.")
