"""`buyerspeak serve`: the pages and the HTTP interface."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

import typer

from api.cli.shared import DataOption, open_toolkit


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine's own.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    data: DataOption = None,
) -> None:
    """Serve the pages, `/api/v1` and `/docs` on this machine."""
    import uvicorn

    from api.app import create_app

    if not _is_loopback(host):
        raise typer.BadParameter(
            f"{host} can be reached from other machines, and there is no sign-in. "
            "Serve on 127.0.0.1 and put a proxy with sign-in before it."
        )
    typer.echo(f"Buyerspeak on http://{host}:{port}/  (Ctrl-C ends it)")
    uvicorn.run(create_app(open_toolkit(data)), host=host, port=port, log_level="warning")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


COMMANDS = (serve,)
