"""Passages stand alone: whole sentences, of a readable length, each with a place of its own."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.collateral.blocks import Block, table_rows
from pipeline.collateral.passages import MAX_WORDS, MIN_WORDS, cut_passages
from pipeline.collateral.sentences import split_sentences


def heading(text, level=2):
    return Block("heading", text, level=level)


def prose(n_words, word="word"):
    return Block("paragraph", " ".join([word.capitalize(), *[word] * (n_words - 2), f"{word}."]))


def test_a_short_document_is_one_passage():
    cuts = cut_passages([heading("Add-ons"), prose(8)], title="Pricing")
    assert [(cut.locator, len(cut.text.split())) for cut in cuts] == [("Add-ons", 9)]


def test_a_passage_begins_with_its_heading():
    (cut,) = cut_passages([heading("Is support extra?"), prose(30)], title="Pricing")
    assert cut.text.startswith("Is support extra?\nWord word")


def test_the_locator_is_the_path_of_headings_without_the_title():
    blocks = [heading("Pricing", 1), heading("Questions", 2), heading("Add-ons", 3), prose(40)]
    assert [cut.locator for cut in cut_passages(blocks, title="Pricing")] == ["Questions › Add-ons"]


def test_a_long_section_is_cut_between_sentences_and_each_part_has_its_heading():
    sentences = [f"Sentence number {n} has exactly nine words in it." for n in range(30)]
    cuts = cut_passages([heading("Terms"), Block("paragraph", " ".join(sentences))], title="")
    assert len(cuts) > 1
    assert [cut.locator for cut in cuts][:2] == ["Terms", "Terms (2)"]
    bodies = [cut.text.removeprefix("Terms\n") for cut in cuts]
    assert " ".join(bodies) == " ".join(sentences)
    assert all(body.endswith("in it.") for body in bodies)
    assert all(MIN_WORDS <= len(cut.text.split()) <= MAX_WORDS for cut in cuts)


def test_a_sentence_longer_than_a_passage_stays_whole():
    (cut,) = cut_passages([prose(MAX_WORDS + 50)], title="")
    assert len(cut.text.split()) == MAX_WORDS + 50


def test_short_neighbours_join_and_the_locator_names_both():
    blocks = [heading("Clock"), prose(10), heading("Plan"), prose(20)]
    (cut,) = cut_passages(blocks, title="")
    assert cut.locator == "Clock / Plan"
    assert cut.text.split("\n")[2] == "Plan"


def test_questions_stay_apart_however_short():
    blocks = [heading("Is VAT included?"), prose(12), heading("How do I pay?"), prose(12)]
    assert [cut.locator for cut in cut_passages(blocks, title="")] == ["Is VAT included?", "How do I pay?"]


def test_a_paragraph_that_opens_with_a_question_is_a_question_and_its_answer():
    blocks = [
        Block("paragraph", "Is there a free trial? Yes. Explore any plan for fourteen days, at no cost."),
        Block("paragraph", "Do end users count? Never. You pay only for the agents who send replies."),
    ]
    cuts = cut_passages(blocks, title="")
    assert [cut.locator for cut in cuts] == ["Is there a free trial?", "Do end users count?"]
    assert cuts[0].text == "Is there a free trial?\nYes. Explore any plan for fourteen days, at no cost."


def test_a_heading_that_only_holds_headings_is_named_in_their_locators():
    blocks = [heading("Trust", 1), heading("Hosting", 2), prose(30), heading("Keys", 2), prose(30)]
    assert [cut.locator for cut in cut_passages(blocks, title="")] == ["Trust › Hosting", "Trust › Keys"]


def test_text_without_headings_is_found_by_its_paragraph():
    cuts = cut_passages([prose(80, "one"), prose(80, "two")], title="")
    assert [cut.locator for cut in cuts] == ["paragraph 1", "paragraph 2"]


def test_the_cells_of_a_wide_table_are_named_by_its_first_row():
    rows = list(table_rows([("", "Team", "Growth"), ("Price per agent", "$29", "$59"), ("Trial", "", "14 days")]))
    assert [row.text for row in rows] == ["Price per agent: Team $29; Growth $59", "Trial: Growth 14 days"]


def test_a_table_with_a_header_reads_as_what_each_cell_is():
    rows = [("Plan", "Price"), ("Team", "12 €")]
    assert [row.text for row in table_rows(rows, has_header=True)] == ["Plan: Team; Price: 12 €"]


def test_figures_over_figures_are_no_header():
    rows = table_rows([("Team", "12 €", "10"), ("Growth", "29 €", "25")])
    assert [row.text for row in rows] == ["Team; 12 €; 10", "Growth; 29 €; 25"]


def test_a_table_of_two_columns_reads_as_pairs():
    rows = list(table_rows([("Hosting", "Frankfurt"), ("Backups", "every hour")]))
    assert [row.text for row in rows] == ["Hosting: Frankfurt", "Backups: every hour"]


def test_abbreviations_and_initials_end_no_sentence():
    text = "Ask Dr. Meyer, e.g. Monday. J. Smith agrees! “Really?” Yes, for approx. Twenty minutes."
    assert split_sentences(text) == [
        "Ask Dr. Meyer, e.g. Monday.",
        "J. Smith agrees!",
        "“Really?”",
        "Yes, for approx. Twenty minutes.",
    ]


TEXT = st.text(alphabet="ab c.?!é“”", min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool)
BLOCK = st.one_of(
    st.builds(Block, st.just("heading"), TEXT, level=st.integers(1, 4)),
    st.builds(
        Block, st.sampled_from(["paragraph", "item", "row"]), st.lists(TEXT, min_size=1, max_size=40).map(" ".join)
    ),
)


@settings(max_examples=200, deadline=None)
@given(blocks=st.lists(BLOCK, max_size=15))
def test_nothing_that_was_read_is_lost_and_no_locator_is_used_twice(blocks):
    cuts = cut_passages(blocks, title="")
    kept = " ".join(" ".join(cut.text.split()) for cut in cuts)
    assert all(
        sentence in kept for block in blocks if block.kind != "heading" for sentence in split_sentences(block.text)
    )
    assert len({cut.locator for cut in cuts}) == len(cuts)
