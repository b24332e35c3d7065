import csv
import json
import re
from pathlib import Path
from typing import Any

import av
import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from models.training.labelled_calls import LabelledCall, parse_calls

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "sample"
SCRIPTS = sorted((SAMPLE / "scripts").glob("*.txt"))
NAMES = [path.stem for path in SCRIPTS]
TWO_CHANNEL = {
    "harbour-kitchen-first",
    "maple-lodge-demo-review",
    "brook-street-dental-follow-up",
    "harbour-kitchen-second",
    "northfield-care-qualification",
}
MAX_BYTES = 10_000_000
THEMES = json.loads((SAMPLE / "EXPECTED.json").read_text(encoding="utf-8"))["themes"]


def script(name: str) -> LabelledCall:
    (call,) = parse_calls(SAMPLE / "scripts" / f"{name}.txt")
    return call


def gold(name: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((SAMPLE / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    return held


def recordings() -> dict[str, Path]:
    return {path.stem: path for path in (SAMPLE / "calls").iterdir() if path.suffix not in {".csv", ".json"}}


def rows() -> list[dict[str, str]]:
    with (SAMPLE / "calls" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document_text(path: Path) -> str:
    if path.suffix == ".pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    elif path.suffix == ".docx":
        document = Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    elif path.suffix == ".pptx":
        shapes = [shape for slide in Presentation(str(path)).slides for shape in slide.shapes]
        text = "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    elif path.suffix == ".html":
        text = LexborHTMLParser(path.read_text(encoding="utf-8")).text(separator="\n")
    else:
        text = path.read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text)


def quotes_of_theme(theme: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, quote) for name, quotes in theme["quotes"].items() for quote in quotes]


def test_there_are_eight_calls_each_with_a_script_a_recording_and_a_gold_transcript() -> None:
    assert len(NAMES) == 8
    assert sorted(recordings()) == NAMES
    assert sorted(path.stem for path in (SAMPLE / "gold").glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_named_like_its_file_and_has_two_speakers(name: str) -> None:
    call = script(name)
    assert call.name == name
    assert {turn.speaker for turn in call.turns} == {"R", "C"}


@pytest.mark.parametrize("name", NAMES)
def test_gold_turns_are_those_of_the_script(name: str) -> None:
    said = [("rep" if turn.is_rep else "customer", turn.text) for turn in script(name).turns]
    assert [(turn["role"], turn["text"]) for turn in gold(name)["turns"]] == said


@pytest.mark.parametrize("name", NAMES)
def test_gold_moments_are_the_marks_of_the_script(name: str) -> None:
    marked = [
        (number, mark.kind, mark.category, turn.text[mark.start_char : mark.end_char])
        for number, turn in enumerate(script(name).turns)
        for mark in turn.marks
        if mark.kind != "not"
    ]
    held = [
        (number, moment["kind"], moment["category"], moment["quote"])
        for number, turn in enumerate(gold(name)["turns"])
        for moment in turn["moments"]
    ]
    assert held == marked


@pytest.mark.parametrize("name", NAMES)
def test_gold_turns_follow_each_other_within_the_recording(name: str) -> None:
    times = [(turn["start_s"], turn["end_s"]) for turn in gold(name)["turns"]]
    bounds = [bound for pair in times for bound in pair]
    with av.open(str(recordings()[name])) as container:
        assert container.duration is not None
        duration_s = container.duration / av.time_base
    assert bounds == sorted(bounds)
    assert bounds[0] > 0
    assert bounds[-1] <= duration_s
    assert 120 <= duration_s <= 210


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_opens_with_the_channels_it_should_have(name: str) -> None:
    with av.open(str(recordings()[name])) as container:
        n_channels = container.streams.audio[0].channels
        assert sum(frame.samples for frame in container.decode(audio=0)) > 0
    assert n_channels == (2 if name in TWO_CHANNEL else 1)


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < MAX_BYTES


def test_every_recording_has_one_row_or_one_sidecar() -> None:
    files = [row["file"] for row in rows()]
    sidecars = {path.stem for path in (SAMPLE / "calls").glob("*.json")}
    without_sidecar = [path.name for name, path in recordings().items() if name not in sidecars]
    assert sorted(files) == sorted(without_sidecar)
    assert sidecars == {"northfield-care-qualification"}


def test_channels_are_claimed_only_for_recordings_with_two() -> None:
    claimed = {Path(row["file"]).stem: row["channels"].split(";") for row in rows() if row["channels"]}
    assert claimed
    assert claimed.keys() < TWO_CHANNEL
    assert all(sorted(channels) == ["customer", "rep"] for channels in claimed.values())


@pytest.mark.parametrize("name", NAMES)
def test_gold_metadata_is_what_the_row_or_the_sidecar_says(name: str) -> None:
    sidecar = SAMPLE / "calls" / f"{name}.json"
    if sidecar.exists():
        given = json.loads(sidecar.read_text(encoding="utf-8"))
    else:
        (given,) = (row for row in rows() if Path(row["file"]).stem == name)
    held = gold(name)
    for field in ("rep", "account", "industry", "product", "stage", "outcome", "deal", "recorded_at", "consent"):
        assert held[field] == given[field]
    assert held["amount"] == int(given["amount"])


def test_two_calls_belong_to_one_deal() -> None:
    deals = [gold(name)["deal"] for name in NAMES]
    assert len(set(deals)) == len(deals) - 1


def test_all_five_kinds_occur() -> None:
    kinds = {moment["kind"] for name in NAMES for turn in gold(name)["turns"] for moment in turn["moments"]}
    assert kinds == {"objection", "pain", "goal", "question", "signal"}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme["id"])
def test_an_expected_passage_stands_in_its_document(theme: dict[str, Any]) -> None:
    if theme["status"] == "missing":
        assert theme["document"] is None
        assert theme["passage"] is None
    else:
        assert theme["passage"] in document_text(SAMPLE / "collateral" / theme["document"])


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme["id"])
def test_expected_quotes_are_marked_in_the_gold_transcripts(theme: dict[str, Any]) -> None:
    marked = {(name, moment["quote"]) for name in NAMES for turn in gold(name)["turns"] for moment in turn["moments"]}
    assert set(quotes_of_theme(theme)) <= marked


def test_a_quote_belongs_to_one_theme_only() -> None:
    quotes = [quote for theme in THEMES for quote in quotes_of_theme(theme)]
    assert len(set(quotes)) == len(quotes)


@pytest.mark.parametrize("word", ["seasonal", "minimum", "two years", "renew", "track"])
def test_no_document_has_the_words_of_a_missing_theme(word: str) -> None:
    for path in (SAMPLE / "collateral").iterdir():
        assert word not in document_text(path).lower(), path.name


@pytest.mark.parametrize("word", ["training", "train ", "set up", "learn"])
def test_the_brochure_uses_no_word_of_the_worry_that_it_answers(word: str) -> None:
    assert word not in document_text(SAMPLE / "collateral" / "onboarding-brochure.pdf").lower()
