"""Every format is read, and whatever cannot be is refused with its name and the reason."""

import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import docx
import pptx
import pytest
from fpdf import FPDF

from pipeline.collateral import formats, office_zip
from pipeline.collateral.formats import read_here
from pipeline.collateral.read import read_document
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
    assert passage.text == "Prices\nSimple plans .\nPrice: Team $29; Growth $59\none thing\nanother\nraw & ready"


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
    monkeypatch.setattr(formats, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match=r"large\.txt has 0 MB"):
        read_here(path, name=path.name)


def test_a_file_of_more_text_than_anybody_wrote_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "long.txt", ANSWER)
    monkeypatch.setattr(formats, "MAX_CHARS", 50)
    with pytest.raises(UnreadableFile, match=r"long\.txt holds more text than 50 characters"):
        read_here(path, name=path.name)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    docx.Document().save(str(tmp_path / "a.docx"))
    monkeypatch.setattr(office_zip, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(UnreadableFile, match=r"a\.docx would unpack to"):
        read_here(tmp_path / "a.docx", name="a.docx")


def test_a_pdf_that_only_forbids_printing_is_read(tmp_path):
    path = tmp_path / "b.pdf"
    path.write_bytes(pdf_of(ANSWER, owner_password="o", permissions=0))
    assert read_document(path)[1][0].text == ANSWER


def test_passages_lead_to_their_page_their_slide_or_their_words(tmp_path):
    (tmp_path / "b.pdf").write_bytes(pdf_of("", ANSWER))
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text = "An honest comparison of what both can do for you"
    deck.save(str(tmp_path / "d.pptx"))
    write(tmp_path / "m.md", f"# Payroll\n\n## What is sent, and when?\n\n{ANSWER}\n")
    write(tmp_path / "w.html", f"<main><h1>Payroll</h1><p>{ANSWER}</p></main>")
    words = "Approved%20hours%20go%20straight%20into%20your,are%20in%20payroll%20the%20next%20morning."
    links = {path.name: read_document(path)[1][-1].link for path in sorted(tmp_path.iterdir())}
    assert links == {
        "b.pdf": "b.pdf#page=2",
        "d.pptx": "d.pptx#slide=1",
        "m.md": "m.md#what-is-sent-and-when",
        "w.html": f"w.html#:~:text={words}",
    }


def test_a_page_that_names_its_address_is_linked_there_and_dated(tmp_path):
    page = (
        '<link rel="canonical" href="https://rotaline.example/payroll?x=1#top">'
        f'<meta property="article:modified_time" content="2026-03-01T10:00:00Z"><h1>Payroll</h1><p>{ANSWER}</p>'
    )
    document, (passage,) = read_document(write(tmp_path / "p.html", page))
    assert passage.link.startswith("https://rotaline.example/payroll?x=1#:~:text=Approved%20hours")
    assert str(document.dated) == "2026-03-01"


def test_a_page_cannot_name_an_address_that_is_no_page(tmp_path):
    page = f'<link rel="canonical" href="javascript:alert(1)"><h1>Payroll</h1><p>{ANSWER}</p>'
    document, (passage,) = read_document(write(tmp_path / "p.html", page))
    assert (document.url, passage.link.split("#")[0]) == ("", "p.html")


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


def test_front_matter_and_office_properties_say_what_a_document_is(tmp_path):
    front = (
        "---\nstage: [evaluation, decision]\npersona:\n  - CFO\nowner: 'Dana'\ndate: 1 March 2026\nurl: nowhere\n---\n"
    )
    document, _ = read_document(write(tmp_path / "m.md", front + ANSWER))
    assert (document.stage, document.persona, document.owner) == (("evaluation", "decision"), ("CFO",), "Dana")
    assert str(document.dated) == "2026-03-01"
    assert document.remarks == ("url 'nowhere' is no address such as https://example.com/pricing. It is left out.",)
    word = docx.Document()
    word.add_paragraph(ANSWER)
    word.core_properties.title, word.core_properties.modified = "Payroll", datetime(2026, 4, 2, tzinfo=UTC)
    word.save(str(tmp_path / "w.docx"))
    document, _ = read_document(tmp_path / "w.docx")
    assert (document.title, str(document.dated)) == ("Payroll", "2026-04-02")


def test_the_day_of_a_programs_template_is_not_taken_for_that_of_a_document(tmp_path):
    word = docx.Document()
    word.add_paragraph(ANSWER)
    word.save(str(tmp_path / "w.docx"))
    assert read_document(tmp_path / "w.docx")[0].dated is None


def test_pages_without_text_are_said_of_a_pdf_that_has_others(tmp_path):
    (tmp_path / "b.pdf").write_bytes(pdf_of(ANSWER, "", ""))
    assert read_document(tmp_path / "b.pdf")[0].remarks == (
        "2 of 3 pages hold no text (page 2, 3); they may be scans or pictures.",
    )


def test_ligatures_hyphens_and_bullets_of_print_are_read_as_they_are_meant(tmp_path):
    text = (
        "The of\ufb01ce is al-\nways open, and self-\nservice too.\n\n\u2022 e\ufb03cient\n\u2022 cold\u00ad\nproof\n"
    )
    _, (passage,) = read_document(write(tmp_path / "p.txt", text))
    assert passage.text == "The office is always open, and self-service too.\nefficient\ncoldproof"


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


def test_cells_that_reach_over_rows_name_every_row(tmp_path):
    page = (
        "<table><tr><th>Plan</th><th>Seats</th><th>Price</th></tr>"
        "<tr><td rowspan=2>Team</td><td>5</td><td>12 €</td></tr>"
        "<tr><td>10</td><td>20 €</td></tr><tr><td colspan=2>Anything larger</td><td>ask us</td></tr></table>"
    )
    _, (passage,) = read_document(write(tmp_path / "t.html", page))
    assert passage.text.split("\n") == [
        "Plan: Team; Seats: 5; Price: 12 €",
        "Plan: Team; Seats: 10; Price: 20 €",
        "Plan: Anything larger; Price: ask us",
    ]


def test_menus_that_are_called_nothing_are_left_out_and_lists_of_content_stay(tmp_path):
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Product", "Prices", "Blog"))
    page = f"<div><ul>{links}</ul></div><h1>Payroll</h1><p>{ANSWER}</p><ul><li>Sage, by <a href='/s'>file</a></li></ul>"
    _, (passage,) = read_document(write(tmp_path / "p.html", page))
    assert passage.text == f"Payroll\n{ANSWER}\nSage, by file"


def test_a_section_on_cookies_is_no_banner(tmp_path):
    section = f"<section id='cookies'><h2>Cookies</h2><p>{ANSWER} {ANSWER}</p></section>"
    _, (passage,) = read_document(write(tmp_path / "p.html", f"<h1>Privacy</h1>{section}"))
    assert ANSWER in passage.text


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
