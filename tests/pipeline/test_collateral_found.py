"""Folders, archives and saved sites give their documents; what could do harm is named and left."""

import json
import struct
import zipfile

import pytest

from pipeline.collateral import archive
from pipeline.collateral.archive import unpack
from pipeline.collateral.sitemap import SitePage, pages_named, saved_files
from pipeline.collateral_found import FoundDocument, Remark, find_documents
from pipeline.errors import UnreadableFile
from pipeline.intake import Refused, read_metadata_table

TEXT = "Approved hours go straight into your payroll every night, so nobody types them in twice."


def files_in(folder, **texts):
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def zip_of(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return path


def sorted_out(found):
    documents, refused, remarks = {}, {}, {}
    for one in found:
        if isinstance(one, FoundDocument):
            documents[one.name] = one.path.read_text(errors="replace")
        elif isinstance(one, Refused):
            refused[one.source] = one.reason
        else:
            remarks[one.source] = one.text
    return documents, refused, remarks


def test_folders_give_documents_by_their_path_and_pass_over_what_is_none(tmp_path):
    files_in(
        tmp_path,
        **{
            "b.md": TEXT, "sub/a.txt": TEXT, "logo.png": "x", ".hidden.md": TEXT, ".git/c.md": TEXT,
            "sub/~$d.docx": "x", "page.html": TEXT, "page_files/frame.html": TEXT, "old.doc": "x",
        },
    )  # fmt: skip
    documents, refused, _ = sorted_out(find_documents([tmp_path]))
    # A kind that somebody writes and nobody can read is named later, when it is read.
    assert sorted(documents) == ["b.md", "old.doc", "page.html", "sub/a.txt"]
    assert refused == {}


def test_a_path_that_does_not_exist_is_named(tmp_path):
    _, refused, _ = sorted_out(find_documents([tmp_path / "nowhere"]))
    assert "there is no such file or folder" in next(iter(refused.values()))


def test_an_archive_gives_its_documents_as_its_folder_would(tmp_path):
    entries = {"kit/a.md": TEXT, "kit/deep/er/b.txt": TEXT, "kit/logo.png": b"x", "__MACOSX/kit/._a.md": b"x"}
    path = zip_of(tmp_path / "kit.zip", entries)
    documents, refused, _ = sorted_out(find_documents([path]))
    assert documents == {"a.md": TEXT, "deep/er/b.txt": TEXT}
    assert refused == {}


def test_an_archive_in_a_folder_gives_its_documents_under_its_own_name(tmp_path):
    zip_of(tmp_path / "kit.zip", {"a.md": TEXT, "b/c.md": TEXT})
    documents, _, _ = sorted_out(find_documents([files_in(tmp_path, **{"a.md": TEXT})]))
    assert sorted(documents) == ["a.md", "kit/a.md", "kit/b/c.md"]


@pytest.mark.parametrize(
    "name", ["../../outside.md", "/etc/outside.md", "C:\\outside.md", "a/../../outside.md", "..\\outside.md"]
)
def test_an_entry_that_would_lead_out_of_the_archive_is_left_and_the_others_are_kept(tmp_path, name):
    folder = tmp_path / "in" / "folder"
    folder.mkdir(parents=True)
    path = zip_of(tmp_path / "in" / "kit.zip", {name: TEXT, "good.md": TEXT})
    unpacked = unpack(path, name="kit.zip", folder=folder)
    assert [inner for inner, _ in unpacked.files] == ["good.md"]
    assert "would lead out of the archive" in unpacked.left[0][1]
    assert [found.name for found in tmp_path.rglob("*outside*")] == []
    assert [found.suffix for found in folder.iterdir()] == [".md"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("inner.zip", "is an archive within an archive"), ("inner.tar.gz", "is an archive within an archive")],
)
def test_an_archive_within_an_archive_is_left_and_named(tmp_path, name, reason):
    path = zip_of(tmp_path / "kit.zip", {name: b"PK", "good.md": TEXT})
    documents, refused, _ = sorted_out(find_documents([path]))
    assert list(documents) == ["good.md"]
    assert reason in refused[name]
    assert "kit.zip" in refused[name]


def test_a_link_in_an_archive_is_left(tmp_path):
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "kit.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
        packed.writestr("good.md", TEXT)
    documents, refused, _ = sorted_out(find_documents([tmp_path / "kit.zip"]))
    assert list(documents) == ["good.md"]
    assert "is a link to another file" in refused["link.md"]


def test_an_encrypted_entry_and_a_damaged_one_are_named(tmp_path):
    path = zip_of(tmp_path / "kit.zip", {"secret.md": TEXT, "torn.md": TEXT * 50, "good.md": TEXT})
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    torn = content.index(b"torn.md") + len("torn.md")
    content[torn : torn + 8] = b"\xff" * 8
    path.write_bytes(content)
    documents, refused, _ = sorted_out(find_documents([path]))
    assert list(documents) == ["good.md"]
    assert "is encrypted" in refused["secret.md"]
    assert "is damaged in the archive" in refused["torn.md"]


def test_an_archive_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 2)
    path = zip_of(tmp_path / "kit.zip", {f"{number}.md": TEXT for number in range(3)})
    with pytest.raises(UnreadableFile, match=r"kit\.zip holds 3 files; up to 2 are read"):
        unpack(path, name="kit.zip", folder=tmp_path)


def test_a_bomb_of_an_archive_is_refused_before_it_is_unpacked(tmp_path):
    path = zip_of(tmp_path / "bomb.zip", {f"{number}.txt": b"0" * 30_000_000 for number in range(3)})
    documents, refused, _ = sorted_out(find_documents([path]))
    assert documents == {}
    assert "would unpack to 86 MB" in refused["bomb.zip"]


def test_an_entry_that_is_larger_than_it_says_is_not_unpacked_further(tmp_path):
    path = zip_of(tmp_path / "lies.zip", {"lie.txt": b"0" * 5_000_000, "good.md": TEXT})
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<I", 10)
    path.write_bytes(content)
    unpacked = unpack(path, name="lies.zip", folder=tmp_path)
    assert [inner for inner, _ in unpacked.files] == ["good.md"]
    assert "is damaged in the archive" in unpacked.left[0][1]


def test_what_is_no_archive_is_named(tmp_path):
    (tmp_path / "kit.zip").write_bytes(b"PK\x03\x04 and no more")
    _, refused, _ = sorted_out(find_documents([tmp_path / "kit.zip"]))
    assert "kit.zip is damaged or no ZIP archive" in refused["kit.zip"]


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://rotaline.example/</loc></url>
<url><loc>https://rotaline.example/pricing/</loc><lastmod>2026-03-01</lastmod></url>
<url><loc>https://rotaline.example/guides/move</loc></url>
<url><loc>https://rotaline.example/never-saved</loc></url>
<url><loc>javascript:alert(1)</loc></url></urlset>"""


def test_a_sitemap_says_of_which_address_each_saved_page_is(tmp_path):
    files_in(
        tmp_path,
        **{
            "sitemap.xml": SITEMAP,
            "index.html": TEXT,
            "pricing/index.html": TEXT,
            "guides/move.html": TEXT,
            "x.html": TEXT,
        },
    )
    found = {one.name: one for one in find_documents([tmp_path])}
    assert {name: dict(one.defaults) for name, one in found.items()} == {
        "index.html": {"url": "https://rotaline.example/"},
        "pricing/index.html": {"url": "https://rotaline.example/pricing/", "date": "2026-03-01"},
        "guides/move.html": {"url": "https://rotaline.example/guides/move"},
        "x.html": {},
    }


def test_a_sitemap_by_itself_gives_its_saved_pages_and_says_which_are_missing(tmp_path):
    files_in(tmp_path, **{"sitemap.xml": SITEMAP, "rotaline.example/pricing.html": TEXT, "x.html": TEXT})
    *found, remark = find_documents([tmp_path / "sitemap.xml"])
    assert [one.name for one in found] == ["rotaline.example/pricing.html"]
    assert remark == Remark("sitemap.xml", "3 of 4 pages are not saved beside it, such as https://rotaline.example/.")


def test_pages_saved_side_by_side_are_known_by_the_last_part_of_their_path():
    page = SitePage("https://rotaline.example/guides/move", "")
    assert saved_files([page], ["move.html"]) == {"move.html": page}
    assert saved_files([page], ["guides-move.html", "other.html"]) == {"guides-move.html": page}
    assert saved_files([page], ["a/move.html", "b/move.html"]) == {}


def test_a_sitemap_with_entities_is_not_read(tmp_path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "sitemap.xml"
    path.write_text(f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><urlset><url><loc>&l11;</loc></url></urlset>')
    with pytest.raises(UnreadableFile, match=r"sitemap\.xml declares a document type or entities"):
        pages_named(path, name="sitemap.xml")
    path.write_bytes(path.read_text().encode("utf-16"))
    with pytest.raises(UnreadableFile, match="declares a document type or entities"):
        pages_named(path, name="sitemap.xml")


def test_a_broken_sitemap_is_named_and_its_pages_are_still_read(tmp_path):
    documents, refused, _ = sorted_out(find_documents([files_in(tmp_path, **{"sitemap.xml": "<url", "a.html": TEXT})]))
    assert list(documents) == ["a.html"]
    assert "sitemap.xml is no sitemap" in refused["sitemap.xml"]


def test_metadata_lies_beside_a_document_and_the_table_wins(tmp_path):
    sidecar = {"stage": "evaluation", "owner": "Dana", "date": "2026-03"}
    files_in(tmp_path, **{"a.md": TEXT, "a.json": json.dumps(sidecar), "b.md": TEXT, "b.md.json": '{"owner": "Lee"}'})
    table = tmp_path / "said.csv"
    table.write_text("file,owner,region\na.md,Kim,Europe\n")
    found = {one.name: dict(one.metadata) for one in find_documents([tmp_path], read_metadata_table(table))}
    assert found == {
        "a.md": {"stage": "evaluation", "owner": "Kim", "date": "2026-03-01", "region": "Europe"},
        "b.md": {"owner": "Lee"},
    }
    alone = [one.name for one in find_documents([tmp_path / "a.md", tmp_path / "a.json"])]
    assert alone == ["a.md"]


@pytest.mark.parametrize(
    ("written", "reason"),
    [("{", "cannot be read"), ("[1]", "is not a JSON object"), ('{"date": "soon"}', "date 'soon' is no day")],
)
def test_metadata_that_cannot_be_is_named_with_its_document(tmp_path, written, reason):
    _, refused, _ = sorted_out(find_documents([files_in(tmp_path, **{"a.md": TEXT, "a.json": written})]))
    assert reason in refused["a.md"]
