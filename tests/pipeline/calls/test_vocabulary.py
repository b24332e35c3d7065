from pipeline.calls.vocabulary import MAX_BYTES, Vocabulary, given_names, names_in, vocabulary

ORDINARY = frozenset("sage square ask our team the with every night works payroll success customer".split())


def names(*texts: str) -> list[str]:
    return names_in(texts, ORDINARY.__contains__)


def test_a_strange_word_with_a_capital_inside_a_sentence_is_a_name() -> None:
    assert names("Hours go straight from Rotaline into payroll every night.") == ["Rotaline"]


def test_a_capital_that_begins_a_sentence_or_a_heading_says_nothing() -> None:
    assert names("Nobody types twice. Everything happens by itself.\nTimesheets: Overtime and holiday") == []
    assert names("Planning Without Whiteboards") == []


def test_a_word_that_is_also_written_small_is_no_name() -> None:
    assert names("Talk to our Onboarders about it. The onboarders know.") == []


def test_an_ordinary_word_must_be_met_twice() -> None:
    assert names("It works with Sage.") == []
    assert names("It works with Sage.", "Send it to Sage every night.") == ["Sage"]


def test_compounds_need_no_place() -> None:
    assert names("QuickBooks, BrightPay") == ["BrightPay", "QuickBooks"]


def test_strange_names_come_before_ordinary_ones_and_frequent_before_rare() -> None:
    found = names("It talks to Sage, Xero and Kustomer.", "It talks to Sage and Xero.", "Send it to Sage.")
    assert found == ["Xero", "Kustomer", "Sage"]


def test_days_months_initials_and_possessives_are_no_names() -> None:
    assert names("Call us by Friday in March about GDPR, I'm told.") == []
    assert names("This is Saltmarsh's answer.") == ["Saltmarsh"]


def test_the_setting_and_the_metadata_give_names_once_each() -> None:
    metadata = {"account": "Harbour Kitchen", "rep": "Dana", "competitor": ["Shiftwise", "Xero"], "stage": "Closing"}
    assert given_names("Xero,  Rota  Line ,", metadata) == ["Xero", "Rota Line", "Shiftwise", "Harbour Kitchen", "Dana"]
    assert given_names("", {"rep": 7}) == []


def test_given_names_come_first_and_all_fit_the_prompt() -> None:
    told = vocabulary(["Dana"], ["dana", *(f"Productname{n}" for n in range(100))])
    assert told.given == ("Dana",)
    assert told.from_documents[0] == "Productname0"
    assert len(told.prompt.encode()) <= MAX_BYTES + len("Names: ")


def test_no_names_are_no_prompt() -> None:
    assert Vocabulary().prompt == ""
    assert vocabulary(["Xero"], ["Rotaline"]).prompt == "Names: Xero, Rotaline."
