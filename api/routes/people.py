"""Who asks, who may, and which programs act for whom."""

from __future__ import annotations

from fastapi import APIRouter

from api.desk import DeskDep
from api.paging import PartDep
from api.people.door import add_person, add_token, set_password
from api.people.visitor import visitor_now
from api.schemas_people import (
    NewTokenOut,
    PersonChange,
    PersonIn,
    PersonOut,
    PersonPage,
    TokenIn,
    TokenOut,
    TokenPage,
    VisitorOut,
)

router = APIRouter(tags=["people"])


@router.get("/me")
def get_me() -> VisitorOut:
    """Return who asks, and how far they may go."""
    return VisitorOut.model_validate(visitor_now())


@router.get("/people")
def list_people(desk: DeskDep, part: PartDep) -> PersonPage:
    """List the accounts by name. For admins."""
    with desk.toolkit.store.read() as tx:
        held = tx.people.all()
    chosen, cursor = part.page(held, lambda person: person.name)
    items = [PersonOut.model_validate(person) for person in chosen]
    return PersonPage(items=items, total=len(held), next=cursor)


@router.post("/people", status_code=201)
def add(desk: DeskDep, given: PersonIn) -> PersonOut:
    """Make an account; the first must be an admin's, and from then on everybody signs in. For admins."""
    return PersonOut.model_validate(add_person(desk.toolkit.store, given.name, given.role, given.password))


@router.patch("/people/{name}")
def change(desk: DeskDep, name: str, given: PersonChange) -> PersonOut:
    """Give a person another role or password; a new password ends their sessions. For admins."""
    store = desk.toolkit.store
    if given.role:
        with store.begin() as tx:
            tx.people.set_role(name, given.role)
    if given.password:
        set_password(store, name, given.password)
    with store.read() as tx:
        return PersonOut.model_validate(tx.people.get(name))


@router.delete("/people/{name}", status_code=204)
def remove(desk: DeskDep, name: str) -> None:
    """Delete an account with its sessions and tokens. For admins."""
    with desk.toolkit.store.begin() as tx:
        tx.people.remove(name)


@router.get("/tokens")
def list_tokens(desk: DeskDep, part: PartDep) -> TokenPage:
    """List the tokens, the last made first. For admins."""
    with desk.toolkit.store.read() as tx:
        held = tx.people.tokens()
    chosen, cursor = part.page(held, lambda token: token.id)
    items = [TokenOut.model_validate(token) for token in chosen]
    return TokenPage(items=items, total=len(held), next=cursor)


@router.post("/tokens", status_code=201)
def make_token(desk: DeskDep, given: TokenIn) -> NewTokenOut:
    """Make a token; its key is in this answer and nowhere else. For admins."""
    person = given.person or visitor_now().says("")
    token, key = add_token(desk.toolkit.store, person, label=given.label, scope=given.scope, days=given.days)
    return NewTokenOut(token=TokenOut.model_validate(token), key=key)


@router.delete("/tokens/{token}", status_code=204)
def revoke(desk: DeskDep, token: str) -> None:
    """Delete a token, which then lets nobody in. For admins."""
    with desk.toolkit.store.begin() as tx:
        tx.people.revoke_token(token)
