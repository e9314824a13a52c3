"""Our score among rivals: exact in degenerate cases, monotone, re-used by a slider, and honest about its basis."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outlook.assumptions import FROZEN, STATED, AppraisalCut, Assumptions, Pace
from scoring.outlook.forecast import Question, forecast
from scoring.outlook.ours import OwnScore, Rivals, draw_rivals, sampling_interval, shown
from tests.scoring.outlook.facts import OURS, history, names, published_history, results

CERTAIN = results(2022, [1, 2, 3, 3, 5], [0.8, 0.6, 0.5, 0.5, 0.1])
STILL = OwnScore(noise=0.0)


def certain(our: int, top: int = 2) -> Rivals:
    return draw_rivals(Question(history(CERTAIN), 2022, 2024, pace=FROZEN), names(5)[our], 40, 1, top=top)


@pytest.fixture(scope="module")
def rivals() -> Rivals:
    return draw_rivals(Question(published_history(), 2023, 2024), OURS, 5_000, 1)


@pytest.mark.parametrize(
    ("our", "change", "rank", "chance"),
    [
        (0, 0.0, 1, 1.0),
        (4, 0.0, 5, 0.0),
        (4, 0.4, 3, 0.0),
        (4, 0.5, 2, 1.0),
        (4, 0.51, 2, 1.0),
        (4, 0.9, 1, 1.0),
        (2, 0.0, 3, 0.0),
    ],
)
def test_frozen_known_rivals_give_certainty(our: int, change: float, rank: int, chance: float) -> None:
    found = certain(our).outlook(replace(STILL, change=change))
    assert found.chance == chance
    assert found.rank_share[rank - 1] == 1.0
    assert sum(found.rank_share) == 1.0
    assert (found.rank_quantile(0.05), found.rank_quantile(0.95)) == (rank, rank)
    assert found.assumed is None


def test_the_needed_score_is_the_last_place_of_the_top_among_the_others() -> None:
    assert set(certain(0).needed().values()) == {0.5}
    assert set(certain(4).needed().values()) == {0.6}
    assert set(certain(4, top=1).needed().values()) == {0.8}


def test_rivals_that_grow_pass_us_when_we_do_nothing() -> None:
    years = [
        results(2021, [1, 2, 3], [0.6, 0.5, 0.4], mean=0.5),
        results(2022, [1, 2, 3], [0.7, 0.6, 0.5], mean=0.6),
    ]
    quiet = Assumptions(prior_pairs=0, least_common_spread=0, own_noise=0, catching_up=0)
    question = Question(history(*years), 2022, 2023, quiet)
    grown = draw_rivals(question, names(3)[1], 10, 1, top=1, variant_draws=0)
    assert grown.scores == pytest.approx(np.tile([0.7 + 0.3 * 0.25, 0.5 + 0.5 * 0.25], (10, 1)))
    assert grown.outlook().rank_share == (0, 0, 1)
    assert grown.outlook(OwnScore(0.1)).rank_share == (0, 1, 0)
    assert grown.outlook(OwnScore(0.2)).rank_share == (1, 0, 0)
    frozen = draw_rivals(replace(question, pace=FROZEN), names(3)[1], 10, 1, top=1)
    assert frozen.outlook().rank_share == (0, 1, 0)
    assert frozen.outlook(OwnScore(0.2)).score == pytest.approx((0.8, 0.8, 0.8))


def test_two_years_are_two_steps() -> None:
    past = published_history()
    one = draw_rivals(Question(past, 2022, 2023), OURS, 4_000, 1, variant_draws=0)
    two = draw_rivals(Question(past, 2022, 2024), OURS, 4_000, 1, variant_draws=0)
    assert np.median(two.contest.line) > np.median(one.contest.line)
    assert one.outlook().score[1] == pytest.approx(0.5878, abs=0.002)
    assert two.outlook().score[1] == pytest.approx(0.5878, abs=0.002)
    assert two.contest.own(OwnScore()).std() == pytest.approx(STATED.own_noise * np.sqrt(2), rel=0.05)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=6))
def test_more_of_our_own_never_lowers_the_chance(rivals: Rivals, changes: list[float]) -> None:
    chances = [rivals.chance(OwnScore(change)) for change in sorted(changes)]
    assert chances == sorted(chances)


def test_chance_rank_share_and_needed_scores_agree(rivals: Rivals) -> None:
    found = rivals.outlook(OwnScore(0.05))
    assert sum(found.rank_share[:15]) == pytest.approx(found.chance)
    assert sum(found.rank_share) == pytest.approx(1)
    assert rivals.chance(OwnScore(0.05)) == found.chance
    for share, score in found.needed.items():
        assert rivals.chance(OwnScore(self_estimate=score, noise=0.0)) == pytest.approx(share, abs=0.0003)
    assert found.sampling[0] < found.chance < found.sampling[1]
    assert found.assumed is not None
    assert found.assumed[0] < found.chance < found.assumed[1]
    assert (found.base_totals, found.provinces, len(found.movement.changes)) == (4, 63, 3)


def test_a_faster_pace_raises_the_line_and_a_frozen_one_keeps_it() -> None:
    question = Question(published_history(), 2023, 2024)
    lines = [
        draw_rivals(replace(question, pace=pace), OURS, 3_000, 1, variant_draws=0).needed()[0.5]
        for pace in (FROZEN, Pace(growth=0.5), Pace(), Pace(growth=2))
    ]
    assert lines == sorted(set(lines))
    assert 0.6783 < lines[0] < 0.7353


def test_a_slider_draws_nothing_again(rivals: Rivals) -> None:
    first = rivals.outlook(OwnScore(0.04))
    rivals.outlook(OwnScore(-0.2))
    assert rivals.outlook(OwnScore(0.04)) == first


def test_a_seed_gives_the_same_answer_for_every_size_of_blocks() -> None:
    question = Question(published_history(), 2021, 2023)
    whole, parts = (draw_rivals(question, OURS, 600, 3, block=block) for block in (600, 47))
    assert np.array_equal(whole.scores, parts.scores)
    assert whole.outlook() == parts.outlook()
    assert draw_rivals(question, OURS, 600, 4).outlook() != whole.outlook()


def test_our_base_is_the_published_score_or_drawn_within_its_bounds() -> None:
    past = published_history()
    known = draw_rivals(Question(past, 2023, 2024), OURS, 500, 1, variant_draws=0).contest.own_base
    assert (known == 0.7353).all()
    drawn = draw_rivals(Question(past, 2021, 2022), OURS, 500, 1, variant_draws=0)
    assert len(np.unique(drawn.contest.own_base)) == 500
    assert drawn.scores.shape == (500, 62)
    ranked = draw_rivals(Question(past, 2023, 2024), "TP. Hà Nội", 500, 1, variant_draws=0).contest.own_base
    assert (ranked > 0.7411).all()
    assert (ranked < 0.8340).all()


@pytest.mark.parametrize("province", [OURS, "Quảng Nam"])
def test_the_others_are_those_of_the_forecast(province: str) -> None:
    """The same draws by place and by name: leaving ourselves out leaves the others' scores."""
    question = Question(published_history(), 2023, 2024)
    others = draw_rivals(question, province, 300, 1, variant_draws=0)
    named = forecast(question, 300, 1).scores
    our = question.history.index(province)
    np.testing.assert_array_equal(np.sort(others.scores, axis=1), np.sort(np.delete(named, our, axis=1), axis=1))


def test_the_cut_takes_a_share_of_what_we_estimated_ourselves() -> None:
    contest = certain(4).contest
    always = AppraisalCut(0.2, 0.2, 0.2)
    assert contest.own(OwnScore(0.5, cut=always, noise=0.0)) == pytest.approx(0.1 + 0.5 * 0.8)
    assert contest.own(OwnScore(-0.05, cut=always, noise=0.0)) == pytest.approx(0.05)
    assert contest.own(OwnScore(self_estimate=0.5, cut=always, noise=0.0)) == pytest.approx(0.4)


def test_noise_has_mean_zero_and_the_score_stays_on_the_scale() -> None:
    contest = draw_rivals(Question(history(CERTAIN), 2022, 2023), names(5)[1], 20_000, 1, top=2).contest
    assert contest.own(OwnScore()).mean() == pytest.approx(0.6, abs=0.001)
    assert contest.own(OwnScore(0.9)).max() == 1
    assert contest.own(OwnScore(-0.9)).min() == 0


def test_rivals_around_the_line(rivals: Rivals) -> None:
    near = rivals.around_the_line(count=6)
    assert len(near) == 6
    assert OURS not in [rival.province for rival in near]
    middle = [rival.score_p50 for rival in near]
    assert middle == sorted(middle, reverse=True)
    line = float(np.median(rivals.contest.line))
    assert near[-1].score_p50 - 0.03 < line < near[0].score_p50 + 0.03
    assert all(rival.score_p05 < rival.score_p50 < rival.score_p95 for rival in near)
    above = {r.province: r.above_us for r in near}
    assert all(r.above_us < above[r.province] for r in rivals.around_the_line(OwnScore(0.1), 6))


def test_around_the_line_by_hand() -> None:
    near = certain(1).around_the_line(STILL, count=2)
    assert [(r.province, r.score_p50, r.top_chance, r.above_us) for r in near] == [
        (names(5)[2], 0.5, 0.0, 0.0),
        (names(5)[3], 0.5, 0.0, 0.0),
    ]
    lower = certain(1).around_the_line(OwnScore(-0.2, noise=0.0), count=2)
    assert [(r.top_chance, r.above_us) for r in lower] == [(1.0, 1.0), (1.0, 1.0)]
    all_others = certain(4).around_the_line(STILL)
    assert [(r.province, r.top_chance, r.above_us) for r in all_others] == [
        (names(5)[0], 1.0, 1.0),
        (names(5)[1], 1.0, 1.0),
        (names(5)[2], 0.0, 1.0),
        (names(5)[3], 0.0, 1.0),
    ]


@pytest.mark.parametrize(
    ("chance", "rounded"), [(0.0, 0.0), (0.024, 0.0), (0.025, 0.05), (0.32, 0.3), (0.975, 1.0), (0.97, 0.95)]
)
def test_a_chance_is_shown_in_steps_of_five_percent(chance: float, rounded: float) -> None:
    assert shown(chance) == pytest.approx(rounded)


def test_the_sampling_interval_by_hand() -> None:
    assert sampling_interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert sampling_interval(0.0, 100) == pytest.approx((0.0, 0.0370), abs=1e-4)


def test_what_cannot_be_asked_is_refused() -> None:
    question = Question(history(CERTAIN), 2022, 2023)
    with pytest.raises(KeyError, match="Hà Tiên"):
        draw_rivals(question, "Hà Tiên", 10, 1, top=2)
    for top in (0, 5):
        with pytest.raises(ValueError, match=f"top = {top}"):
            draw_rivals(question, names(5)[0], 10, 1, top=top)
