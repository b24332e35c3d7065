"""Word documents and slides give everything that a reader sees, and their notes apart."""

import docx
import pptx

from pipeline.collateral.read import read_document
from tests.pipeline.collateral.written import ANSWER


def test_a_word_document_gives_headings_tables_and_inserted_text(tmp_path):
    document = docx.Document()
    document.add_heading("Security", level=0)
    document.add_heading("Data we process", level=1)
    document.add_paragraph(
        "The table lists what is kept of whom, for how long, and what it is needed for, in words that we would use "
        "ourselves, since nobody reads the other kind."
    )
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["Kind", "Purpose", "Kept", "Shifts", "pay", "6 years"],
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("Bold lines").runs[0].bold = True
    document.add_paragraph(ANSWER, style="List Bullet")
    document.save(str(tmp_path / "s.docx"))
    held, passages = read_document(tmp_path / "s.docx")
    assert held.title == "Security"
    assert passages[0].locator == "Data we process"
    assert "Kind: Shifts; Purpose: pay; Kept: 6 years" in passages[0].text
    assert passages[1].text == f"Bold lines\n{ANSWER}"


def test_text_boxes_and_accepted_changes_are_read_and_deleted_text_is_not(tmp_path):
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    body = document.element.body
    body.insert(
        0,
        parse_xml(
            f"<w:p {nsdecls('w')}>"
            "<w:ins><w:r><w:t>Prices start </w:t></w:r></w:ins><w:r><w:t>at 49 pounds.</w:t></w:r>"
            "<w:del><w:r><w:delText>at 20.</w:delText></w:r></w:del>"
            "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
            "</w:p>"
        ),
    )
    body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    document.save(str(tmp_path / "s.docx"))
    _, (passage,) = read_document(tmp_path / "s.docx")
    assert passage.text == "Prices start at 49 pounds.\nIn a box.\nIn a control."


def test_slides_are_read_one_by_one_with_their_notes(tmp_path):
    deck = pptx.Presentation()
    for number, title in enumerate(["An honest comparison", "Why switch"], start=1):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"Reason {number} is that nobody is called on a day off.\nIt is quiet."
        slide.notes_slide.notes_text_frame.text = "Let the silence work after the question, and wait."
    deck.save(str(tmp_path / "d.pptx"))
    document, passages = read_document(tmp_path / "d.pptx")
    assert document.title == "An honest comparison"
    assert [passage.locator for passage in passages] == [
        "slide 1 · An honest comparison",
        "slide 1, notes · An honest comparison",
        "slide 2 · Why switch",
        "slide 2, notes · Why switch",
    ]
    assert passages[2].text == "Why switch\nReason 2 is that nobody is called on a day off.\nIt is quiet."


def test_speakers_notes_are_marked_and_never_joined_to_what_customers_see(tmp_path):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Why switch"
    slide.placeholders[1].text = "Nobody is called on a day off."
    slide.notes_slide.notes_text_frame.text = "Pause."
    deck.save(str(tmp_path / "d.pptx"))
    _, passages = read_document(tmp_path / "d.pptx")
    assert [passage.is_notes for passage in passages] == [False, True]
    assert "Pause." not in passages[0].text


def test_the_day_of_a_programs_template_is_not_taken_for_that_of_a_document(tmp_path):
    word = docx.Document()
    word.add_paragraph(ANSWER)
    word.save(str(tmp_path / "w.docx"))
    assert read_document(tmp_path / "w.docx")[0].dated is None
