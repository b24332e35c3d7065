"""What pages do with moments that may be none: left out, marked, or shown when asked, and always said."""

from selectolax.lexbor import LexborHTMLParser


def links(answer):
    return [link.attributes["href"] for link in LexborHTMLParser(answer.text).css("a[href]")]


def words_of(answer):
    assert answer.status_code == 200
    return " ".join(LexborHTMLParser(answer.text).body.text().split())


def test_the_first_page_leaves_less_sure_quotes_out_and_says_so(client, doubted):
    doubted(crumb_1=0.4)
    answer = client.get("/search?where.segment=small")
    assert "1 of 1 from the 2 newest calls, likely or surer; 1 less sure one is left out. Show all 2" in words_of(
        answer
    )
    assert "small bakery" not in words_of(answer)
    assert "3 moments held, of any confidence, in 2 calls" in words_of(answer)
    link = "/search?where.segment=small&confidence=possible"
    assert link in links(answer)
    everything = words_of(client.get(link))
    assert "2 of 2 from the 2 newest calls, of any confidence." in everything
    assert "small bakery" in everything


def test_the_first_page_shows_possible_quotes_where_none_is_likely(client, doubted):
    doubted(crumb_1=0.4, harbour_1=0.45)
    text = words_of(client.get("/search?where.segment=small"))
    assert "2 of 2 from the 2 newest calls, of any confidence." in text
    assert "Possible, 40%" in text
    none = words_of(client.get("/search?where.segment=small&confidence=sure"))
    assert "0 of 0 from the 2 newest calls, sure only; 2 less sure ones are left out. Show all 2" in none


def test_a_search_is_complete_until_a_confidence_is_set_by_hand(client, doubted):
    doubted(crumb_1=0.4)
    assert "in 3 of 3 calls" in words_of(client.get("/search?q=too+expensive"))
    assert "in 3 of 3 calls" in words_of(client.get("/search?q=too+expensive&confidence="))
    answer = client.get("/search?q=too+expensive&confidence=likely")
    assert "in 2 of 3 calls Only moments that are likely or surer are shown and counted" in words_of(answer)
    assert "/search?q=too+expensive&confidence=possible" in links(answer)
    chosen = [option.attributes["value"] for option in LexborHTMLParser(answer.text).css("option[selected]")]
    assert chosen == ["customer", "likely", "1"], "the last is the player's speed"


def test_a_theme_shows_its_likely_quotes_and_links_to_all(client, doubted):
    doubted(crumb_1=0.4)
    theme = client.get("/api/v1/themes").json()["items"][0]["id"]
    text = words_of(client.get(f"/themes/{theme}"))
    assert "3 of 3 calls" in text
    assert "2 of 3 quotes shown; 1 less sure one is left out here and counted above. Show all" in text
    assert "Possible," not in text
    everything = words_of(client.get(f"/themes/{theme}?confidence=possible"))
    assert "3 of 3 quotes shown" in everything
    assert "Possible, 40%" in everything
    assert client.get(f"/themes/{theme}?confidence=certain").status_code == 422


def test_a_theme_with_nothing_likely_shows_what_is_possible_marked(client, doubted):
    doubted(crumb_1=0.4, harbour_1=0.5, fenwick_1=0.5)
    theme = client.get("/api/v1/themes").json()["items"][0]["id"]
    for address in (f"/themes/{theme}", "/themes", "/gaps", f"/guide?theme={theme}"):
        text = words_of(client.get(address))
        assert "Possible, " in text, address
        assert "less sure" not in text, address
    assert "3 of 3 quotes shown" in words_of(client.get(f"/themes/{theme}"))


def test_gaps_and_guide_choose_likely_quotes_and_tell_of_the_others(client, doubted):
    doubted(crumb_1=0.4)
    theme = client.get("/api/v1/themes").json()["items"][0]["id"]
    answer = client.get("/gaps")
    assert "All 3 quotes, 1 less sure among them" in words_of(answer)
    assert f"/themes/{theme}?confidence=possible" in links(answer)
    guide = words_of(client.get("/guide"))
    assert "Counted over 3 objections of any confidence, 3 calls" in guide
    assert "2 of 3 shown, likely or surer" in guide
    assert "1 less sure quote" in guide


def test_the_card_of_a_theme_shows_a_likely_quote(client, doubted):
    typical = client.get("/api/v1/themes").json()["items"][0]["quote"]["call"]
    doubted(**{typical.replace("-", "_"): 0.4})
    assert "Possible" not in words_of(client.get("/themes"))


def test_a_transcript_tells_in_a_word_how_sure_a_moment_is(client, doubted):
    doubted(harbour_1=0.799)
    answer = client.get("/calls/harbour-1")
    assert "Objection · Price · Likely, 79%" in words_of(answer)
    titles = {span.attributes["title"] for span in LexborHTMLParser(answer.text).css("span[title]")}
    assert "79%. Likely: of 10 such quotes, 5 to 8 should be what their label says" in titles
    assert "What sure, likely and possible mean" in words_of(answer)
