"""Words for the two sides of a call, and what its people add to the metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.calls.transcripts.node import Node
from pipeline.records import Role

_ROLES: Final[Mapping[str, Role]] = {
    "rep": "rep", "agent": "rep", "seller": "rep", "sales": "rep", "sales rep": "rep", "salesperson": "rep",
    "representative": "rep", "internal": "rep",
    "customer": "customer", "client": "customer", "prospect": "customer", "buyer": "customer", "lead": "customer",
    "external": "customer",
    "unknown": "unknown", "": "unknown",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the call, as the file lists them."""

    name: str | None
    role: Role


def role_given(node: Node) -> Role:
    """Return a role that must be one of the known words or missing; raises for any other."""
    if node.value is None:
        return "unknown"
    role = _ROLES.get(_folded(node.text()))
    if role is None:
        raise node.refused("must be rep, customer or unknown")
    return role


def role_meant(node: Node) -> Role:
    """Return the role that a word of another system means; a word for neither side means unknown."""
    return _ROLES.get(_folded(node.value), "unknown") if isinstance(node.value, str) else "unknown"


def described(people: Iterable[Person]) -> dict[str, Any]:
    """Return the metadata `parties`, the names in order, and `rep` where exactly one rep is named."""
    named = [person for person in people if person.name]
    reps = {person.name for person in named if person.role == "rep"}
    metadata: dict[str, Any] = {"parties": [person.name for person in named]} if named else {}
    if len(reps) == 1:
        metadata["rep"] = reps.pop()
    return metadata


def _folded(word: str) -> str:
    return " ".join(word.lower().replace("_", " ").split())
