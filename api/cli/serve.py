"""`buyerspeak serve`: the pages and the HTTP interface."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

import typer

from api.cli.shared import DataOption, open_toolkit


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine only with accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Host name that it is asked by; may be repeated.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Serve the pages, `/api/v1` and `/docs`."""
    import uvicorn

    from api.app import create_app
    from api.people.gate import FIRST_ACCOUNT
    from api.warm_up import warm_up

    toolkit = open_toolkit(data)
    is_local = _is_loopback(host)
    if not is_local:
        with toolkit.store.read() as tx:
            if not tx.people.are_any():
                raise typer.BadParameter(
                    f"{host} can be reached from other machines, and there is no account to sign in with. "
                    f"Run: {FIRST_ACCOUNT}"
                )
    made = create_app(toolkit, hosts=[host, *(name or ())], any_address=not is_local, needs_account=not is_local)
    warm_up(toolkit)
    typer.echo(f"Buyerspeak on http://{host}:{port}/  (Ctrl-C ends it)")
    uvicorn.run(made, host=host, port=port, log_level="warning", timeout_graceful_shutdown=5)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


COMMANDS = (serve,)
