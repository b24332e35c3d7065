"""The one door to python-pptx: slides with their titles, texts, tables and speaker's notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pipeline.collateral.blocks import NOTES, Block, Reading, table_rows, with_text
from pipeline.collateral.office_zip import check_office_zip, said_of_itself


def read_slides(data: bytes, name: str) -> Reading:
    """Return the blocks of a deck, slide after slide; its title is that of the first slide that has one."""
    from pptx import Presentation

    check_office_zip(data, name)
    deck: Any = Presentation(BytesIO(data))
    blocks: list[Block] = []
    for number, slide in enumerate(deck.slides, start=1):
        blocks += _slide(slide, number)
    found = with_text(blocks)
    heading = next((block.text for block in found if block.kind == "heading"), "")
    title, properties = said_of_itself(deck.core_properties)
    return Reading(heading or title, found, properties)


def _slide(slide: Any, number: int) -> Iterator[Block]:
    place = f"slide {number}"
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        yield Block("heading", title.text_frame.text, level=1, place=place, stands_alone=True)
    for shape in _in_reading_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_table:
            rows = ([cell.text for cell in row.cells] for row in shape.table.rows)
            yield from table_rows(rows, place=place, has_header=shape.table.first_row or None)
        elif shape.has_text_frame:
            yield from _paragraphs(shape.text_frame, place)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from _paragraphs(slide.notes_slide.notes_text_frame, place + NOTES)


def _paragraphs(frame: Any, place: str) -> Iterator[Block]:
    for paragraph in frame.paragraphs:
        yield Block("item", paragraph.text.replace("\v", " "), place=place)


def _in_reading_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield the shapes from top to bottom and left to right, those in groups at the place of the group."""
    from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

    furniture = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE)
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _in_reading_order(shape.shapes)
        elif not (shape.is_placeholder and shape.placeholder_format.type in furniture):
            yield shape
