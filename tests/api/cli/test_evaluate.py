"""The evaluation as an operator reads it."""

import json
import re
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from pipeline.records import Call, Turn, Word
from pipeline.settings import Settings
from pipeline.store.open import open_store

TEXT = "we pay too much for it every single month you know and nobody here is happy with that"
STM = "".join(f"call 1 {who} {20 * n} {20 * n + 9} {TEXT}\n" for n, who in enumerate(["rep", "customer"] * 10))


@pytest.fixture
def data(tmp_path):
    """A data folder with one call that was heard with one word in forty wrong."""
    turns = []
    for place, who in enumerate(["rep", "customer"] * 10):
        heard = TEXT.replace("happy", "hippy" if place < 9 else "happy").split()
        words = tuple(Word(word, 20 * place + n / 2, 20 * place + n / 2 + 0.5) for n, word in enumerate(heard))
        times = (float(20 * place), 20 * place + 9.0)
        turns.append(Turn("call", place, who, who, 1.0, *times, " ".join(heard), words))
    folder = tmp_path / "data"
    folder.mkdir()
    store = open_store(Settings(data=folder).store_url())
    with store.begin() as tx:
        added_at = datetime(2026, 3, 1, tzinfo=UTC)
        tx.calls.add(Call("call", "call.wav", "0" * 64, "audio", None, 400.0, 1, {}, added_at))
        tx.talk.replace_turns("call", turns)
    store.close()
    return folder


@pytest.fixture
def evaluate(data, tmp_path):
    def run(files, *options, status=0):
        for name, content in files.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        paths = [str(tmp_path / name) for name in files]
        done = CliRunner().invoke(app, ["evaluate", *paths, *options, "--data", str(data)])
        assert done.exit_code == status, done.output
        return done

    return run


def test_json_holds_every_figure_with_its_interval_and_a_row_for_each_call(evaluate):
    result = json.loads(evaluate({"call.stm": STM}, "--json", "--collar", "0.1").stdout)
    wer = result["measures"]["wer"]
    assert wer["value"] == result["word_error_rate"] == pytest.approx(9 / 360)
    assert 0 < wer["low"] < wer["value"] < wer["high"]
    assert wer["resampled"] == "stretches"
    assert wer["parts"] == {"substitutions": 9, "deletions": 0, "insertions": 0, "words": 360}
    assert (result["role_accuracy"], result["n_words"], result["moments"]) == (1.0, 360, None)
    (row,) = result["calls"]
    assert (row["call"], row["source"], row["references"]) == ("call", "call.wav", ["call.stm"])
    assert row["measures"]["wer"] == wer
    assert result["scoring"] == {"fillers": False, "collar_s": 0.1}
    assert "Contractions" in result["rules"]["words"]


def test_the_table_tells_what_each_figure_is_made_of(evaluate):
    lines = evaluate({"call.stm": STM}).stdout.splitlines()
    wer = r"word error rate +2\.5%  \d\.\d% to \d\.\d% +9 replaced, 0 left out, 0 added, of 360 words said"
    assert re.fullmatch(wer, lines[0])
    assert any("they say nothing about other calls" in line for line in lines)
    assert any(line.split() == "call.wav 2.5% 2.5% 0.0% 0.0% 100.0% 0.00 0.00".split() for line in lines)


def test_what_cannot_be_measured_is_a_dash_with_its_reason(evaluate):
    lines = evaluate({"call.txt": TEXT}).stdout.splitlines()
    assert "diarization error rate               –  the reference has no times for its turns" in lines
    assert "– for roles: the reference gives no roles (call.wav)" in lines


def test_a_reference_that_cannot_be_read_is_named_and_the_others_are_measured(evaluate):
    done = evaluate({"call.stm": STM, "bad.rttm": "SPEAKER x", "nobody.txt": "Hello."}, status=1)
    assert "failed: bad.rttm: line 1: 2 fields instead of at least 8" in done.stderr
    assert "failed: nobody.txt: no held call is named 'nobody'" in done.stderr
    assert done.stdout.startswith("word error rate")


def test_nothing_to_measure_prints_no_table(evaluate):
    assert evaluate({"nobody.txt": "Hello."}, status=1).stdout == ""
