"""Every assumption is one stated number, and values that make no sense are refused."""

import numpy as np
import pytest

from scoring.outlook.assumptions import STATED, AppraisalCut, Assumptions, Pace, known_gaps
from tests.scoring.outlook.facts import published_history

UNIFORM = (np.arange(100_000) + 0.5) / 100_000


def test_the_corners_hold_the_stated_values_between_them() -> None:
    corners = list(STATED.variants())
    assert len({(c.prior_pairs, c.own_noise, c.catching_up) for c in corners}) == 8
    for name in ("prior_pairs", "own_noise", "catching_up"):
        values = [getattr(c, name) for c in corners]
        assert min(values) < getattr(STATED, name) < max(values)
    assert {c.least_common_spread for c in corners} == {STATED.least_common_spread}


@pytest.mark.parametrize(
    "wrong", [{"own_noise": -0.1}, {"prior_pairs": float("nan")}, {"catching_up": 1.2}, {"place_noise": float("inf")}]
)
def test_numbers_without_sense_are_refused_by_name(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Assumptions(**wrong)


def test_a_pace_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Pace\.growth = -1"):
        Pace(growth=-1)


def test_the_cut_follows_the_triangle() -> None:
    shares = AppraisalCut(0.0, 0.2, 0.4).shares(UNIFORM)
    assert shares.mean() == pytest.approx(0.2, abs=1e-6)
    assert shares.var() == pytest.approx(0.4**2 / 24, rel=1e-4)
    lopsided = AppraisalCut(0.1, 0.1, 0.4).shares(UNIFORM)
    assert lopsided.mean() == pytest.approx(0.2, abs=1e-6)
    assert (np.diff(lopsided) > 0).all()
    assert lopsided.min() >= 0.1
    assert lopsided.max() <= 0.4


def test_a_cut_of_one_value_is_that_value() -> None:
    assert AppraisalCut(0.15, 0.15, 0.15).shares(np.array([0.0, 0.3, 1.0])).tolist() == [0.15, 0.15, 0.15]


@pytest.mark.parametrize("wrong", [(0.2, 0.1, 0.3), (0.0, 0.4, 0.3), (-0.1, 0.1, 0.3), (0.0, 0.5, 1.1)])
def test_a_cut_out_of_order_is_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="low <= mode <= high"):
        AppraisalCut(*wrong)


def test_the_default_cut_comes_from_the_known_gaps() -> None:
    shares = [gap.share for gap in known_gaps()]
    assert shares == pytest.approx([1 - 0.6783 / 0.80191, 1 - 0.632 / 0.821])
    assert pytest.approx(sorted(shares), abs=0.005) == [AppraisalCut().mode, AppraisalCut().high]


def test_the_noise_rests_on_the_ranks_of_2020_and_2021() -> None:
    """The figures that the docstring of Assumptions gives as reasons."""
    past = published_history()
    first, second = (past.year(year).ranks for year in (2020, 2021))
    both = (first > 0) & (second > 0)
    assert both.sum() == 19
    assert np.sqrt(((first - second)[both] ** 2).mean()) == pytest.approx(8.6, abs=0.05)
    rise, room = 0.4014 - 0.3026, 1 - 0.3026
    assert pytest.approx(rise / room, abs=0.01) == STATED.catching_up
    assert pytest.approx(rise / 2, abs=0.001) == STATED.least_common_spread
    spread = STATED.own_noise / np.sqrt(1 - (1 - STATED.catching_up) ** 2)
    assert STATED.own_noise / spread == pytest.approx(STATED.place_noise, abs=0.05)
