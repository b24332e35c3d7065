"""A toolkit that needs no weights, over a real SQLite store, and transcripts to feed it."""

import json
import shutil
from pathlib import Path

import pytest

from models.hashing_encoder import HashingEncoder
from models.keyword_spotter import KeywordSpotter
from pipeline.assemble import Toolkit
from pipeline.intake import find_files, take_in
from pipeline.run import process_call
from pipeline.settings import Settings


@pytest.fixture
def toolkit(tmp_path, empty_data):
    """Everything but the weights is real."""
    data = shutil.copytree(empty_data, tmp_path / "data")
    kit = Toolkit(Settings(data=data), encoder=HashingEncoder(), spotter=KeywordSpotter())
    yield kit
    kit.store.close()


@pytest.fixture
def write_call(tmp_path):
    """Write a transcript whose lines are "R: …" and "C: …" and return its path."""

    def write(name: str, *lines: str, **metadata: object) -> Path:
        roles = {"R": "rep", "C": "customer"}
        turns = [{"role": roles[line[0]], "speaker": f"{name} {line[0]}", "text": line[3:]} for line in lines]
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"id": name, **metadata, "turns": turns}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def ingest(toolkit):
    """Take files in and run every stage; a refusal or failure is an error of the test."""

    def run(*paths: Path, kit: Toolkit = toolkit) -> list[str]:
        ids = []
        for _, call in take_in(find_files(list(paths), {}), kit.store, kit.media):
            steps = list(process_call(kit, call))
            assert [step for step in steps if step.state == "failed"] == []
            ids.append(call.id)
        return ids

    return run
