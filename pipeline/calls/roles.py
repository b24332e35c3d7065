"""Who is the rep and who the customer: from what was given, else from what each speaker says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.protocols import RoleJudge
from pipeline.records import Role, SpeakerRole, Turn

_REP_WORDS = frozenset({"rep", "agent", "seller", "sales", "host", "internal"})
_CUSTOMER_WORDS = frozenset({"customer", "client", "buyer", "prospect", "caller", "external"})
_TRUSTED = 0.99


def assign_roles(
    turns: Sequence[Turn], judge: RoleJudge, *, metadata: Mapping[str, Any], given: Mapping[str, Role] | None = None
) -> list[SpeakerRole]:
    """Return the role of every speaker of a call, in order of appearance.

    A role given with the turns stands; next, the speaker's name is compared with the metadata's `rep` and with words
    such as "agent"; whoever is left is judged by what they say. One side of a call is never empty when the call has
    two speakers: the likelier rep is the rep.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for turn in turns:
        texts[turn.speaker].append(turn.text)
    known: dict[str, Role] = {name: role for name, role in (given or {}).items() if role != "unknown"}
    for speaker in texts:
        if speaker not in known and (role := _named_role(speaker, metadata)):
            known[speaker] = role
    open_ones = {speaker: lines for speaker, lines in texts.items() if speaker not in known}
    inferred = _judged(open_ones, judge, known)
    return [
        SpeakerRole(speaker, known[speaker], 1.0, "given") if speaker in known else inferred[speaker]
        for speaker in texts
    ]


def _named_role(speaker: str, metadata: Mapping[str, Any]) -> Role | None:
    name = _folded(speaker)
    rep = metadata.get("rep")
    if rep and _folded(str(rep)) == name:
        return "rep"
    words = set(re.findall(r"[a-z]+", name))
    if words & _REP_WORDS and not words & _CUSTOMER_WORDS:
        return "rep"
    if words & _CUSTOMER_WORDS and not words & _REP_WORDS:
        return "customer"
    return None


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


def _judged(texts: Mapping[str, Sequence[str]], judge: RoleJudge, known: Mapping[str, Role]) -> dict[str, SpeakerRole]:
    probabilities = judge.rep_probability(texts)
    if len(texts) == 2 and not known:
        probabilities = _one_of_each(probabilities)
    elif len(texts) == 1 and known:
        probabilities = _the_other_side(probabilities, known)
    return {
        speaker: SpeakerRole(speaker, "rep" if rep >= 0.5 else "customer", max(rep, 1 - rep), "inferred")
        if rep != 0.5
        else SpeakerRole(speaker, "unknown", 0.5, "inferred")
        for speaker, rep in probabilities.items()
    }


def _one_of_each(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities given that of two speakers exactly one is the rep."""
    (first, p), (second, q) = probabilities.items()
    p, q = _inside(p), _inside(q)
    first_is_rep = p * (1 - q) / (p * (1 - q) + q * (1 - p))
    return {first: first_is_rep, second: 1 - first_is_rep}


def _the_other_side(probabilities: Mapping[str, float], known: Mapping[str, Role]) -> dict[str, float]:
    """Return the probability of the one speaker left: beside a known rep alone, it is the customer, and so round."""
    sides = set(known.values())
    if len(sides) != 1:
        return dict(probabilities)
    return {speaker: 1 - _TRUSTED if sides == {"rep"} else _TRUSTED for speaker in probabilities}


def _inside(probability: float) -> float:
    return min(max(probability, 1e-6), 1 - 1e-6)
