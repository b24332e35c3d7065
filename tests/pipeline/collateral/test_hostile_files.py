"""Bombs and damage: a file costs its own process at most, and whatever it holds is read or named."""

import io
import re
import subprocess
import sys
import time
import zipfile
import zlib

import docx
import pptx
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.child_process import Limits
from pipeline.collateral.formats import read_here
from pipeline.collateral.read import LIMITS, READER, read_document
from pipeline.errors import UnreadableFile

MOST_MB = 512
TEXT = "Approved hours go straight into your payroll every night, so nobody types them in twice, on any day at all. "
COSTS = """
import resource, sys
from pathlib import Path
from pipeline.collateral.read import read_document
from pipeline.errors import UnreadableFile
try:
    read_document(Path(sys.argv[1]))
    print("read", end=" ")
except UnreadableFile as error:
    print(str(error).replace(" ", "_"), end=" ")
status = Path("/proc/self/status").read_text()
own_kb = status.partition("VmHWM:")[2].split()[0]
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, int(own_kb) // 1024)
"""


def pdf_with_stream(stream, filters):
    """Return a page whose content is this stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, offsets = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(made)
    return (
        made
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    )


def deflated(unit, n_times):
    """Return a stream of a unit repeated, deflated without ever holding it whole."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(unit * 1000) for _ in range(n_times // 1000)]
    return b"".join([*pieces, packer.flush()])


def spaces_in_a_stream():
    return pdf_with_stream(deflated(b" " * 1000, 400_000), b"/FlateDecode")


def bomb_within_a_bomb():
    return pdf_with_stream(zlib.compress(deflated(b" " * 1000, 400_000), 9), b"[/FlateDecode/FlateDecode]")


def drawing_without_end():
    return pdf_with_stream(deflated(b"BT /F 9 Tf 1 0 0 1 9 9 Tm (word) Tj ET\n", 1_500_000), b"/FlateDecode")


def office_file_of_empty_paragraphs():
    made, source = io.BytesIO(), io.BytesIO()
    docx.Document().save(source)
    paragraphs = b"<w:p><w:r><w:t>word and word</w:t></w:r></w:p>" * 2_000_000
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "word/document.xml":
                head, body, rest = content.partition(b"<w:body>")
                content = head + body + paragraphs + rest
            new.writestr(entry.filename, content)
        # What does not shrink hides the ratio.
        new.writestr("word/media/noise.bin", bytes((n * n * 2654435761 >> 13) & 255 for n in range(2_000_000)))
    return made.getvalue()


def office_file_that_laughs():
    made, source = io.BytesIO(), io.BytesIO()
    docx.Document().save(source)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "word/document.xml":
                xml = (
                    content.decode()
                    .split("?>", 1)[-1]
                    .replace("<w:body>", "<w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p>")
                )
                content = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>{xml}'.encode()
            new.writestr(entry.filename, content)
    return made.getvalue()


BOMBS = {
    "spaces.pdf": (spaces_in_a_stream, "would unpack to far more"),
    "nested.pdf": (bomb_within_a_bomb, "would unpack to far more"),
    "endless.pdf": (drawing_without_end, "the limit|would unpack to far more"),  # whichever comes first on this machine
    "long.docx": (office_file_of_empty_paragraphs, ""),
    "laughs.docx": (office_file_that_laughs, "entity amplification"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is kept on Linux")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_half_a_gigabyte_and_half_a_minute_at_most(tmp_path, name):
    path = tmp_path / name
    make, reason = BOMBS[name]
    path.write_bytes(make())
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", COSTS, str(path)], capture_output=True, text=True, check=True)
    said, child_mb, parent_mb = done.stdout.split()
    assert said.startswith(name)
    assert re.search(reason.replace(" ", "_"), said)
    assert int(child_mb) <= MOST_MB
    assert int(parent_mb) <= 200
    # The parent's own start is not the file's.
    assert time.monotonic() - started < LIMITS.time_s + 15


@pytest.mark.slow
@pytest.mark.parametrize(
    ("time_s", "reason"),
    [
        (0.5, "endless.pdf was given up after 0.5 s, the limit"),
        (300.0, "would unpack to far more than a document holds"),
    ],
)
def test_a_drawing_without_end_is_told_from_one_that_takes_long(tmp_path, time_s, reason):
    path = tmp_path / "endless.pdf"
    path.write_bytes(drawing_without_end())
    with pytest.raises(UnreadableFile, match=reason):
        read_document(path, limits=Limits(time_s, LIMITS.memory_mb))


def office(write):
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def a_pdf():
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    pdf.multi_cell(0, 6, TEXT)
    with pdf.table() as table:
        for row in (("Plan", "Price", "Seats"), ("Team", "12", "10")):
            table.row(row)
    return bytes(pdf.output())


def a_word(target):
    document = docx.Document()
    document.add_heading("Payroll")
    document.add_paragraph(TEXT)
    document.add_table(rows=2, cols=2).cell(0, 0).text = "Plan"
    document.save(target)


def a_deck(target):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Payroll"
    slide.placeholders[1].text = TEXT
    slide.notes_slide.notes_text_frame.text = TEXT
    deck.save(target)


WHOLE = {
    "a.pdf": a_pdf(),
    "a.docx": office(a_word),
    "a.pptx": office(a_deck),
    "a.html": f"<title>P</title><main><h1>Payroll</h1><p>{TEXT}</p><table><th rowspan=9>B</table></main>".encode(),
    "a.md": f"---\ndate: 2026-01-01\n---\n# Payroll\n\n{TEXT}\n\n| a | b |\n|---|---|\n| c | d |\n".encode(),
    "a.txt": f"{TEXT}\n\n- one\n- two\n".encode(),
}
damage = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=0, max_size=12), st.integers(0, 12)),
    min_size=1,
    max_size=6,
)


def damaged(content, changes):
    for place, written, n_cut in changes:
        start = int(place * len(content))
        content = content[:start] + written + content[start + n_cut :]
    return content


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=damage)
def test_a_damaged_file_is_read_or_named_and_holds_only_what_can_be_stored(tmp_path, name, changes):
    path = tmp_path / name
    path.write_bytes(damaged(WHOLE[name], changes))
    try:
        made = read_here(path, name=name)
    except UnreadableFile as error:
        assert name in str(error)
        return
    text = "".join([made.title, *(passage.text + passage.locator for passage in made.passages)])
    assert "\0" not in text.encode().decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=damage)
def test_a_damaged_file_never_takes_the_parent_along(tmp_path, name, changes):
    path = tmp_path / name
    path.write_bytes(damaged(WHOLE[name], changes))
    started = time.monotonic()
    try:
        read_document(path, limits=Limits(10.0, LIMITS.memory_mb), child=READER)
    except UnreadableFile as error:
        assert name in str(error)
    assert time.monotonic() - started < 60
