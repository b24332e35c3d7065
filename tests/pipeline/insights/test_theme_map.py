"""The map of themes keeps still: what is held stays, what is new lies by what it is like."""

import numpy as np

from pipeline.insights.theme_map import _turned, place_themes

RNG = np.random.default_rng(2)
CENTRES = RNG.normal(size=(12, 16)).astype(np.float32)
IDS = [f"t{n}" for n in range(12)]


def test_the_map_is_the_same_each_time_and_no_two_themes_share_a_spot():
    first = place_themes(IDS, CENTRES, {})
    assert first == place_themes(IDS, CENTRES, {})
    points = np.array(list(first.values()))
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(12)
    assert gaps.min() > 0.05


def test_what_is_alike_lies_together():
    pair = np.vstack([CENTRES[:6], CENTRES[:6] + 0.05 * RNG.normal(size=(6, 16))]).astype(np.float32)
    placed = np.array(list(place_themes(IDS, pair, {}).values()))
    own = np.linalg.norm(placed[:6] - placed[6:], axis=1)
    others = np.linalg.norm(placed[:6, None] - placed[None, :6], axis=2)[np.triu_indices(6, 1)]
    assert own.mean() < others.mean() / 2


def test_a_theme_that_is_held_stays_where_it_is_though_its_centre_moves():
    before = place_themes(IDS[:10], CENTRES[:10], {})
    moved = CENTRES + 0.1 * RNG.normal(size=CENTRES.shape).astype(np.float32)
    after = place_themes(IDS, moved, before)
    assert {name: after[name] for name in IDS[:10]} == before


def test_a_new_theme_comes_near_the_one_that_it_is_most_like():
    before = place_themes(IDS[:10], CENTRES[:10], {})
    twin = np.vstack([CENTRES[:10], CENTRES[4:5]])
    after = place_themes([*IDS[:10], "new"], twin, before)
    far = {name: np.hypot(*np.subtract(after["new"], place)) for name, place in before.items()}
    assert sorted(far, key=far.get).index("t4") < 3


def test_a_plane_laid_out_anew_is_turned_onto_the_earlier_one():
    points = RNG.normal(size=(6, 2))
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert np.allclose(_turned(points, points, 2 * points @ turn + 0.3), 2 * points @ turn + 0.3)


def test_no_theme_and_one_theme_have_a_map_too():
    assert place_themes([], np.empty((0, 4), np.float32), {}) == {}
    assert place_themes(["a"], CENTRES[:1], {}) == {"a": (0.0, 0.0)}
