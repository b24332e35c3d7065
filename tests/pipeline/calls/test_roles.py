from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from pipeline.calls.recorded import RECORDED
from pipeline.calls.roles import assign_roles
from pipeline.records import Role, Turn


@dataclass
class ScriptedJudge:
    """Gives each speaker the probability it was told, 0.5 to others, and notes who was compared."""

    rep: Mapping[str, float] = field(default_factory=dict)
    name: str = "scripted"
    asked: list[str] = field(default_factory=list)

    def rep_probability(self, texts_by_speaker: Mapping[str, Sequence[str]]) -> dict[str, float]:
        self.asked += texts_by_speaker
        return {speaker: self.rep.get(speaker, 0.5) for speaker in texts_by_speaker}

    def turn_odds(self, texts: Sequence[str]) -> list[float]:
        return [0.0 for _ in texts]


def spoken(*speakers: str, recorded: tuple[str, ...] = ()) -> list[Turn]:
    return [
        Turn("a", n, name, "unknown", 0.5, None, None, "words", marks=(RECORDED,) if name in recorded else ())
        for n, name in enumerate(speakers)
    ]


def roles_of(
    turns: Sequence[Turn], judge: ScriptedJudge, *, given: Mapping[str, Role] | None = None, **rest: object
) -> dict[str, tuple[str, float, str]]:
    found = assign_roles(turns, judge, metadata=rest.pop("metadata", {}), given=given, **rest)
    return {role.speaker: (role.role, round(role.score, 2), role.source) for role in found}


def test_the_judge_s_word_decides_where_nothing_is_given() -> None:
    assert roles_of(spoken("S1", "S2"), ScriptedJudge({"S1": 0.2, "S2": 0.8})) == {
        "S1": ("customer", 0.8, "inferred"),
        "S2": ("rep", 0.8, "inferred"),
    }


def test_two_customers_of_one_call_are_both_customers() -> None:
    judge = ScriptedJudge({"S1": 0.9, "S2": 0.1, "S3": 0.3})
    assert [role[0] for role in roles_of(spoken("S1", "S2", "S3"), judge).values()] == ["rep", "customer", "customer"]


def test_beside_a_known_rep_somebody_is_the_customer() -> None:
    judge = ScriptedJudge({"S2": 0.8, "S3": 0.6})
    found = roles_of(spoken("S1", "S2", "S3"), judge, given={"S1": "rep"})
    assert found["S1"] == ("rep", 1.0, "given")
    assert found["S3"][0] == "customer"
    assert roles_of(spoken("S1", "S2"), judge, given={"S1": "rep"})["S2"] == ("customer", 0.99, "inferred")


def test_channels_named_by_side_need_no_judge() -> None:
    judge = ScriptedJudge()
    found = roles_of(spoken("customer", "rep", "customer 2"), judge)
    assert {name: role[0] for name, role in found.items()} == {
        "customer": "customer",
        "rep": "rep",
        "customer 2": "customer",
    }
    assert judge.asked == []


def test_a_machine_is_neither_rep_nor_customer_and_makes_nobody_one() -> None:
    judge = ScriptedJudge({"S1": 0.7})
    assert roles_of(spoken("recording", "S1", recorded=("recording",)), judge) == {
        "recording": ("unknown", 0.5, "inferred"),
        "S1": ("rep", 0.7, "inferred"),
    }
    assert judge.asked == ["S1"]


def test_a_known_voice_is_the_rep_s_whatever_it_says() -> None:
    judge = ScriptedJudge({"S1": 0.9, "S2": 0.1})
    assert roles_of(spoken("S1", "S2"), judge, rep_voices={"S2"}) == {
        "S1": ("customer", 0.99, "inferred"),
        "S2": ("rep", 0.97, "inferred"),
    }


@pytest.mark.parametrize("rep", [0.5, 0.505])
def test_who_cannot_be_told_is_unknown(rep: float) -> None:
    assert roles_of(spoken("S1"), ScriptedJudge({"S1": rep})) == {"S1": ("unknown", 0.5, "inferred")}


def conversation(*lines: tuple[str, str]) -> list[Turn]:
    return [Turn("a", n, name, "unknown", 0.5, None, None, text) for n, (name, text) in enumerate(lines)]


@pytest.mark.parametrize(
    "opening",
    [
        [("S1", "Hello again, Rob. This is Dana."), ("S2", "Morning.")],
        [("S1", "Dana Whitlock here from Rotaline."), ("S2", "Go on.")],
        [("S2", "Oh hi Dana, thanks for calling."), ("S1", "Of course.")],
    ],
)
def test_who_bears_the_rep_s_name_is_the_rep_though_the_words_say_little(opening) -> None:
    found = roles_of(conversation(*opening), ScriptedJudge({"S1": 0.48, "S2": 0.52}), metadata={"rep": "Dana Whitlock"})
    assert found["S1"] == ("rep", 0.97, "inferred")
    assert found["S2"][0] == "customer"
    assert found["S2"][1] > 0.9


@pytest.mark.parametrize(
    "lines",
    [
        [("S1", "This is Dana."), ("S2", "I'm Dana too, as it happens.")],
        [("S1", "Is it Danaher? Hi Danaher."), ("S2", "Yes.")],
        [("S1", "I spoke with Dana on Monday."), ("S2", "Dana is on leave.")],
    ],
)
def test_a_name_that_tells_nothing_leaves_the_words_to_judge(lines) -> None:
    judge = ScriptedJudge({"S1": 0.3, "S2": 0.7})
    assert roles_of(conversation(*lines), judge, metadata={"rep": "Dana Whitlock"})["S2"] == ("rep", 0.7, "inferred")
