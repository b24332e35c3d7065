"""`buyerspeak collateral`: marketing's documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, complain, open_toolkit, print_json

app = typer.Typer(help="Marketing's documents: add, list, remove.", no_args_is_help=True)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Documents, or folders of them.", show_default=False)],
    data: DataOption = None,
) -> None:
    """Read documents (PDF, DOCX, PPTX, HTML, Markdown, text) into passages; a document of the same name is replaced."""
    from pipeline.collateral_intake import named_documents, take_document
    from pipeline.errors import BuyerspeakError, Conflict

    toolkit = open_toolkit(data)
    failed = False
    taken: dict[str, Path] = {}
    for given in paths:
        try:
            found = list(named_documents([given]))
        except BuyerspeakError as error:
            found, failed = [], True
            complain(f"failed: {error}")
        for name, path in found:
            try:
                if name in taken:
                    raise Conflict(f"{path} has the name of {taken[name]}. Add their common folder, or rename one.")
                taken[name] = path
                document, passages = take_document(path, toolkit.store, toolkit.encoder, name=name)
                typer.echo(f"{document.name}: {len(passages)} passages")
            except BuyerspeakError as error:
                complain(f"failed: {error}")
                failed = True
    if failed:
        raise typer.Exit(1)


@app.command("list")
def list_documents(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the documents that are held."""
    from api.schemas import DocumentOut

    toolkit = open_toolkit(data)
    with toolkit.store.read() as tx:
        held = [DocumentOut.of(document, tx.collateral.passages(document.id)) for document in tx.collateral.all()]
    if as_json:
        print_json([document.model_dump() for document in held])
        return
    for document in held:
        typer.echo(
            f"{document.id}  {document.format:5}  {document.passages:4} passages  {document.name}  {document.title}"
        )


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(help="Names or ids of documents.", show_default=False)],
    data: DataOption = None,
) -> None:
    """Remove documents with their passages."""
    toolkit = open_toolkit(data)
    for name in names:
        with toolkit.store.begin() as tx:
            tx.collateral.remove(name)
        typer.echo(f"Removed {name}")
