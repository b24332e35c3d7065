"""`buyerspeak language`: they say, you say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.shared import DataOption, JsonOption, OutOption, open_toolkit, print_json, write_text

if TYPE_CHECKING:
    from api.schemas_language import LanguageOut, WordingOut

_SHOWN = 10
_WHOSE = {"collateral": "your collateral", "reps": "your reps"}


def language(
    theme: Annotated[str | None, typer.Argument(help="One theme, by its id; without it, all that is said.")] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Show what customers say beside what collateral and reps say for it."""
    import io
    import json

    from api.schemas_language import FIELDS, language_out, rows_of
    from api.sheets import write_csv
    from pipeline.insights.language import read_language
    from pipeline.insights.theme_reading import refresh_themes

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other.")
    toolkit = open_toolkit(data)
    refresh_themes(toolkit.store, toolkit.encoder, toolkit.matter_encoder)
    with toolkit.store.read() as tx:
        found = language_out(read_language(tx, toolkit.encoder, theme))
    if as_csv:
        file = io.StringIO(newline="")
        write_csv(rows_of(found), file, FIELDS)
        write_text(file.getvalue(), out)
    elif as_json and out is None:
        print_json(found.model_dump())
    elif as_json:
        write_text(json.dumps(found.model_dump(), ensure_ascii=False, indent=1), out)
    else:
        write_text("\n".join(_lines(found)), out)


def _lines(found: LanguageOut) -> Iterator[str]:
    from api.wording import counted

    held = f"{counted(found.calls, 'call')}, {counted(found.accounts, 'account')}, {counted(found.passages, 'passage')}"
    yield f"{found.label}: {held}. Customers count once per account, collateral once per passage."
    for pair in found.pairs:
        if pair.told_apart:
            yours = f"{_WHOSE[pair.side]} “{pair.you_say}” ({_of(pair.you)})"
            yield f"  they say “{pair.they_say}” ({_of(pair.they)}), {yours}"
    n_maybe = sum(not pair.told_apart for pair in found.pairs)
    yield f"{counted(n_maybe, 'further pair')} could be chance; --json holds them, and every sentence that is counted."
    for contrast in found.contrasts:
        they, you = (", ".join(_listed(side)) or "nothing" for side in (contrast.they_say, contrast.you_say))
        yield f"Beside {contrast.side}: customers say {they}; {contrast.side} say {you}. (* more than chance)"
    for one in found.messages:
        if one.said_by_reps.n:
            said, repeated = one.said_by_reps, one.repeated_by_customers
            echo = f"repeated by customers in {repeated.n} of {repeated.of}"
            yield f"“{one.phrase}”: reps in {said.n} of {said.of} calls, {echo}"


def _of(one: WordingOut) -> str:
    return f"{one.ours.n} of {one.ours.of}"


def _listed(wordings: Sequence[WordingOut]) -> list[str]:
    return [one.phrase + ("*" if one.told_apart else "") for one in wordings[:_SHOWN]]


COMMANDS = (language,)
