"""Effort table, wishes and constraints: what they hold and what they refuse."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.path.values import (
    Ceiling,
    Constraints,
    DefaultEffort,
    Effort,
    EffortRow,
    EffortTable,
    Selector,
    StepLevel,
    Wish,
)
from tests.scoring.path.worlds import hand_step


def row(amount: object, unit: str | None = None, **more: object) -> EffortRow:
    return EffortRow("district", "CQ.1", StepLevel.FULL, Decimal(str(amount)), unit, **more)  # type: ignore[arg-type]


def test_the_units_own_row_comes_before_the_row_for_all_and_that_before_the_default() -> None:
    table = EffortTable((row(30), row("12.5", "747", owner="P. VHTT", months=(3, 4), project="số hóa")))
    own = table.effort_of("district", "747", "CQ.1", StepLevel.FULL, 0.5)
    assert own == Effort(Decimal("12.5"), "P. VHTT", (3, 4), "số hóa", False)
    assert own.monthly == Fraction(25, 4)
    other = table.effort_of("district", "748", "CQ.1", StepLevel.FULL, 0.5)
    assert other == Effort(Decimal(30), "748", tuple(range(1, 13)), "district/748/CQ.1", False)
    default = table.effort_of("district", "748", "CQ.1", StepLevel.NEXT, 0.26)
    assert (default.amount, default.is_default) == (6, True)


def test_the_default_is_whole_and_never_nothing() -> None:
    rule = DefaultEffort(for_all_points=20, least=1)
    assert [rule.amount(x) for x in (0.0, 0.01, 0.05, 0.051, 1.0)] == [1, 1, 1, 2, 20]
    # 1 - 0.7 lies a little above 0.3 in floating point; three tenths of 20 are 6 all the same.
    assert rule.amount(1 - 0.7) == 6


def test_two_rows_for_one_step_are_refused() -> None:
    with pytest.raises(ValueError, match=r"hai dòng cho cùng một bước district/CQ\.1, mức full"):
        EffortTable((row(1), row(2)))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: row(-1), r"CQ\.1 là -1; cần một số từ 0"),
        (lambda: row("nan"), "cần một số từ 0"),
        (lambda: row(1, months=(0,)), "mỗi tháng từ 1 đến 12"),
        (lambda: row(1, months=()), "ít nhất một tháng"),
        (lambda: row(1, months=(2, 2)), "một lần"),
        (lambda: DefaultEffort(for_all_points=-1), "không thể âm"),
        (lambda: Ceiling(13, Decimal(1)), "từ 1 đến 12"),
        (lambda: Ceiling(5, Decimal(-1)), "Mức trần tháng 5 là -1"),
        (lambda: Constraints(capacity={"747": Decimal(-2)}), "đơn vị 747 là -2"),
        (lambda: Constraints(most_projects=-1), "Số dự án tối đa là -1"),
        (lambda: Wish(), "đúng một mong muốn"),
        (lambda: Wish(total=Decimal(1), budget=Decimal(1)), "đúng một mong muốn"),
        (lambda: Wish(gain=Decimal("inf")), "đúng một mong muốn"),
        (lambda: Wish(budget=Decimal(-1)), "Nguồn lực tối đa là -1"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(make: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()  # type: ignore[operator]


def test_selectors_fit_what_they_name() -> None:
    step = hand_step("747", 1)
    assert Selector().fits(step)
    assert Selector("test", "747", "C", StepLevel.FULL).fits(step)
    for other in (Selector("other"), Selector(unit="748"), Selector(criterion="D"), Selector(level=StepLevel.NEXT)):
        assert not other.fits(step)
