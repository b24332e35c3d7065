"""Diarization errors are those that counting tenths of a second one by one gives, over every pairing of speakers."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.insights.diarization_errors import diarization_errors
from pipeline.insights.rates import rate
from pipeline.insights.spans import SpeechSpan, joined_spans

UNHURRIED = settings(deadline=None)  # the first call loads scipy; a busy machine is no failure
TENTHS = st.integers(0, 60)


def spans(speakers):
    span = st.builds(
        lambda start, length, speaker: SpeechSpan(start / 10, (start + length) / 10, speaker),
        TENTHS,
        st.integers(1, 25),
        st.sampled_from(speakers),
    )
    return st.lists(span, max_size=6)


SAID, HEARD = spans("ABC"), spans("xyz")


@UNHURRIED
@given(SAID, HEARD, st.sampled_from([0.0, 0.2]), st.booleans(), st.sampled_from([(), (SpeechSpan(1.0, 2.5),)]))
def test_every_figure_is_that_of_brute_force(said, heard, collar_s, skip_overlap, unscored):
    tally = diarization_errors(said, heard, collar_s=collar_s, skip_overlap=skip_overlap, unscored=unscored)
    missed, false_alarm, confusion, speech = by_brute_force(said, heard, collar_s, skip_overlap, unscored)
    assert tally.parts["missed_s"] == pytest.approx(missed, abs=1e-6)
    assert tally.parts["false_alarm_s"] == pytest.approx(false_alarm, abs=1e-6)
    assert tally.parts["confusion_s"] == pytest.approx(confusion, abs=1e-6)
    assert tally.parts["speech_s"] == pytest.approx(speech, abs=1e-6)
    assert sum(wrong for wrong, _ in tally.stretches) == pytest.approx(missed + false_alarm + confusion, abs=1e-6)


@UNHURRIED
@given(SAID)
def test_who_is_heard_as_said_is_never_wrong(said):
    renamed = [replace(span, speaker={"A": "z", "B": "x", "C": "y"}[span.speaker]) for span in said]
    tally = diarization_errors(said, renamed, collar_s=0.0)
    assert tally.parts["missed_s"] == tally.parts["false_alarm_s"] == tally.parts["confusion_s"] == 0


@UNHURRIED
@given(SAID, HEARD, st.permutations("xyz"))
def test_the_names_of_speakers_change_nothing(said, heard, names):
    renamed = [replace(span, speaker=dict(zip("xyz", names, strict=True))[span.speaker]) for span in heard]
    before, after = (diarization_errors(said, side).parts for side in (heard, renamed))
    assert after == pytest.approx(before)


def test_each_error_is_counted_as_what_it_is():
    said = [SpeechSpan(0, 10, "rep"), SpeechSpan(10, 20, "customer")]
    heard = [SpeechSpan(0, 12, "S1"), SpeechSpan(12, 18, "S2"), SpeechSpan(30, 31, "S2")]
    parts = diarization_errors(said, heard, collar_s=0).parts
    assert parts == {"missed_s": 2, "false_alarm_s": 1, "confusion_s": 2, "speech_s": 20}
    assert rate([diarization_errors(said, heard, collar_s=0)]).value == pytest.approx(5 / 20)


def test_a_border_that_is_a_little_off_is_no_error():
    said = [SpeechSpan(0, 10, "rep"), SpeechSpan(10, 20, "customer")]
    heard = [SpeechSpan(0.2, 10.2, "S1"), SpeechSpan(10.2, 19.8, "S2")]
    parts = diarization_errors(said, heard).parts
    assert parts["missed_s"] == parts["false_alarm_s"] == parts["confusion_s"] == 0
    assert parts["speech_s"] == pytest.approx(20 - 4 * 0.25)


def test_the_one_who_is_not_heard_of_two_is_missed_unless_overlap_is_skipped():
    said = [SpeechSpan(0, 10, "rep"), SpeechSpan(4, 6, "customer")]
    heard = [SpeechSpan(0, 10, "S1")]
    assert diarization_errors(said, heard, collar_s=0).parts["missed_s"] == 2
    skipped = diarization_errors(said, heard, collar_s=0, skip_overlap=True).parts
    assert (skipped["missed_s"], skipped["speech_s"]) == (0, 8)


def test_a_recording_in_which_nobody_speaks_has_no_rate():
    assert rate([diarization_errors([], [])]).value is None


def by_brute_force(said, heard, collar_s, skip_overlap, unscored):
    """Return missed, false alarm, confusion and speech in seconds, counting the middles of tenths of a second."""
    borders = [at_s for span in joined_spans(said) for at_s in (span.start_s, span.end_s)]
    middles = [(tenth + 0.5) / 10 for tenth in range(-5, 100)]
    frames = []
    for at_s in middles:
        speaking = [{s.speaker for s in side if s.start_s < at_s < s.end_s} for side in (said, heard)]
        is_scored = (
            all(abs(at_s - border) > collar_s for border in borders)
            and not (skip_overlap and len(speaking[0]) > 1)
            and not any(span.start_s < at_s < span.end_s for span in unscored)
        )
        if is_scored:
            frames.append(speaking)
    missed = sum(max(0, len(real) - len(found)) for real, found in frames)
    false_alarm = sum(max(0, len(found) - len(real)) for real, found in frames)
    most_right = max(
        sum(len({names[voice] for voice in found} & real) for real, found in frames)
        for names in (dict(zip("xyz", order, strict=True)) for order in permutations("ABC"))
    )
    confusion = sum(min(len(real), len(found)) for real, found in frames) - most_right
    return missed / 10, false_alarm / 10, confusion / 10, sum(len(real) for real, _ in frames) / 10
