"""The base line: what our score starts from, and what a change of our own figures makes of it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.baseline import BaseLine, allocation, weighted
from scoring.national import INDEX_WEIGHTS

CODES = tuple(INDEX_WEIGHTS)
# Đà Nẵng 2022, dti.gov.vn/xep-hang-2022: eight published scores and the published total.
DA_NANG = dict(zip(CODES, (1.0, 0.9, 0.8253, 0.8487, 0.7578, 0.8575, 0.7836, 0.5197), strict=True))
DA_NANG_TOTAL = 0.8002


def line(indices: dict[str, float], total: float, rank: int | None = 1) -> BaseLine:
    return BaseLine(2022, 2024, indices, total, rank, "published", ("dti.gov.vn/xep-hang-2022",))


def all_at(value: float, **others: float) -> dict[str, float]:
    return dict.fromkeys(CODES, value) | others


def test_the_weights_give_the_published_total_of_da_nang() -> None:
    # 0.1 x (1 + 0.9 + 0.8253 + 0.8487 + 0.7578) + 0.2 x 0.8575 + 0.15 x (0.7836 + 0.5197) = 0.800175
    assert weighted(DA_NANG) == pytest.approx(0.800175, abs=1e-12)
    assert line(DA_NANG, DA_NANG_TOTAL).total == DA_NANG_TOTAL


def test_doing_nothing_gives_the_published_total_to_the_last_digit() -> None:
    base = line(DA_NANG, DA_NANG_TOTAL)
    assert base.total_of(base.moved(all_at(0.4), all_at(0.4))) == DA_NANG_TOTAL


def test_a_change_of_the_roll_up_moves_its_index_by_as_much_and_the_total_by_its_weight() -> None:
    base = line(all_at(0.5), 0.5)
    moved = base.moved(all_at(0.9), all_at(0.9, CQ=0.95))
    assert moved == pytest.approx(all_at(0.5, CQ=0.55))
    # 0.05 x 200 / 1000
    assert base.total_of(moved) == pytest.approx(0.51)


def test_an_index_stays_within_0_and_1() -> None:
    base = line(all_at(0.5, NT=0.98), weighted(all_at(0.5, NT=0.98)))
    assert base.moved(all_at(0.2), all_at(0.6))["NT"] == 1.0
    assert base.moved(all_at(0.9), all_at(0.1))["TC"] == 0.0


def test_a_score_set_directly_replaces_base_and_change() -> None:
    base = line(all_at(0.5), 0.5)
    moved = base.moved(all_at(0.5), all_at(0.7), {"XH": 0.8})
    assert moved == pytest.approx(all_at(0.7, XH=0.8))


def test_an_index_with_nothing_applicable_does_not_move() -> None:
    base = line(all_at(0.5), 0.5)
    assert base.moved(all_at(0.5, DT=0.1, NT=math.nan), all_at(0.5))["NT"] == 0.5


@pytest.mark.parametrize(("rank", "goal"), [(10, "hold"), (15, "hold"), (16, "enter"), (28, "enter"), (None, "enter")])
def test_the_question_is_to_enter_or_to_hold(rank: int | None, goal: str) -> None:
    assert line(all_at(0.5), 0.5, rank).goal == goal


@given(
    st.floats(0.01, 0.99),
    st.lists(st.floats(0, 1) | st.just(math.nan), min_size=len(CODES), max_size=len(CODES)),
)
def test_an_allocation_gives_the_total_exactly_and_keeps_the_order(total: float, shape: list[float]) -> None:
    found = allocation(total, dict(zip(CODES, shape, strict=True)))
    assert weighted(found) == pytest.approx(total, abs=1e-12)
    assert all(0 < value < 1 for value in found.values())
    known = [(given, found[code]) for code, given in zip(CODES, shape, strict=True) if not math.isnan(given)]
    for (one, mine), (other, theirs) in zip(sorted(known), sorted(known)[1:], strict=False):
        assert one > other or mine <= theirs + 1e-12
    BaseLine(2023, 2024, found, total, 10, "assumed", ())


def test_an_allocation_of_equal_shares_is_the_total_everywhere() -> None:
    assert allocation(0.7353, all_at(0.3)) == pytest.approx(all_at(0.7353))


@pytest.mark.parametrize("total", [0.0, 1.0, -0.2, 1.5])
def test_a_total_outside_the_scale_has_no_allocation(total: float) -> None:
    with pytest.raises(ValueError, match="giữa 0 và 1"):
        allocation(total, all_at(0.5))


@pytest.mark.parametrize(
    ("indices", "total"),
    [(all_at(0.5), 0.5002), (all_at(0.5, NT=1.2), 0.57), ({"NT": 0.5}, 0.5)],
    ids=["total", "range", "codes"],
)
def test_a_base_line_that_does_not_add_up_is_refused(indices: dict[str, float], total: float) -> None:
    with pytest.raises(ValueError, match="main indices"):
        line(indices, total)


def test_a_base_line_cannot_be_changed() -> None:
    base = line(all_at(0.5), 0.5)
    with pytest.raises(TypeError):
        base.indices["NT"] = 1.0  # pyright: ignore[reportIndexIssue]
