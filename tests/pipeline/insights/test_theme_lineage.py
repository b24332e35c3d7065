"""What became of themes is told from their members alone."""

from datetime import UTC, datetime

from pipeline.insights.theme_lineage import what_became

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def kinds(old, new, **more):
    return [(event.kind, event.theme, event.other) for event in what_became(old, new, at=NOW, **more)]


def test_a_theme_of_new_moments_is_born_and_one_whose_moments_scatter_has_ended():
    assert kinds({"a": ["1", "2"], "b": ["3", "4"]}, {"a": ["1", "2"], "c": ["5", "6"]}) == [
        ("born", "c", None),
        ("ended", "b", None),
    ]


def test_a_theme_that_comes_out_of_another_is_split_off_it():
    assert kinds({"a": ["1", "2", "3", "4"]}, {"a": ["1", "2"], "b": ["3", "4"]}) == [("split", "b", "a")]


def test_a_theme_that_goes_into_another_is_merged():
    assert kinds({"a": ["1", "2"], "b": ["3", "4"]}, {"a": ["1", "2", "3", "4"]}) == [("merged", "b", "a")]


def test_a_change_of_the_way_is_a_break_and_said_first():
    assert kinds({"a": ["1"]}, {"a": ["1"]}, is_break=True) == [("break", None, None)]


def test_the_first_themes_are_no_news():
    assert kinds({}, {"a": ["1", "2"]}) == []
