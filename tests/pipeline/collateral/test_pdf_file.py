"""PDFs give headings, tables and columns as they are meant, and no page furniture."""

from fpdf import FPDF

from pipeline.collateral.read import read_document
from tests.pipeline.collateral.written import ANSWER, pdf_of


def test_a_pdf_gives_pages_headings_tables_and_words_without_their_hyphens(tmp_path):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", style="B", size=20)
    pdf.cell(0, 12, "Onboarding in ten days", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 6, "Every new colleague is en-\nrolled before the first shift.\n" + ANSWER, align="L")
    pdf.add_page()
    with pdf.table() as table:
        for row in (("", "Team", "Growth"), ("Price per agent", "$29", "$59"), ("Templates", "50", "Unlimited")):
            table.row(row)
    path = tmp_path / "b.pdf"
    path.write_bytes(bytes(pdf.output()))
    document, passages = read_document(path)
    text = "\n".join(passage.text for passage in passages)
    assert document.title == "Onboarding in ten days"
    assert passages[0].locator == "page 1 · Onboarding in ten days"
    assert f"Every new colleague is enrolled before the first shift. {ANSWER}" in text
    assert "Price per agent: Team $29; Growth $59\nTemplates: Team 50; Growth Unlimited" in text


def test_page_numbers_and_running_titles_of_a_pdf_are_left_out(tmp_path):
    class Numbered(FPDF):
        def footer(self):
            self.set_y(-12)
            self.cell(0, 6, f"Rotaline | {self.page_no()}")

    pdf = Numbered()
    pdf.set_font("Helvetica", size=12)
    words = ["first", "second", "third"]
    for word in words:
        pdf.add_page()
        pdf.multi_cell(0, 6, " ".join([f"The {word} page"] + [word] * 40))
    path = tmp_path / "b.pdf"
    path.write_bytes(bytes(pdf.output()))
    _, passages = read_document(path)
    assert [passage.locator for passage in passages] == ["page 1", "page 2", "page 3"]
    assert [passage.text for passage in passages] == [" ".join([f"The {w} page"] + [w] * 40) for w in words]


def test_a_pdf_that_only_forbids_printing_is_read(tmp_path):
    path = tmp_path / "b.pdf"
    path.write_bytes(pdf_of(ANSWER, owner_password="o", permissions=0))
    assert read_document(path)[1][0].text == ANSWER


def test_pages_without_text_are_said_of_a_pdf_that_has_others(tmp_path):
    (tmp_path / "b.pdf").write_bytes(pdf_of(ANSWER, "", ""))
    assert read_document(tmp_path / "b.pdf")[0].remarks == (
        "2 of 3 pages hold no text (page 2, 3); they may be scans or pictures.",
    )


def test_columns_drawn_across_the_page_are_read_one_after_the_other(tmp_path):
    left = [
        "Approved hours go straight into",
        "your payroll every night, so that",
        "nobody types them in twice, and",
        "nobody is paid for the wrong day.",
    ]
    right = [
        "Every shift carries a pay rate,",
        "and a cost centre that is checked",
        "before the month is closed, by the",
        "people who know what was agreed.",
    ]
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    for line, (one, other) in enumerate(zip(left, right, strict=True)):
        pdf.text(20, 30 + 6 * line, one)
        pdf.text(110, 30 + 6 * line, other)
    (tmp_path / "c.pdf").write_bytes(bytes(pdf.output()))
    _, (passage,) = read_document(tmp_path / "c.pdf")
    assert " ".join(passage.text.split()) == " ".join([*left, *right])


def test_what_a_browser_prints_into_the_corners_of_a_page_is_left_out(tmp_path):
    pdf = FPDF()
    pdf.set_font("Helvetica", size=8)
    pdf.add_page()
    for y, left, right in ((8, "11/22/26, 11:37 PM", "Security"), (292, "https://rotaline.example/security", "1/1")):
        pdf.text(9, y, left)
        pdf.text(150, y, right)
    pdf.set_font("Helvetica", size=12)
    pdf.set_y(40)
    pdf.multi_cell(0, 6, ANSWER)
    (tmp_path / "p.pdf").write_bytes(bytes(pdf.output()))
    _, (passage,) = read_document(tmp_path / "p.pdf")
    assert passage.text == ANSWER
