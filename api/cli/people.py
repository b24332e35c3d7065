"""`buyerspeak people` and `buyerspeak token`: who may use the pages and the HTTP interface, and as what."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.shared import DataOption, JsonOption, complain, open_toolkit, print_json

app = typer.Typer(help="Accounts: without any, everything is open on this machine alone.", no_args_is_help=True)
tokens = typer.Typer(help="Keys with which programs ask in somebody's name.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="The person's name.", show_default=False)]


class RoleName(StrEnum):
    """What a person may do."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


class ScopeName(StrEnum):
    """How far a token reaches."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


RoleOption = Annotated[
    RoleName,
    typer.Option("--role", help="viewer: reads what consent allows; editor: reads and writes all; admin: people too."),
]
PasswordOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, not from the keyboard.")
]


@app.command("add")
def add(
    name: NameArgument,
    role: RoleOption = RoleName.VIEWER,
    password_stdin: PasswordOption = False,
    data: DataOption = None,
) -> None:
    """Make an account; the first must be an admin's, and from then on everybody signs in."""
    from api.people.door import add_person

    toolkit = open_toolkit(data)
    person = add_person(toolkit.store, name, role.value, _password(password_stdin))
    typer.echo(f"{person.name} is {person.role}.")


@app.command("list")
def list_people(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the accounts."""
    with open_toolkit(data).store.read() as tx:
        held = tx.people.all()
    if as_json:
        print_json([{"name": p.name, "role": p.role, "added_at": p.added_at.isoformat()} for p in held])
        return
    if not held:
        typer.echo("No account is held: everything is open on this machine. `buyerspeak people add NAME --role admin`")
    for person in held:
        typer.echo(f"{person.name}\t{person.role}")


@app.command("role")
def role_of(name: NameArgument, role: Annotated[RoleName, typer.Argument()], data: DataOption = None) -> None:
    """Give a person another role."""
    with open_toolkit(data).store.begin() as tx:
        person = tx.people.set_role(name, role.value)
    typer.echo(f"{person.name} is {person.role}.")


@app.command("password")
def password_of(name: NameArgument, password_stdin: PasswordOption = False, data: DataOption = None) -> None:
    """Give a person another password; wherever they are signed in, they no longer are."""
    from api.people.door import set_password

    store = open_toolkit(data).store
    with store.read() as tx:
        tx.people.get(name)
    set_password(store, name, _password(password_stdin))
    typer.echo(f"{name} has a new password, and is signed out everywhere.")


@app.command("remove")
def remove(name: NameArgument, data: DataOption = None) -> None:
    """Delete an account with its sessions and tokens; what the person corrected keeps the name."""
    with open_toolkit(data).store.begin() as tx:
        tx.people.remove(name)
        is_open = not tx.people.are_any()
    typer.echo(f"{name} has no account any more.")
    if is_open:
        complain("No account is left: everything is open on this machine again.")


@tokens.command("add")
def add_token_of(
    name: NameArgument,
    label: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[ScopeName, typer.Option(help="How far it reaches, within the person's role.")] = ScopeName.READ,
    days: Annotated[int, typer.Option(help="How long it holds.", min=1, max=365)] = 90,
    data: DataOption = None,
) -> None:
    """Make a token and print its key, this once."""
    from api.people.door import add_token

    token, key = add_token(open_toolkit(data).store, name, label=label, scope=scope.value, days=days)
    typer.echo(key)
    complain(f"Token {token.id} of {token.person}, scope {token.scope}, until {token.expires_at:%Y-%m-%d}.")


@tokens.command("list")
def list_tokens(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the tokens, without their keys."""
    from api.schemas_people import TokenOut

    with open_toolkit(data).store.read() as tx:
        held = [TokenOut.model_validate(token) for token in tx.people.tokens()]
    if as_json:
        print_json([token.model_dump(mode="json") for token in held])
        return
    for token in held:
        typer.echo(f"{token.id}\t{token.person}\t{token.scope}\tuntil {token.expires_at:%Y-%m-%d}\t{token.label}")


@tokens.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="Its id, as `token list` gives it.", show_default=False)],
    data: DataOption = None,
) -> None:
    """Delete a token, which then lets nobody in."""
    with open_toolkit(data).store.begin() as tx:
        tx.people.revoke_token(token)
    typer.echo(f"Token {token} is revoked.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return given
