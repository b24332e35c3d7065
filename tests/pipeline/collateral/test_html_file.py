"""Web pages give their main text, and nothing of what surrounds it."""

from pipeline.collateral.read import read_document
from tests.pipeline.collateral.written import ANSWER, write

PAGE = f"""<html><head><title>Payroll | Rotaline</title><script>var x = "secret";</script></head><body>
<div id="cookie-banner">We use cookies. <button>Accept</button></div>
<header><a href="/">Home</a><nav>Product Pricing</nav></header>
<header><h1>Payroll by itself</h1></header>
<p>It <b>just</b> works.</p><div>{ANSWER}</div>
<dl><dt>Who pays</dt><dd>We do, for as long as the contract runs and not a day longer.</dd></dl>
<aside>Read this next</aside><footer>Imprint</footer></body></html>"""


def test_a_web_page_is_read_without_what_surrounds_it(tmp_path):
    document, passages = read_document(write(tmp_path / "p.html", PAGE))
    text = "\n".join(passage.text for passage in passages)
    assert document.title == "Payroll by itself"
    assert text.startswith(f"Payroll by itself\nIt just works.\n{ANSWER}")
    for dropped in ("cookies", "Accept", "secret", "Home", "Product", "Read this next", "Imprint"):
        assert dropped not in text
    assert passages[-1].locator == "Who pays"


def test_only_the_main_part_of_a_page_is_read_if_it_has_one(tmp_path):
    page = f"<body><div>Offers of the week</div><main><p>{ANSWER}</p></main><div>More offers</div></body>"
    _, (passage,) = read_document(write(tmp_path / "p.htm", page))
    assert passage.text == ANSWER


def test_a_page_in_an_old_encoding_is_read_as_it_says(tmp_path):
    path = tmp_path / "p.html"
    path.write_bytes('<meta charset="iso-8859-15"><p>Für 49 € im Monat</p>'.encode("iso-8859-15"))
    assert read_document(path)[1][0].text == "Für 49 € im Monat"


def test_a_page_that_names_its_address_is_linked_there_and_dated(tmp_path):
    page = (
        '<link rel="canonical" href="https://rotaline.example/payroll?x=1#top">'
        f'<meta property="article:modified_time" content="2026-03-01T10:00:00Z"><h1>Payroll</h1><p>{ANSWER}</p>'
    )
    document, (passage,) = read_document(write(tmp_path / "p.html", page))
    assert passage.link.startswith("https://rotaline.example/payroll?x=1#:~:text=Approved%20hours")
    assert str(document.dated) == "2026-03-01"


def test_a_page_cannot_name_an_address_that_is_no_page(tmp_path):
    page = f'<link rel="canonical" href="javascript:alert(1)"><h1>Payroll</h1><p>{ANSWER}</p>'
    document, (passage,) = read_document(write(tmp_path / "p.html", page))
    assert (document.url, passage.link.split("#")[0]) == ("", "p.html")


def test_cells_that_reach_over_rows_name_every_row(tmp_path):
    page = (
        "<table><tr><th>Plan</th><th>Seats</th><th>Price</th></tr>"
        "<tr><td rowspan=2>Team</td><td>5</td><td>12 €</td></tr>"
        "<tr><td>10</td><td>20 €</td></tr><tr><td colspan=2>Anything larger</td><td>ask us</td></tr></table>"
    )
    _, (passage,) = read_document(write(tmp_path / "t.html", page))
    assert passage.text.split("\n") == [
        "Plan: Team; Seats: 5; Price: 12 €",
        "Plan: Team; Seats: 10; Price: 20 €",
        "Plan: Anything larger; Price: ask us",
    ]


def test_menus_that_are_called_nothing_are_left_out_and_lists_of_content_stay(tmp_path):
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Product", "Prices", "Blog"))
    page = f"<div><ul>{links}</ul></div><h1>Payroll</h1><p>{ANSWER}</p><ul><li>Sage, by <a href='/s'>file</a></li></ul>"
    _, (passage,) = read_document(write(tmp_path / "p.html", page))
    assert passage.text == f"Payroll\n{ANSWER}\nSage, by file"


def test_a_section_on_cookies_is_no_banner(tmp_path):
    section = f"<section id='cookies'><h2>Cookies</h2><p>{ANSWER} {ANSWER}</p></section>"
    _, (passage,) = read_document(write(tmp_path / "p.html", f"<h1>Privacy</h1>{section}"))
    assert ANSWER in passage.text
