"""`buyerspeak collateral`: marketing's documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.shared import ByOption, DataOption, JsonOption, complain, open_toolkit, print_json, said_by

if TYPE_CHECKING:
    from pipeline.collateral.versions import VersionChange
    from pipeline.collateral_intake import TakenDocument

app = typer.Typer(help="Marketing's documents: add, list, describe, compare, remove.", no_args_is_help=True)

StageOption = Annotated[str | None, typer.Option("--stage", help="Stages of a deal that it is for, comma-separated.")]
PersonaOption = Annotated[str | None, typer.Option("--persona", help="Whom it is for, comma-separated.")]
ProductOption = Annotated[str | None, typer.Option("--product", help="Products that it speaks of, comma-separated.")]
OwnerOption = Annotated[str | None, typer.Option("--owner", help="Who answers for it.")]
DateOption = Annotated[str | None, typer.Option("--date", help="The day that its content is of, such as 2026-03-01.")]
UrlOption = Annotated[str | None, typer.Option("--url", help="Where it is published.")]
FieldOption = Annotated[
    list[str] | None, typer.Option("--field", help="Any other field, as FIELD=VALUE; may be repeated.")
]


@app.command()
def add(
    paths: Annotated[
        list[Path], typer.Argument(help="Documents, folders, ZIP archives or a saved sitemap.xml.", show_default=False)
    ],
    metadata: Annotated[
        Path | None, typer.Option("--metadata", help="CSV of metadata by file name, in its column `file`.")
    ] = None,
    stage: StageOption = None,
    persona: PersonaOption = None,
    product: ProductOption = None,
    owner: OwnerOption = None,
    date: DateOption = None,
    url: UrlOption = None,
    field: FieldOption = None,
    by: ByOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read documents (PDF, DOCX, PPTX, HTML, Markdown, text) into passages.

    Other content under the name of a document is a new version of it. Metadata is taken from the file's own
    properties, a JSON file beside it (prices.pdf.json or prices.json), --metadata, and the options, which win.
    """
    from api.schemas_collateral import TakenOut
    from pipeline.collateral_found import find_documents
    from pipeline.collateral_intake import TakenDocument, take_documents
    from pipeline.intake import Refused, read_metadata_table

    by_hand = _said(field, stage=stage, persona=persona, product=product, owner=owner, date=date, url=url)
    toolkit = open_toolkit(data)
    rows = read_metadata_table(metadata) if metadata else {}
    failed, taken = False, []
    found = find_documents(paths, rows)
    for one in take_documents(found, toolkit.store, toolkit.encoder, by_hand=by_hand, who=said_by(by)):
        if isinstance(one, TakenDocument):
            taken.append(TakenOut.of(one).model_dump() | {"name": one.document.name})
            for remark in one.document.remarks:
                complain(f"note: {one.document.name}: {remark}")
            if not as_json:
                typer.echo(_taken_line(one))
        elif isinstance(one, Refused):
            complain(f"failed: {one.reason}")
            failed = True
        else:
            complain(f"note: {one.source}: {one.text}")
    if as_json:
        print_json(taken)
    if failed:
        raise typer.Exit(1)


def _taken_line(taken: TakenDocument) -> str:
    from api.wording import CHANGE_WORDS

    n_passages = len(taken.passages)
    line = f"{taken.document.name}: {n_passages} passage{'' if n_passages == 1 else 's'}"
    if taken.is_unchanged:
        return f"{line}, unchanged"
    if taken.change.version.number == 1:
        return line
    change = CHANGE_WORDS[taken.change.version.change]
    return f"{line}, version {taken.document.version}, {change}: {_difference(taken.change)}"


def _difference(change: VersionChange) -> str:
    counts = {"gained": change.gained, "lost": change.lost, "reworded": change.reworded}
    said = [f"{len(passages)} {word}" for word, passages in counts.items() if passages]
    return ", ".join([*said, f"{change.n_kept} kept"])


@app.command("list")
def list_documents(
    removed: Annotated[bool, typer.Option("--removed", help="Those that are held no longer.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the documents that are held, or with --removed those that were."""
    from api.schemas import DocumentOut

    toolkit = open_toolkit(data)
    if removed:
        _list_removed(toolkit, as_json=as_json)
        return
    with toolkit.store.read() as tx:
        held = [DocumentOut.of(document, tx.collateral.passages(document.id)) for document in tx.collateral.all()]
    if as_json:
        print_json([document.model_dump() for document in held])
        return
    for document in held:
        said = "".join(f"  {field}: {_shown(value)}" for field, value in sorted(document.metadata.items()))
        typer.echo(
            f"{document.id}  {document.format:5}  {document.passages:4} passages  version {document.version}  "
            f"{document.name}  {document.title}{said}"
        )


def _list_removed(toolkit: Any, *, as_json: bool) -> None:
    with toolkit.store.read() as tx:
        gone = tx.collateral.removed()
    if as_json:
        print_json([{"name": one.name, "title": one.title, "removed_at": one.ended_at.isoformat()} for one in gone])
        return
    for one in gone:
        typer.echo(f"{one.ended_at:%Y-%m-%d}  version {one.number}  {one.name}  {one.title}")


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@app.command("set")
def set_fields(
    names: Annotated[list[str], typer.Argument(help="Names or ids of documents.", show_default=False)],
    stage: StageOption = None,
    persona: PersonaOption = None,
    product: ProductOption = None,
    owner: OwnerOption = None,
    date: DateOption = None,
    url: UrlOption = None,
    field: FieldOption = None,
    by: ByOption = None,
    data: DataOption = None,
) -> None:
    """Say what documents are for, whose they are and of what day; an empty value empties a field.

    What is set here wins over what the files say, also in later versions.
    """
    from pipeline.collateral_intake import edit_document

    fields = _said(field, stage=stage, persona=persona, product=product, owner=owner, date=date, url=url)
    toolkit = open_toolkit(data)
    for name in names:
        held = edit_document(toolkit.store, name, fields, who=said_by(by))
        typer.echo(f"{held.name}: " + ", ".join(f"{one} {_shown(held.metadata.get(one, '–'))}" for one in fields))


def _said(pairs: list[str] | None, **options: str | None) -> dict[str, str]:
    """Return the fields that the options name; a pair without "=" is wrong usage."""
    fields = {name: value for name, value in options.items() if value is not None}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"--field {pair!r} is not FIELD=VALUE, such as region=Europe.")
        fields[name.strip()] = value.strip()
    return fields


@app.command()
def history(
    name: Annotated[str, typer.Argument(help="Name or id of a document, held or removed.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the versions of a document, and which passages each gained and lost."""
    from api.schemas_collateral import VersionOut
    from pipeline.collateral.versions import changes

    with open_toolkit(data).store.read() as tx:
        made = changes(tx.collateral.history(name))
    if as_json:
        print_json([VersionOut.of(change).model_dump() for change in made])
        return
    for change in made:
        _tell(change)


def _tell(change: VersionChange) -> None:
    from api.wording import CHANGE_WORDS

    version = change.version
    ended = f", {version.end} {version.ended_at:%Y-%m-%d %H:%M}" if version.ended_at else ", held"
    typer.echo(
        f"Version {version.number}, {CHANGE_WORDS[version.change]} {version.added_at:%Y-%m-%d %H:%M}{ended}: "
        f"{len(version.passages)} passages ({_difference(change)})"
    )
    if version.number == 1:
        return
    for mark, passages in (("+", change.gained), ("-", change.lost)):
        for passage in passages:
            typer.echo(f"  {mark} {passage.locator}: {_in_a_line(passage.text)}")
    for one in change.reworded:
        typer.echo(f"  ~ {one.locator}\n    - {_in_a_line(one.before)}\n    + {_in_a_line(one.after)}")


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Names or ids of documents.", show_default=False)],
    with_history: Annotated[
        bool, typer.Option("--with-history", help="Forget the versions too, also of what was removed before.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Remove documents with their passages; adding a document again puts it back."""
    toolkit = open_toolkit(data)
    for name in names:
        with toolkit.store.begin() as tx:
            tx.collateral.remove(name, with_history=with_history)
        typer.echo(f"Removed {name}")
