import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from api.report import document as d
from api.report.forms import FORMS, render


def words(text):
    return " ".join(text.split())


def pdf_text(report):
    return words(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(render(report, "pdf"))).pages))


@pytest.mark.parametrize("form", FORMS)
def test_equal_reports_give_equal_bytes(report, form):
    assert render(report, form) == render(replace(report), form)


@pytest.mark.parametrize("form", FORMS)
def test_another_manifest_gives_other_bytes(report, form):
    other = replace(report, manifest=replace(report.manifest, data_version="00"))
    assert render(report, form) != render(other, form)


def test_html_holds_quotes_as_they_are_said_and_no_tag_of_theirs(report):
    page = LexborHTMLParser(render(report, "html"))
    assert page.css_first(".r-quote blockquote").text() == "“We can’t sign = a *three-year* deal <now>.”"
    assert page.css_first("now") is None


def test_html_needs_no_other_file_and_says_what_it_was_made_from(report):
    text = render(report, "html").decode()
    assert not re.search(r"<(link|script|img)\b", text)
    manifest = LexborHTMLParser(text).css_first('meta[name="buyerspeak-manifest"]').attributes["content"]
    assert '"data_version":"5f0c3a1b9d"' in manifest
    assert '"as_of":"2026-09-30"' in manifest


def test_html_draws_bars_by_their_value(report):
    page = LexborHTMLParser(render(report, "html"))
    widths = [bar.attributes["width"] for bar in page.css(".r-bars rect.bar")]
    assert widths == ["80.00", "2.00"]


def test_markdown_shows_the_very_characters(report):
    text = render(report, "md").decode()
    assert r"> “We can’t sign = a \*three-year\* deal \<now\>.”" in text
    assert r"- 1\. not a list" in text
    assert r"| \# one |  |" in text


def test_markdown_has_no_links_within_itself(report):
    assert "](#" not in render(report, "md").decode()
    assert "](http://127.0.0.1:8000/calls/call-1#turn-3)" in render(report, "md").decode()


def test_pdf_numbers_its_pages_and_spells_every_name(report):
    text = pdf_text(report)
    pages = len(PdfReader(io.BytesIO(render(report, "pdf"))).pages)
    assert pages >= 2
    assert f"{pages} / {pages}" in text
    assert "Pawłowska, Żółw & Sons" in text
    assert "data version 5f0c3a1b9d" in text


def test_pdf_says_where_a_character_is_missing(report):
    strange = replace(report, blocks=(d.Quote("高すぎる", "Acme"),))
    assert "may stand for a character" in pdf_text(strange)
    assert "may stand for a character" not in pdf_text(report)


def test_pdf_sets_a_quote_that_is_longer_than_a_page(report):
    long = replace(report, blocks=(d.Quote("So much to say. " * 800, "Acme"), d.Passage("On and on. " * 900, "a.pdf")))
    assert len(PdfReader(io.BytesIO(render(long, "pdf"))).pages) > 4


def test_docx_opens_and_holds_the_quote(report):
    document = Document(io.BytesIO(render(report, "docx")))
    assert "“We can’t sign = a *three-year* deal <now>.”" in [paragraph.text for paragraph in document.paragraphs]


def test_docx_bears_control_characters(report):
    strange = replace(report, blocks=(d.Quote("a\x00b\x0bc", "Acme"),))
    assert zipfile.is_zipfile(io.BytesIO(render(strange, "docx")))
    Document(io.BytesIO(render(strange, "docx")))
