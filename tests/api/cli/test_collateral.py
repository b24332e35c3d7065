"""Collateral on the command line: what cannot be read is named, the rest is kept, and versions are compared."""

import json
import zipfile

import pytest
from typer.testing import CliRunner

from api.cli import shared
from api.cli.main import app
from models.hashing_encoder import HashingEncoder

TEXT = "# Payroll\n\nApproved hours go straight into your payroll every night, so nobody types them in twice.\n"


@pytest.fixture
def collateral(tmp_path, monkeypatch):
    runner = CliRunner()

    def run(*words, status=0):
        done = runner.invoke(app, ["collateral", *map(str, words), "--data", str(tmp_path / "data")])
        assert done.exit_code == status, done.output
        return done

    real = shared.open_toolkit

    def with_hashes(*given, **options):
        toolkit = real(*given, **options)
        toolkit.__dict__["encoder"] = HashingEncoder()
        return toolkit

    monkeypatch.setattr("api.cli.collateral.open_toolkit", with_hashes)
    return run


def test_what_cannot_be_read_is_named_and_the_others_are_kept(collateral, tmp_path):
    folder = tmp_path / "kit"
    folder.mkdir()
    (folder / "payroll.md").write_text(TEXT)
    (folder / "torn.pdf").write_bytes(b"%PDF-1.4 and no more")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("../out.md", TEXT)
        archive.writestr("in.md", TEXT.replace("Payroll", "More"))
    done = collateral("add", folder, "--owner", "Dana", "--by", "Kim", status=1)
    assert "payroll.md: 1 passage\n" in done.stdout and "more/in.md: 1 passage\n" in done.stdout
    assert "torn.pdf is damaged" in done.stderr
    assert "would lead out of the archive" in done.stderr
    held = json.loads(collateral("list", "--json").stdout)
    assert [(one["name"], one["metadata"]) for one in held] == [
        ("more/in.md", {"owner": "Dana"}),
        ("payroll.md", {"owner": "Dana"}),
    ]


def test_versions_are_told_and_fields_are_set(collateral, tmp_path):
    path = tmp_path / "payroll.md"
    path.write_text(TEXT)
    collateral("add", path)
    path.write_text(TEXT.replace("every night", "every hour"))
    assert "version 2, changed: 1 reworded, 0 kept" in collateral("add", path).stdout
    assert "unchanged" in collateral("add", path).stdout
    told = collateral("history", "payroll.md").stdout
    assert "Version 2, changed" in told and "+ Payroll Approved hours go straight into your payroll every hour" in told
    assert "owner Dana" in collateral("set", "payroll.md", "--owner", "Dana", "--field", "region=UK").stdout
    collateral("set", "payroll.md", "--date", "soon", status=1)
    collateral("set", "payroll.md", "--field", "region", status=2)
    collateral("remove", "payroll.md")
    assert "payroll.md" in collateral("list", "--removed").stdout
    collateral("remove", "payroll.md", "--with-history")
    collateral("history", "payroll.md", status=1)
