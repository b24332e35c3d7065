"""`buyerspeak mcp`: the same facts for agents."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.shared import DataOption, complain, open_toolkit


def mcp(
    token: Annotated[
        str | None,
        typer.Option(
            envvar="BUYERSPEAK_TOKEN", help="Whose eyes it has, where there are accounts.", show_default=False
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Answer an agent over MCP on standard input and output: search, theme, gaps, guide, call; it only reads.

    Where there are accounts, an agent without a token sees what viewers see.
    """
    from api.mcp_server import serve_tools
    from api.people.door import Door
    from pipeline.viewing import ViewerToolkit

    toolkit = open_toolkit(data)
    visitor = Door(toolkit.store).visitor(bearer=token, session=None)
    if visitor is None and token:
        raise typer.BadParameter(
            "the token lets nobody in; it may be revoked or over. `buyerspeak token add` makes one."
        )
    sees_all = visitor is not None and visitor.sees_all
    if not sees_all:
        complain("Only calls whose consent allows it are read.")
    serve_tools(toolkit if sees_all else ViewerToolkit(toolkit))


COMMANDS = (mcp,)
