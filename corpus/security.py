"""The security and privacy paper: it names location once, in passing, and says nothing of what is done with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from docx import Document
from docx.shared import Pt, RGBColor

from corpus.fixed_zip import PUBLISHED, fix_zip_dates

SECTIONS: Final = (
    (
        "Our commitment",
        "Rotaline holds information about the working lives of more than ninety thousand people. We treat it as we "
        "would wish ours to be treated: we collect what is needed to plan and pay a shift, we keep it in the United "
        "Kingdom, and we never sell it. This paper describes the controls behind that sentence. It is written for IT, "
        "legal and procurement colleagues and is reviewed every six months.",
    ),
    (
        "Hosting and residency",
        "All customer data is stored in two data centres in London and Slough, which are certified to ISO 27001. "
        "Backups are taken every hour, encrypted, and kept for thirty-five days in the second data centre. No customer "
        "data leaves the United Kingdom.",
    ),
    (
        "Encryption",
        "Data is encrypted in transit with TLS 1.3 and at rest with AES-256. Keys are held in a hardware security "
        "module and are rotated every ninety days.",
    ),
    (
        "Access control",
        "Single sign-on is available with Google and Microsoft. Within an organisation, access follows four roles: "
        "administrator, planner, approver and team member. Our own engineers have no standing access to customer data; "
        "access is granted for a named ticket, expires after four hours and is logged.",
    ),
    (
        "Mobile app",
        "The app runs on the phones of team members, from iOS 16 and Android 11. It may request permission for "
        "notifications, camera and location. Sessions end after thirty days without use.",
    ),
)
DATA_INTRODUCTION: Final = (
    "The table lists the categories of data that are processed, the purpose, and how long each is kept."
)
DATA: Final = (
    ("Category", "Examples", "Purpose", "Kept for"),
    ("Identity", "Name, photograph, payroll number", "Planning and pay", "Employment and 12 months"),
    ("Working time", "Shifts, clock events, breaks, leave", "Planning and pay", "6 years"),
    ("Device", "App version, notification token", "Operation of the mobile app", "90 days"),
    ("Qualifications", "Certificates, registration dates", "Compliance of shifts", "Employment and 12 months"),
)
CLOSING: Final = (
    (
        "Legal basis",
        "Rotaline acts as a processor under the UK General Data Protection Regulation and the Data Protection Act "
        "2018. A data processing agreement forms part of every order. Sub-processors are listed on our website and "
        "changes are announced thirty days ahead.",
    ),
    (
        "Testing and incidents",
        "An independent firm carries out a penetration test each year; the summary is available on request. Should an "
        "incident affect your data, your named contact is told within twenty-four hours with what we know, what we do "
        "not yet know and what we are doing.",
    ),
)


def write_security(path: Path) -> None:
    """Write the paper; the same text gives the same bytes with the same python-docx."""
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    for level in ("Title", "Heading 1"):
        document.styles[level].font.color.rgb = RGBColor(0x12, 0x46, 0x3F)
    properties = document.core_properties
    properties.title, properties.author = "Security and privacy at Rotaline", "Rotaline"
    properties.created = properties.modified = PUBLISHED
    document.add_heading("Security and privacy at Rotaline", level=0)
    for title, text in SECTIONS:
        document.add_heading(title, level=1)
        document.add_paragraph(text)
    document.add_heading("Data we process", level=1)
    document.add_paragraph(DATA_INTRODUCTION)
    table = document.add_table(rows=len(DATA), cols=len(DATA[0]), style="Light Grid Accent 3")
    for cells, row in zip(table.rows, DATA, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    for title, text in CLOSING:
        document.add_heading(title, level=1)
        document.add_paragraph(text)
    document.save(str(path))
    fix_zip_dates(path)
