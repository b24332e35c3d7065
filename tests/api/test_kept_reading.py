"""What takes long is computed aside: the page says so meanwhile, and says what is missing for it."""

from threading import Event, Lock
from time import sleep

from api.kept_reading import KeptReading
from pipeline.errors import MissingPart


def test_a_page_says_so_while_gaps_are_computed(client, app, toolkit):
    judge, may_go_on = toolkit.answer_judge, Event()

    class Slow:
        name = "slow"

        def reading(self, of):
            return self

        def answer_probability(self, points, passages):
            may_go_on.wait(20)
            return judge.answer_probability(points, passages)

        def touch_probability(self, points, passages):
            return judge.touch_probability(points, passages)

    toolkit.__dict__["answer_judge"] = Slow()
    with toolkit.store.read() as tx:
        gap = f"/gaps/{tx.themes.ids()[0]}"
    for address in ("/gaps", gap):
        waiting = client.get(address).text
        assert 'data-live="busy"' in waiting
        assert "Comparing what customers say" in waiting
    may_go_on.set()
    client.get("/api/v1/gaps")
    for address in ("/gaps", gap):
        pages = (sleep(0.1) or client.get(address).text for _ in range(100))
        assert any('data-live="done"' in page for page in pages)


def test_a_judge_that_is_missing_is_said_on_the_page(client, toolkit):
    class Missing:
        name = "missing"

        def reading(self, of):
            return self

        def answer_probability(self, points, passages):
            raise MissingPart("The judge is not installed. Run: pip install it")

    toolkit.__dict__["answer_judge"] = Missing()
    answer = client.get("/gaps")
    assert answer.status_code == 503
    assert "pip install it" in answer.text


def test_readings_that_share_a_lane_are_computed_one_after_another(toolkit):
    lane, begun, may_end = Lock(), [], Event()

    def slow(name):
        def compute(_, tx):
            begun.append(name)
            may_end.wait(20)
            return name

        return KeptReading(toolkit, compute, name, lane=lane)

    one, other = slow("one"), slow("other")
    with toolkit.store.read() as tx:
        assert (one.soon(tx), other.soon(tx)) == (None, None)
        assert begun == ["one"]
        may_end.set()
        found = (sleep(0.05) or (one.soon(tx), other.soon(tx)) for _ in range(100))
        assert ("one", "other") in found
