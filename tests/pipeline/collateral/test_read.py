"""Every format is read, and whatever cannot be is refused with its name and the reason."""

import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import docx
import pptx
import pytest

from pipeline.collateral import formats, office_zip
from pipeline.collateral.formats import read_here
from pipeline.collateral.read import read_document
from pipeline.errors import UnreadableFile
from tests.pipeline.collateral.written import ANSWER, pdf_of, write


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


def test_ligatures_hyphens_and_bullets_of_print_are_read_as_they_are_meant(tmp_path):
    text = (
        "The of\ufb01ce is al-\nways open, and self-\nservice too.\n\n\u2022 e\ufb03cient\n\u2022 cold\u00ad\nproof\n"
    )
    _, (passage,) = read_document(write(tmp_path / "p.txt", text))
    assert passage.text == "The office is always open, and self-service too.\nefficient\ncoldproof"
