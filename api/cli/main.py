"""The commands of `buyerspeak`, put together. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import sys

import typer

from api.cli import (
    calls,
    collateral,
    corrections,
    evaluate,
    exports,
    gaps,
    guide_lines,
    ingest,
    language,
    mcp,
    mends,
    outcomes,
    people,
    quality,
    readings,
    review,
    search,
    serve,
    themes,
    trackers,
    train,
    voices,
)
from api.cli.shared import complain
from pipeline.errors import SAID_IN_WORDS

app = typer.Typer(
    name="buyerspeak",
    help="Recorded sales calls in, real customer language out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (ingest, calls, exports, search, readings, language, outcomes, gaps, review, evaluate, train, serve, mcp):
    for command in module.COMMANDS:
        app.command()(command)
app.add_typer(collateral.app, name="collateral")
app.add_typer(trackers.app, name="tracker")
app.add_typer(themes.app, name="theme")
app.add_typer(guide_lines.app, name="guide-line")
app.add_typer(gaps.app, name="gap")
app.add_typer(quality.app, name="quality")
app.add_typer(corrections.app, name="moment")
app.add_typer(mends.app, name="mend")
app.add_typer(voices.app, name="voices")
app.add_typer(people.app, name="people")
app.add_typer(people.tokens, name="token")


def main() -> None:
    """Run the command; what Buyerspeak refuses is said in one line, with exit status 1."""
    try:
        app()
    except SAID_IN_WORDS as error:
        complain(f"buyerspeak: {error}")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
