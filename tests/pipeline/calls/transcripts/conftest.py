from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.calls.transcripts.given import GivenTranscript
from pipeline.calls.transcripts.read import read_transcript

Reader = Callable[..., GivenTranscript]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Writes bytes, text, or anything else as JSON to a file, and reads that."""

    def _read(content: Any, name: str = "call.json") -> GivenTranscript:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_bytes(text.encode("utf-8"))
        return read_transcript(path)

    return _read
