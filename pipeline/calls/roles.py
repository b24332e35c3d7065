"""Who is the rep and who the customer: from what was given, else from what each speaker says."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from models.protocols import RoleJudge
from pipeline.records import Role, SpeakerRole, Turn

_REP_WORDS = frozenset({"rep", "agent", "seller", "sales", "host", "internal"})
_CUSTOMER_WORDS = frozenset({"customer", "client", "buyer", "prospect", "caller", "external"})
_TRUSTED = 0.99
_CHANGE = 0.9
"""How often the speaker changes from one turn to the next, where turns are not named."""


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
    if rep and _folded(str(rep)) == _folded(re.sub(r"\(.*?\)", "", speaker)):
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


def one_role_a_speaker(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns in which a speaker name that was given two roles has become two speakers: roles given are kept."""
    roles: dict[str, set[Role]] = defaultdict(set)
    for turn in turns:
        if turn.role != "unknown":
            roles[turn.speaker].add(turn.role)
    return [
        replace(turn, speaker=f"{turn.speaker} ({turn.role})")
        if turn.role != "unknown" and len(roles[turn.speaker]) > 1
        else turn
        for turn in turns
    ]


def tell_sides_apart(turns: Sequence[Turn], judge: RoleJudge) -> list[Turn]:
    """Return turns without any speaker as those of two, "S1" and "S2", by what each turn says and that sides alternate.

    The likeliest sequence of sides is found by Viterbi's algorithm (1967): a turn's own evidence beside the odds that
    the speaker changes from turn to turn.
    """
    judged = judge.rep_probability({str(turn.turn): [turn.text] for turn in turns})
    evidence = [math.log(_inside(judged[str(turn.turn)]) / (1 - _inside(judged[str(turn.turn)]))) for turn in turns]
    change, stay = math.log(_CHANGE), math.log(1 - _CHANGE)
    scores, back = (0.0, 0.0), []
    for odds in evidence:
        # Side 0 is the rep's; half of the log-odds speak for one side, half against the other.
        pairs = [max((scores[old] + (stay if old == new else change), old) for old in (0, 1)) for new in (0, 1)]
        back.append((pairs[0][1], pairs[1][1]))
        scores = (pairs[0][0] + odds / 2, pairs[1][0] - odds / 2)
    side, sides = int(scores[1] > scores[0]), []
    for step in reversed(back):
        sides.append(side)
        side = step[side]
    names: dict[int, str] = {}
    for side in reversed(sides):
        names.setdefault(side, f"S{len(names) + 1}")
    return [replace(turn, speaker=names[side]) for turn, side in zip(turns, reversed(sides), strict=True)]
