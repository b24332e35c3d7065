"""Who is the rep and who the customer: from what was given, else from what each speaker says."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from models.protocols import RoleJudge
from pipeline.calls.recorded import RECORDED
from pipeline.records import Role, SpeakerRole, Turn

_REP_WORDS = frozenset({"rep", "agent", "seller", "sales", "host", "internal"})
_CUSTOMER_WORDS = frozenset({"customer", "client", "buyer", "prospect", "caller", "external"})
_TRUSTED = 0.99
_KNOWN_VOICE = 0.97
_KNOWN_NAME = 0.97
_OPENING_TURNS = 6
_INTRODUCED = r"\b(?:this is|it(?:'s| is)|i(?:'m| am)|my name(?:'s| is)) {name}\b|\b{name} (?:here|speaking|calling)\b"
_GREETED = r"\b(?:hi|hello|hey|morning|afternoon|evening|thanks|thank you|cheers),? {name}\b"
_NO_IDEA = 0.51
_MAX_JOINT = 12
"""More speakers than this are judged one by one: a meeting of thirteen has both sides anyway."""
_CHANGE = 0.9
"""How often the speaker changes from one turn to the next, where turns are not named."""


def assign_roles(
    turns: Sequence[Turn],
    judge: RoleJudge,
    *,
    metadata: Mapping[str, Any],
    given: Mapping[str, Role] | None = None,
    rep_voices: Collection[str] = (),
) -> list[SpeakerRole]:
    """Return the role of every speaker of a call, in order of appearance.

    A role given with the turns stands; next, the speaker's name is compared with the metadata's `rep` and with words
    such as "agent"; `rep_voices` are speakers whose voice is known to be a rep's, and a speaker may say the rep's name
    for their own; whoever is left is judged by what they say, given that a call has both a rep and a customer. A
    machine is neither.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for turn in turns:
        texts[turn.speaker] += [] if RECORDED in turn.marks else [turn.text]
    own_name = _bears_name(texts, str(metadata.get("rep") or ""))
    roles = {name: SpeakerRole(name, role, 1.0, "given") for name, role in (given or {}).items() if role != "unknown"}
    for speaker in texts:
        if speaker not in roles and (role := _named_role(speaker, metadata)):
            roles[speaker] = SpeakerRole(speaker, role, 1.0, "given")
        elif speaker not in roles and speaker in rep_voices:
            roles[speaker] = SpeakerRole(speaker, "rep", _KNOWN_VOICE, "inferred")
        elif speaker not in roles and speaker == own_name:
            roles[speaker] = SpeakerRole(speaker, "rep", _KNOWN_NAME, "inferred")
    live = {speaker: lines for speaker, lines in texts.items() if lines}
    rep: Mapping[str, float] = {}
    if not live.keys() <= roles.keys():
        judged = judge.rep_probability(live)
        there = {roles[speaker].role for speaker in live if speaker in roles}
        rep = _both_sides({speaker: judged[speaker] for speaker in live if speaker not in roles}, there)
    return [roles.get(speaker) or _inferred(speaker, rep.get(speaker, 0.5)) for speaker in texts]


def _bears_name(texts: Mapping[str, Sequence[str]], rep: str) -> str | None:
    """Return the one speaker who opens with the rep's name as their own, or, of two, whom the other greets by it."""
    names = [re.escape(part) for part in rep.split()]
    if not names:
        return None
    name = f"{names[0]}(?: {names[-1]})?"

    def say(form: str) -> list[str]:
        pattern = re.compile(form.format(name=name), re.IGNORECASE)
        return [
            speaker
            for speaker, lines in texts.items()
            if any(pattern.search(line.replace("’", "'")) for line in lines[:_OPENING_TURNS])
        ]

    introduced, greeting = say(_INTRODUCED), say(_GREETED)
    if introduced:
        return introduced[0] if len(introduced) == 1 else None
    greeted = [speaker for speaker in texts if speaker not in greeting]
    return greeted[0] if len(texts) == 2 and len(greeting) == len(greeted) == 1 else None


def _inferred(speaker: str, rep: float) -> SpeakerRole:
    score = min(max(rep, 1 - rep), _TRUSTED)
    if score < _NO_IDEA:
        return SpeakerRole(speaker, "unknown", 0.5, "inferred")
    return SpeakerRole(speaker, "rep" if rep > 0.5 else "customer", score, "inferred")


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


def _both_sides(probabilities: Mapping[str, float], there: Collection[Role]) -> Mapping[str, float]:
    """Return the probabilities of being a rep given that both sides speak, where some of one side are known.

    All ways to share out the open roles are weighed, save those that leave the other side empty. `there` are the
    sides known: where none is, the judge has compared the speakers already, and where both are, nothing is to add.
    """
    missing = {"rep", "customer"}.difference(there)
    if len(missing) != 1 or len(probabilities) > _MAX_JOINT:
        return probabilities
    inside = [_inside(probability) for probability in probabilities.values()]
    total, rep = 0.0, [0.0] * len(inside)
    for are_reps in product((True, False), repeat=len(inside)):
        if not missing <= {"rep" if is_rep else "customer" for is_rep in are_reps}:
            continue
        weight = math.prod(p if is_rep else 1 - p for p, is_rep in zip(inside, are_reps, strict=True))
        total += weight
        rep = [sum_ + weight * is_rep for sum_, is_rep in zip(rep, are_reps, strict=True)]
    return {speaker: weight / total for speaker, weight in zip(probabilities, rep, strict=True)}


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
    evidence = judge.turn_odds([turn.text for turn in turns])
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
