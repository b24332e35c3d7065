"""The comparison deck: what Rotaline says to somebody who already uses Shiftwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches, Pt

from corpus.fixed_zip import PUBLISHED, fix_zip_dates

TEAL: Final = RGBColor(0x12, 0x46, 0x3F)
CORAL: Final = RGBColor(0xDE, 0x68, 0x4E)
INK: Final = RGBColor(0x28, 0x34, 0x32)
WHITE: Final = RGBColor(0xFF, 0xFF, 0xFF)
SIZE_INCHES: Final = (13.333, 7.5)
TITLE_ONLY: Final = 5


@dataclass(frozen=True, slots=True)
class Slide:
    """A title, what stands under it (lines, or the rows of a table), and what the speaker says."""

    title: str
    notes: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


SLIDES: Final = (
    Slide(
        "Rotaline and Shiftwise: an honest comparison",
        "Open with respect. Most people in the room chose Shiftwise themselves.",
        ("For teams that already plan their shifts in software", "Spring 2026"),
    ),
    Slide(
        "Happy with Shiftwise? Then ask one question",
        "Let the silence work after the question. If the answer is yes, thank them and leave the case study.",
        (
            "Shiftwise is a good product. If it does what you need and your people know where the buttons are, you may "
            "have no reason to move.",
            "The question is whether it knows who is qualified, who is rested and who is free. Shiftwise plans names. "
            "Rotaline plans people.",
        ),
    ),
    Slide(
        "What Rotaline does that Shiftwise does not",
        "Stay on the second row with clinics and care homes; on the third with groups.",
        rows=(
            ("", "Shiftwise", "Rotaline"),
            ("Drag-and-drop planning, shift swaps", "Yes", "Yes"),
            ("Checks qualifications and registration dates before a shift is given", "No", "Yes"),
            ("Offers an open shift to your own people in other branches before an agency", "No", "Yes"),
            ("Checks rest hours between a late and an early shift", "Warns afterwards", "Stops it before"),
            ("Corrected hours reach payroll by themselves", "By file", "Every night"),
        ),
    ),
    Slide(
        "Moving from Shiftwise takes one weekend",
        "Say plainly that we do the copying. Nobody on their side exports anything.",
        (
            "On Friday evening we copy your people, shifts, holidays and all your history out of Shiftwise.",
            "On Saturday you check the result against a printed list.",
            "On Monday the same shifts are in Rotaline, and Shiftwise stays open to read for as long as you keep it.",
        ),
    ),
    Slide(
        "Why three hundred teams left Shiftwise",
        "Pick the line that is nearest to the room.",
        (
            "Care groups: agency spending fell by 46 % in the first year, because gaps were filled from the next home.",
            "Clinics: not one shift given to somebody whose registration had run out.",
            "Shops: half as many changes after the plan is out.",
        ),
    ),
    Slide(
        "See the two side by side",
        "Ask for the date before the last slide disappears.",
        (
            "Choose one branch. We load the shifts that you planned in Shiftwise last month.",
            "We show you what Rotaline would have stopped, filled and saved.",
            "Keep the report, whatever you decide.",
        ),
    ),
)


def write_deck(path: Path) -> None:
    """Write the deck; the same text gives the same bytes with the same python-pptx."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = (Inches(size) for size in SIZE_INCHES)
    properties = deck.core_properties
    properties.title, properties.author = "Rotaline and Shiftwise", "Rotaline"
    properties.created = properties.modified = PUBLISHED
    for slide in SLIDES:
        _add_slide(deck, slide)
    deck.save(str(path))
    fix_zip_dates(path)


def _add_slide(deck: Any, slide: Slide) -> None:
    page = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    band = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, deck.slide_width, Inches(1.5))
    band.fill.solid()
    band.fill.fore_color.rgb = TEAL
    band.line.fill.background()
    page.shapes._spTree.insert(2, band._element)  # behind the title
    title = page.shapes.title
    title.left, title.top, title.width, title.height = Inches(0.7), Inches(0.25), Inches(12), Inches(1)
    title.text = slide.title
    _style(title.text_frame.paragraphs[0], size=34, colour=WHITE, bold=True)
    if slide.rows:
        _add_table(page, slide.rows)
    else:
        _add_lines(page, slide.lines)
    page.notes_slide.notes_text_frame.text = slide.notes


def _add_lines(page: Any, lines: tuple[str, ...]) -> None:
    frame = page.shapes.add_textbox(Inches(0.9), Inches(2.1), Inches(11.4), Inches(4.6)).text_frame
    frame.word_wrap = True
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.space_after = Pt(20)
        _style(paragraph, size=24, colour=INK)


def _add_table(page: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    place = Inches(0.9), Inches(2.0), Inches(11.5), Inches(4.5)
    table = page.shapes.add_table(len(rows), len(rows[0]), *place).table
    for column, width in enumerate((6.9, 2.3, 2.3)):
        table.columns[column].width = Inches(width)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            cell = table.cell(row, column)
            cell.text = text
            if row == 0:
                cell.fill.solid()
                cell.fill.fore_color.rgb = CORAL
            _style(cell.text_frame.paragraphs[0], size=18, colour=WHITE if row == 0 else INK, bold=row == 0)


def _style(paragraph: Any, *, size: float, colour: RGBColor, bold: bool = False) -> None:
    paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(size), bold, colour
