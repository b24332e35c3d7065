"""Every format is read, and whatever cannot be is refused with its name and the reason."""

import zipfile
from hashlib import sha256

import docx
import pptx
import pytest
from fpdf import FPDF

from pipeline.collateral import office_zip, read
from pipeline.collateral.read import discover, read_document
from pipeline.errors import UnreadableFile

ANSWER = (
    "Approved hours go straight into your payroll every night, so nobody types them in twice. Your bookkeeper checks "
    "the week, presses one button, and the hours are in payroll the next morning."
)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def pdf_of(*texts, **options):
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    if options:
        pdf.set_encryption(**options)
    for text in texts:
        pdf.add_page()
        pdf.multi_cell(0, 6, text)
    return bytes(pdf.output())


def test_ids_come_from_the_bytes_and_passages_count_up(tmp_path):
    path = write(tmp_path / "a.md", f"# Payroll\n\n## One\n{ANSWER}\n\n## Two\n{ANSWER}\n")
    document, passages = read_document(path)
    assert document.sha256 == sha256(path.read_bytes()).hexdigest()
    assert document.id == document.sha256[:12]
    assert (document.name, document.title, document.format) == ("a.md", "Payroll", "markdown")
    assert [p.id for p in passages] == [f"{document.id}-0", f"{document.id}-1"]
    assert [(p.document, p.document_name, p.position, p.locator) for p in passages] == [
        (document.id, "a.md", 0, "One"),
        (document.id, "a.md", 1, "Two"),
    ]


def test_a_document_may_be_given_another_name(tmp_path):
    document, passages = read_document(write(tmp_path / "a.txt", ANSWER), name="sales/a.txt")
    assert document.name == passages[0].document_name == "sales/a.txt"


def test_markdown_gives_headings_items_tables_and_plain_words(tmp_path):
    text = (
        "---\ntitle: 'Prices for 2027'\n---\n# Prices\n\n**Simple** [plans](https://x.example) ![logo](l.png).\n\n"
        "| | Team | Growth |\n|---|---|---|\n| Price | $29 | $59 |\n\n- one `thing`\n- another\n\n"
        "<p>raw &amp; ready</p>\n"
    )
    document, (passage,) = read_document(write(tmp_path / "p.md", text))
    assert document.title == "Prices for 2027"
    assert passage.text == "Prices\nSimple plans .\nPrice: Team $29 | Growth $59\none thing\nanother\nraw & ready"


PAGE = f"""<html><head><title>Payroll | Rotaline</title><script>var x = "secret";</script></head><body>
<div id="cookie-banner">We use cookies. <button>Accept</button></div>
<header><a href="/">Home</a><nav>Product Pricing</nav></header>
<header><h1>Payroll by itself</h1></header>
<p>It <b>just</b> works.</p><div>{ANSWER}</div>
<dl><dt>Who pays</dt><dd>We do, for as long as the contract runs and not a day longer.</dd></dl>
<aside>Read this next</aside><footer>Imprint</footer></body></html>"""


def test_a_web_page_is_read_without_what_surrounds_it(tmp_path):
    document, passages = read_document(write(tmp_path / "p.html", PAGE))
    text = "\n".join(passage.text for passage in passages)
    assert document.title == "Payroll by itself"
    assert text.startswith(f"Payroll by itself\nIt just works.\n{ANSWER}")
    for dropped in ("cookies", "Accept", "secret", "Home", "Product", "Read this next", "Imprint"):
        assert dropped not in text
    assert passages[-1].locator == "Who pays"


def test_only_the_main_part_of_a_page_is_read_if_it_has_one(tmp_path):
    page = f"<body><div>Offers of the week</div><main><p>{ANSWER}</p></main><div>More offers</div></body>"
    _, (passage,) = read_document(write(tmp_path / "p.htm", page))
    assert passage.text == ANSWER


def test_a_page_in_an_old_encoding_is_read_as_it_says(tmp_path):
    path = tmp_path / "p.html"
    path.write_bytes('<meta charset="iso-8859-15"><p>Für 49 € im Monat</p>'.encode("iso-8859-15"))
    assert read_document(path)[1][0].text == "Für 49 € im Monat"


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
    assert "Shifts: Purpose pay | Kept 6 years" in passages[0].text
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
    assert "Price per agent: Team $29 | Growth $59\nTemplates: Team 50 | Growth Unlimited" in text


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


def office_bomb():
    def build(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b"0" * 20_000_000)

    return build


UNREADABLE = {
    "notes.odt": (lambda p: p.write_text(ANSWER), r"kind \.odt cannot be read.*\.md, .*\.pdf"),
    "empty.md": (lambda p: p.write_text(" \n"), "is empty"),
    "only-marks.md": (lambda p: p.write_text("---\n\n***\n"), "holds no text"),
    "picture.txt": (lambda p: p.write_bytes(b"\x89PNG\r\n\0\0\0"), "is not text"),
    "scan.pdf": (lambda p: p.write_bytes(pdf_of("")), "holds no text; it may be a scan"),
    "secret.pdf": (
        lambda p: p.write_bytes(pdf_of(ANSWER, owner_password="o", user_password="u")),
        "is encrypted",
    ),
    "cut.pdf": (lambda p: p.write_bytes(pdf_of(ANSWER)[:300]), "is damaged or no pdf file"),
    "cut.docx": (lambda p: p.write_bytes(b"PK\x03\x04 and no more"), "is damaged or not an Office file"),
    "foreign.docx": (lambda p: zipfile.ZipFile(p, "w").writestr("a.txt", "a"), "is damaged or no docx file"),
    "locked.pptx": (lambda p: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99), "protected by a password"),
    "bomb.docx": (office_bomb(), r"would unpack to 19 MB, \d+ times its size"),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_cannot_be_read_is_named_with_its_reason(tmp_path, name):
    build, reason = UNREADABLE[name]
    build(tmp_path / name)
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read_document(tmp_path / name)
    assert name in str(caught.value)


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = write(tmp_path / "large.txt", ANSWER)
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match=r"large\.txt has 0 MB"):
        read_document(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    docx.Document().save(str(tmp_path / "a.docx"))
    monkeypatch.setattr(office_zip, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(UnreadableFile, match=r"a\.docx would unpack to"):
        read_document(tmp_path / "a.docx")


def test_a_pdf_that_only_forbids_printing_is_read(tmp_path):
    path = tmp_path / "b.pdf"
    path.write_bytes(pdf_of(ANSWER, owner_password="o", permissions=0))
    assert read_document(path)[1][0].text == ANSWER


def test_folders_give_what_can_be_read_and_named_files_are_given_as_they_are(tmp_path):
    for name in ("b.md", "sub/a.PDF", "notes.odt", ".hidden.md", ".git/c.md", "sub/~$d.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, "x")
    found = list(discover([tmp_path, tmp_path / "notes.odt", tmp_path / "b.md"]))
    assert found == [tmp_path / "b.md", tmp_path / "sub/a.PDF", tmp_path / "notes.odt"]


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match=r"nowhere: there is no such file"):
        list(discover([tmp_path / "nowhere"]))
