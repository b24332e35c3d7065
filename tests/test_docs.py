"""The README tells every command and every setting, and nothing that is not there."""

import re
from pathlib import Path

import typer

from api.cli.main import app
from pipeline.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_variable():
    documented = set(re.findall(r"^\| `BUYERSPEAK_(\w+)`", README, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields} | {"CACHE"}


def test_every_command_is_documented():
    documented = set(re.findall(r"^\| `([a-z-]+)(?: [A-Z]+…?)?` \|", README, re.MULTILINE))
    assert documented == set(typer.main.get_command(app).commands)


def test_the_pictures_of_the_readme_are_there():
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (Path(__file__).parents[1] / picture).is_file()
