"""Files come in once, with their metadata, and a file that cannot is named with its reason while the rest goes on."""

import json

import pytest

from pipeline.errors import BadInput
from pipeline.intake import Refused, find_files, read_metadata_table, take_in, tidy_metadata


def results(toolkit, *paths, rows=None):
    return dict(take_in(find_files(list(paths), rows or {}), toolkit.store, toolkit.media))


def test_the_same_bytes_under_two_names_make_one_call(toolkit, write_call, tmp_path):
    path = write_call("a", "C: Hello there you.")
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    found = results(toolkit, path, copy)
    assert found["a.json"].id == found["copy.json"].id == "a"
    with toolkit.store.read() as tx:
        assert tx.calls.count() == 1


def test_bad_files_are_named_with_their_reason_and_the_rest_is_taken_in(toolkit, write_call, tmp_path):
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "notes.mp3").write_text("this is a note, not a recording\n" * 5)
    (tmp_path / "corrupt.ogg").write_bytes(bytes(range(1, 250)) * 30)
    (tmp_path / "broken.json").write_text('{"turns": [')
    write_call("good", "C: Hello there you.")
    found = results(toolkit, tmp_path)
    reasons = {name: result.reason for name, result in found.items() if isinstance(result, Refused)}
    assert set(found) - set(reasons) == {"good.json"}
    words = {"empty.wav": "empty", "notes.mp3": "text", "corrupt.ogg": "corrupt.ogg", "broken.json": "line 1"}
    refused = {name.rsplit("/", 1)[-1]: reason for name, reason in reasons.items()}
    assert {name for name, word in words.items() if word in refused[name]} == set(words)


def test_a_path_that_does_not_exist_and_an_unknown_suffix_are_refused(toolkit, tmp_path):
    (tmp_path / "slides.pptx").write_bytes(b"x")
    found = results(toolkit, tmp_path / "nowhere.wav", tmp_path / "slides.pptx")
    assert [type(result) for result in found.values()] == [Refused, Refused]
    assert "does not exist" in found[str(tmp_path / "nowhere.wav")].reason
    assert ".wav" in found[str(tmp_path / "slides.pptx")].reason


def test_an_id_that_is_held_with_other_content_is_refused_and_nothing_is_overwritten(toolkit, write_call):
    results(toolkit, write_call("a", "C: First of all."))
    found = results(toolkit, write_call("a", "C: Something else entirely."))
    (refused,) = found.values()
    assert "buyerspeak forget a" in refused.reason
    with toolkit.store.read() as tx:
        assert tx.calls.count() == 1


def test_metadata_of_a_table_row_beats_that_of_the_file(toolkit, write_call, tmp_path):
    table = tmp_path / "calls.csv"
    table.write_text('file,account,amount,outcome,channels\na.json,Acme,"1,200",No decision,rep;customer\n')
    rows = read_metadata_table(table)
    found = results(toolkit, write_call("a", "C: Hello there you.", account="Wrong", region="north"), rows=rows)
    assert dict(found["a.json"].metadata) == {
        "account": "Acme",
        "region": "north",
        "amount": 1200.0,
        "outcome": "no_decision",
        "channels": ["rep", "customer"],
    }


def test_a_sidecar_is_metadata_of_its_recording_and_no_call_of_its_own(tmp_path):
    (tmp_path / "call.wav").write_bytes(b"RIFF")
    (tmp_path / "call.json").write_text(json.dumps({"account": "Acme"}))
    (found,) = find_files([tmp_path], {})
    assert (found.path.name, found.metadata) == ("call.wav", {"account": "Acme"})


def test_metadata_given_later_is_added_to_the_call_that_is_held(toolkit, write_call):
    path = write_call("a", "C: Hello there you.", account="Acme")
    results(toolkit, path)
    again = results(toolkit, path, rows={"a.json": {"stage": "demo"}})["a.json"]
    assert dict(again.metadata) == {"account": "Acme", "stage": "demo"}
    with toolkit.store.read() as tx:
        assert tx.calls.ids({"stage": ("demo",)}) == ["a"]


def test_json_with_turns_beside_a_recording_is_a_transcript(tmp_path):
    (tmp_path / "call.WAV").write_bytes(b"RIFF")
    (tmp_path / "call.json").write_text(json.dumps({"turns": [{"text": "Hello."}]}))
    assert [found.path.name for found in find_files([tmp_path], {})] == ["call.WAV", "call.json"]
    (tmp_path / "call.json").write_text(json.dumps({"account": "Acme"}))
    assert [found.path.name for found in find_files([tmp_path], {})] == ["call.WAV"]


def test_rows_of_a_table_may_name_files_with_their_folder(tmp_path):
    table = tmp_path / "calls.csv"
    table.write_text("file,account\nrecordings/a.wav,Acme\n")
    assert read_metadata_table(table) == {"a.wav": {"account": "Acme"}}


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ({"amount": "48000"}, {"amount": 48000}),
        ({"amount": "£1,234.50"}, {"amount": 1234.5}),
        ({"language": "en-US"}, {"language": "en"}),
    ],
)
def test_known_fields_are_brought_into_their_form(given, tidy):
    assert tidy_metadata(given, "a.wav") == tidy


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"amount": "plenty"}, "amount 'plenty' is not a number"),
        ({"amount": "nan"}, "is not a number"),
        ({"amount": "1.234,50"}, "is not a number"),
        ({"outcome": "maybe"}, "won, lost, no_decision, open"),
        ({"language": ["en"]}, "no language code"),
        ({"channels": 2}, "no list of names"),
    ],
)
def test_metadata_that_cannot_be_is_refused_with_file_and_field(given, reason):
    with pytest.raises(BadInput, match=f"a.wav: .*{reason}"):
        tidy_metadata(given, "a.wav")


def test_a_table_without_file_names_is_refused(tmp_path):
    table = tmp_path / "calls.csv"
    table.write_text("account,amount\nAcme,3\n")
    with pytest.raises(BadInput, match="`file`"):
        read_metadata_table(table)


def test_a_call_without_an_id_is_named_by_its_content(toolkit, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"turns": [{"text": "Hello there you."}]}))
    call = results(toolkit, path)["x.json"]
    assert call.id == call.sha256[:12]
