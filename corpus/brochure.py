"""The onboarding brochure: two pages that answer a common worry in words that no customer uses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF

PUBLISHED: Final = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
TEAL: Final = (18, 70, 63)
SAND: Final = (243, 238, 226)
CORAL: Final = (222, 104, 78)
INK: Final = (40, 52, 50)

INTRODUCTION: Final = (
    "Workforce transformation succeeds when adoption is engineered, not left to chance. The Guided Enablement "
    "Programme pairs every client with a dedicated Success Architect, who orchestrates the journey from kick-off to "
    "operational steady state."
)
FIGURES: Final = (
    ("10", "working days to full operational readiness"),
    ("4", "minutes for each in-app micro-module"),
    ("97 %", "completion of role-based pathways"),
)
PILLARS: Final = (
    (
        "Accelerated time-to-value",
        "Clients on the standard programme reach full operational readiness within ten working days of kick-off. "
        "Rapid onboarding of managers and frontline employees eliminates the parallel running of old and new systems.",
    ),
    (
        "Role-based adoption pathways",
        "Every persona follows a curated pathway. Scheduling leads attend a single ninety-minute virtual masterclass; "
        "frontline staff are upskilled through four-minute micro-modules in the app, between tasks, with no "
        "time away from the floor.",
    ),
    (
        "Industry blueprints",
        "Pre-configured templates for hospitality, retail, care and clinical environments eliminate lengthy discovery "
        "and codify proven practice from more than three hundred deployments.",
    ),
)
PHASES: Final = (
    ("Align", "Days 1 to 2", "Stakeholder alignment, success metrics and governance cadence."),
    ("Configure", "Days 3 to 5", "Blueprint deployment, workforce data ingestion and quality assurance."),
    ("Enable", "Days 6 to 9", "Masterclass, micro-modules and floor-walking by your Success Architect."),
    ("Optimise", "Day 10 onward", "Adoption analytics, quarterly value reviews and continuous enablement."),
)
ASSURANCES: Final = (
    (
        "Continuous enablement",
        "High-turnover environments demand a persistent enablement layer. New employees are onboarded "
        "automatically and attain proficiency in the system before their first shift, without absorbing managerial "
        "hours.",
    ),
    (
        "Adoption analytics",
        "A live readiness index surfaces engagement by cohort, site and persona, empowering leaders to intervene "
        "precisely where momentum is at risk.",
    ),
    (
        "Multi-generational by design",
        "Large-format interfaces, narrated walkthroughs and a tap-first interaction model accelerate adoption among "
        "older employees and digitally hesitant colleagues.",
    ),
)


def write_brochure(path: Path) -> None:
    """Write the brochure; the same text gives the same bytes with the same fpdf2."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(PUBLISHED)
    pdf.set_title("The Rotaline Guided Enablement Programme")
    pdf.set_author("Rotaline")
    pdf.set_margin(18)
    pdf.set_auto_page_break(auto=False)
    _first_page(pdf)
    _second_page(pdf)
    pdf.output(str(path))


def _first_page(pdf: FPDF) -> None:
    _open_page(pdf, "From signature to shift-ready", "The Rotaline Guided Enablement Programme", band_mm=72)
    pdf.set_y(84)
    _write(pdf, INTRODUCTION, size=12.5, line_mm=6.6)
    _figures(pdf, top_mm=116)
    pdf.set_y(166)
    for title, text in PILLARS:
        _section(pdf, title, text)


def _second_page(pdf: FPDF) -> None:
    _open_page(pdf, "The journey to steady state", "Four phases, one accountable Success Architect", band_mm=48)
    _phases(pdf, top_mm=62)
    pdf.set_y(136)
    for title, text in ASSURANCES:
        _section(pdf, title, text)
    pdf.set_y(266)
    _write(pdf, "Speak to your Rotaline representative to reserve your programme start date.", size=11, colour=CORAL)


def _open_page(pdf: FPDF, title: str, subtitle: str, *, band_mm: float) -> None:
    pdf.add_page()
    pdf.set_fill_color(*TEAL)
    pdf.rect(0, 0, pdf.w, band_mm, style="F")
    pdf.set_fill_color(*CORAL)
    pdf.rect(0, band_mm, pdf.w, 2.5, style="F")
    pdf.set_y(band_mm - 34)
    _write(pdf, title, size=27, line_mm=13, bold=True, colour=(255, 255, 255))
    _write(pdf, subtitle, size=14, line_mm=8, colour=SAND)
    pdf.set_xy(pdf.l_margin, 285)
    _write(pdf, f"Rotaline  |  {pdf.page_no()}", size=8, colour=(130, 140, 138))


def _figures(pdf: FPDF, *, top_mm: float) -> None:
    width = (pdf.epw - 10) / 3
    for place, (figure, meaning) in enumerate(FIGURES):
        left = pdf.l_margin + place * (width + 5)
        pdf.set_fill_color(*SAND)
        pdf.rect(left, top_mm, width, 36, style="F")
        pdf.set_xy(left + 5, top_mm + 5)
        _write(pdf, figure, size=24, line_mm=11, bold=True, colour=CORAL, width_mm=width - 10)
        pdf.set_x(left + 5)
        _write(pdf, meaning, size=10.5, line_mm=5.2, width_mm=width - 10)


def _phases(pdf: FPDF, *, top_mm: float) -> None:
    width = (pdf.epw - 12) / 4
    for place, (title, days, text) in enumerate(PHASES):
        left = pdf.l_margin + place * (width + 4)
        pdf.set_fill_color(*SAND)
        pdf.rect(left, top_mm, width, 58, style="F")
        pdf.set_fill_color(*CORAL)
        pdf.rect(left, top_mm, width, 2, style="F")
        pdf.set_y(top_mm + 7)
        for words, size, bold, colour in (
            (title, 14.0, True, TEAL),
            (days, 10.0, False, CORAL),
            (text, 10.0, False, INK),
        ):
            pdf.set_x(left + 4)
            _write(pdf, words, size=size, line_mm=size / 2 + 0.6, bold=bold, colour=colour, width_mm=width - 7)
            pdf.ln(1.5)


def _section(pdf: FPDF, title: str, text: str) -> None:
    _write(pdf, title, size=16, line_mm=9, bold=True, colour=TEAL)
    _write(pdf, text, size=12.5, line_mm=6.6)
    pdf.ln(7)


def _write(
    pdf: FPDF,
    text: str,
    *,
    size: float,
    line_mm: float = 6,
    bold: bool = False,
    colour: tuple[int, int, int] = INK,
    width_mm: float = 0,
) -> None:
    pdf.set_font("Helvetica", style="B" if bold else "", size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(width_mm, line_mm, text, align="L", new_x="LMARGIN", new_y="NEXT")
