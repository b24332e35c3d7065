"""Documents are held as versions: what changed is shown, what was removed can be put back, what people said stays."""

import zipfile

import pytest

from models.hashing_encoder import HashingEncoder
from pipeline.child_process import BeyondLimits
from pipeline.collateral.versions import changes
from pipeline.collateral_found import find_documents
from pipeline.collateral_intake import TakenDocument, edit_document, take_documents
from pipeline.errors import BadInput, NotFound
from pipeline.store.open import open_store

PAYROLL = (
    "# Payroll\n\n## What is sent\n\nHours worked, overtime, holiday and sick leave, with the pay rate and the cost "
    "centre of every shift, every night, to the payroll that you have already.\n\n## {heading}\n\n{answer}\n"
)
SAGE = (
    "Sage, Xero and Iris take our hours without anybody's help, and refuse none of them that we did not test before. "
    "Your bookkeeper presses one button, and the hours are there."
)
DATEV = (
    "Datev takes our hours as a file that your bookkeeper loads once a month, and nobody has to type them in again. "
    "A test month shows that both say the same."
)


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield opened
    opened.close()


@pytest.fixture
def take(store, tmp_path):
    def taken(heading="Which", answer=SAGE, name="payroll.md", **options):
        path = tmp_path / name
        path.write_text(PAYROLL.format(heading=heading, answer=answer))
        (one,) = take_documents(find_documents([path]), store, HashingEncoder(), **options)
        return one

    return taken


def test_other_content_of_the_same_name_is_a_version_that_shows_what_it_gained_and_lost(take, store):
    take()
    second = take(heading="Germany", answer=DATEV)
    assert (second.document.version, second.change.version.change, second.change.n_kept) == (2, "changed", 1)
    assert [one.locator for one in second.change.gained] == ["Germany"]
    assert [one.locator for one in second.change.lost] == ["Which"]
    third = take(heading="Germany", answer=DATEV.replace("a month", "a week"))
    (reworded,) = third.change.reworded
    assert ("a month" in reworded.before, "a week" in reworded.after) == (True, True)
    assert (third.change.gained, third.change.lost) == ((), ())
    with store.read() as tx:
        assert [(one.number, one.end) for one in tx.collateral.history("payroll.md")] == [
            (1, "replaced"),
            (2, "replaced"),
            (3, None),
        ]
        assert [one.text for one in tx.collateral.passages()] == [one.text for one in third.passages]


def test_the_same_document_again_changes_nothing(take, store):
    first = take()
    again = take()
    assert again.is_unchanged
    assert again.document == first.document


def test_what_was_removed_is_held_no_more_and_comes_back_when_it_is_added(take, store):
    take(by_hand={"owner": "Dana"}, who="Kim")
    with store.begin() as tx:
        tx.collateral.remove("payroll.md")
        assert (tx.collateral.all(), tx.collateral.passages()) == ([], [])
        assert [one.name for one in tx.collateral.removed()] == ["payroll.md"]
    back = take()
    assert (back.document.version, back.change.version.change, back.is_unchanged) == (2, "put_back", False)
    assert (back.change.gained, back.change.lost, back.document.owner) == ((), (), "Dana")
    with store.read() as tx:
        assert tx.collateral.removed() == []


def test_a_document_can_be_forgotten_with_its_history(take, store):
    take()
    with store.begin() as tx:
        tx.collateral.remove("payroll.md")
        tx.collateral.remove("payroll.md", with_history=True)
        with pytest.raises(NotFound):
            tx.collateral.history("payroll.md")
        with pytest.raises(NotFound):
            tx.collateral.remove("payroll.md", with_history=True)


def test_a_file_that_is_called_otherwise_takes_its_history_along(take, store):
    take(by_hand={"owner": "Dana"}, who="Kim")
    moved = take(name="pay.md")
    assert (moved.document.name, moved.document.version, moved.document.owner) == ("pay.md", 1, "Dana")
    with store.read() as tx:
        assert [one.name for one in tx.collateral.all()] == ["pay.md"]


def test_what_a_person_says_wins_over_the_file_and_stays_through_versions(take, store, tmp_path):
    (tmp_path / "payroll.json").write_text('{"owner": "file", "stage": "discovery"}')
    assert take().document.owner == "file"
    held = edit_document(store, "payroll.md", {"owner": "Dana", "stage": "", "date": "1 March 2026"}, who="Kim")
    assert (held.owner, held.stage, str(held.dated)) == ("Dana", (), "2026-03-01")
    changed = take(answer=DATEV).document
    assert (changed.owner, changed.stage, changed.version) == ("Dana", (), 2)
    with store.read() as tx:
        assert {(one.field, one.who) for one in tx.collateral.edits("payroll.md")} == {
            ("owner", "Kim"),
            ("stage", "Kim"),
            ("date", "Kim"),
        }


def test_an_address_said_later_changes_the_links(take, store):
    take()
    edit_document(store, "payroll.md", {"url": "https://rotaline.example/payroll"}, who="Kim")
    with store.read() as tx:
        assert tx.collateral.passages()[-1].link == "https://rotaline.example/payroll#which"


def test_a_value_that_cannot_be_is_refused_and_nothing_is_kept(take, store):
    take()
    with pytest.raises(BadInput, match="date 'soon' is no day"):
        edit_document(store, "payroll.md", {"owner": "Dana", "date": "soon"}, who="Kim")
    with pytest.raises(NotFound):
        edit_document(store, "none.md", {"owner": "Dana"}, who="Kim")
    with store.read() as tx:
        assert tx.collateral.get("payroll.md").owner == ""


def test_an_archive_made_to_use_up_time_is_given_up_after_two_documents(store, tmp_path, monkeypatch):
    from pipeline import collateral_intake

    real = collateral_intake.read_document

    def read(path, *, name):
        if name.startswith("slow"):
            raise BeyondLimits(f"{name} was given up after 30 s, the limit.")
        return real(path, name=name)

    monkeypatch.setattr(collateral_intake, "read_document", read)
    with zipfile.ZipFile(tmp_path / "kit.zip", "w") as packed:
        for name in ("a.md", "slow1.md", "slow2.md", "slow3.md", "z.md"):
            packed.writestr(name, SAGE + name)
    became = list(take_documents(find_documents([tmp_path / "kit.zip"]), store, HashingEncoder()))
    assert [isinstance(one, TakenDocument) for one in became] == [True, False, False, False, False]
    assert "too many others of kit.zip" in became[-1].reason


def test_versions_of_which_passages_repeat_are_compared_one_by_one(take, store):
    take()
    with store.read() as tx:
        (version,) = tx.collateral.history("payroll.md")
    (first,) = changes([version])
    assert (len(first.gained), first.lost, first.n_kept) == (2, (), 0)
