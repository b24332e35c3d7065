"""`buyerspeak people` and `buyerspeak token`, and what `serve` asks of them."""

import json
import re

import pytest
from typer.testing import CliRunner

from api.cli.main import app, main
from api.people.gate import FIRST_ACCOUNT

PASSWORD = "correct horse battery\n"


@pytest.fixture
def run(tmp_path):
    def run(*arguments, said=None, status=0):
        done = CliRunner().invoke(app, [*arguments, "--data", str(tmp_path)], input=said)
        assert done.exit_code == status, done.output
        return done

    return run


def test_people_are_added_listed_changed_and_removed(run):
    assert "everything is open" in run("people", "list").stdout
    run("people", "add", "Ann", "--role", "admin", "--password-stdin", said=PASSWORD)
    run("people", "add", "Ben", "--password-stdin", said=PASSWORD)
    assert [(p["name"], p["role"]) for p in json.loads(run("people", "list", "--json").stdout)] == [
        ("Ann", "admin"),
        ("Ben", "viewer"),
    ]
    assert run("people", "role", "ben", "editor").stdout == "Ben is editor.\n"
    run("people", "password", "Ben", "--password-stdin", said="another long one\n")
    run("people", "remove", "Ben")
    assert "everything is open" in run("people", "remove", "Ann").stderr


def test_a_token_is_printed_alone_and_once(run):
    run("people", "add", "Ann", "--role", "admin", "--password-stdin", said=PASSWORD)
    made = run("token", "add", "Ann", "--label", "Nightly", "--scope", "write", "--days", "7")
    assert re.fullmatch(r"bsp_[\w-]{43}\n", made.stdout)
    [held] = json.loads(run("token", "list", "--json").stdout)
    assert (held["person"], held["scope"], held["label"]) == ("Ann", "write", "Nightly")
    assert made.stdout.strip() not in json.dumps(held)
    run("token", "revoke", held["id"])
    assert json.loads(run("token", "list", "--json").stdout) == []


def test_what_cannot_be_is_said(tmp_path, monkeypatch, capsys):
    def refused(*arguments):
        monkeypatch.setattr("sys.argv", ["buyerspeak", *arguments, "--data", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        return capsys.readouterr().err

    assert "No account 'Ann'" in refused("people", "role", "Ann", "viewer")
    assert "No token 'x'" in refused("token", "revoke", "x")


def test_serving_beyond_this_machine_needs_an_account(run):
    told = re.sub(r"[│\s]+", " ", run("serve", "--host", "192.0.2.1", status=2).output)
    assert FIRST_ACCOUNT in told
