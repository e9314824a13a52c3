"""STEPS.csv: exact decimals, the best rows to the last digit, every fault by row and column."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.csv_files import FileFaults
from scoring.path import knapsack
from scoring.path.step_files import ListedStep, cheapest_listed, decimal_text, exact, read_steps

HEADER = "group,step,points,effort\n"


def steps(text: str) -> tuple[ListedStep, ...]:
    return read_steps((HEADER + text).encode(), "steps.csv")


def faults(data: str | bytes) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        read_steps(data if isinstance(data, bytes) else (HEADER + data).encode(), "s.csv")
    return [str(fault) for fault in caught.value.faults]


def names(listed: tuple[ListedStep, ...]) -> list[str]:
    return [f"{s.texts[0]}.{s.texts[1]}" for s in listed]


def test_at_most_one_step_of_a_group_and_totals_not_increments() -> None:
    own = steps("A,1,1,2\nA,2,3,5\nB,1,2,4\n")
    # 3 points: A.2 alone (5), not A.1 with B.1 (6), and never A.1 with A.2.
    assert names(cheapest_listed(own, Fraction(3)).steps) == ["A.2"]
    plan = cheapest_listed(own, Fraction(4))
    assert (names(plan.steps), plan.points, plan.effort) == (["A.2", "B.1"], 5, 9)


def test_exactly_reached_and_missed_by_the_last_digit() -> None:
    own = steps("A,1,0.1,1\nB,1,0.2,1\nC,1,0.30000000000000004,3\n")
    assert names(cheapest_listed(own, exact("0.3")).steps) == ["A.1", "B.1"]
    assert names(cheapest_listed(own, exact("0.30000000000000001")).steps) == ["C.1"]
    assert not cheapest_listed(own, exact("0.60000000000000005")).reached


def test_out_of_reach_gives_the_most_points_at_the_least_effort() -> None:
    own = steps("A,1,1,2\nA,2,1,1\nB,1,2.5,4\n")
    plan = cheapest_listed(own, Fraction(9))
    assert (plan.reached, names(plan.steps), plan.points) == (False, ["A.2", "B.1"], Fraction(7, 2))


numbers = st.decimals(0, 99, places=2).map(str)
rows = st.lists(st.tuples(st.sampled_from("ABCD"), numbers, numbers), max_size=9)


@settings(max_examples=300, deadline=None)
@given(rows, st.decimals(0, 250, places=2))
def test_equal_to_trying_everything(listed: list[tuple[str, str, str]], wanted: object) -> None:
    own = steps("".join(f"{g},{i},{p},{e}\n" for i, (g, p, e) in enumerate(listed)))
    target = Fraction(str(wanted))
    groups = [[None, *(s for s in own if s.group == g)] for g in "ABCD"]
    tried = [[s for s in chosen if s] for chosen in itertools.product(*groups)]
    most = max(sum(s.points for s in chosen) for chosen in tried)
    plan = cheapest_listed(own, target)
    assert plan.reached == (most >= target)
    goal = min(target, most)
    expected = min(
        (sum(s.effort for s in c), -sum(s.points for s in c)) for c in tried if sum(s.points for s in c) >= goal
    )
    assert (plan.effort, -plan.points) == expected
    assert len({s.group for s in plan.steps}) == len(plan.steps)
    assert list(plan.steps) == sorted(plan.steps, key=own.index)


def test_the_integer_programme_takes_over_where_states_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    own = steps(
        "".join(f"{g},{i},{1 + 0.37 * g * i:.2f},{1 + 0.37 * g * i:.2f}\n" for g in range(1, 9) for i in (1, 2, 3))
    )
    target = Fraction("31.4")
    proved = cheapest_listed(own, target)
    monkeypatch.setattr(knapsack, "STATE_LIMIT", 1)
    other = cheapest_listed(own, target)
    assert other.effort == proved.effort
    assert other.points >= target


def test_texts_are_kept_and_numbers_may_be_written_in_any_way() -> None:
    own = steps("A,1,1e1,05.00\nB,1, 2_0 ,.5\n")
    assert [s.texts for s in own] == [("A", "1", "1e1", "05.00"), ("B", "1", "2_0", ".5")]
    assert [(s.points, s.effort) for s in own] == [(10, 5), (20, Fraction(1, 2))]


def test_every_fault_by_row_and_column() -> None:
    assert faults("A,1,x,2\nA,1,1,-2\n,2,nan,\nB,1,1e-101,1\n") == [
        "s.csv:2: points: 'x' không phải là số; hãy viết số với dấu chấm thập phân, ví dụ 7.04.",
        "s.csv:3: step: bước '1' của nhóm 'A' đã có ở dòng 2; mỗi bước một dòng.",
        "s.csv:3: effort: -2 là số âm; điểm và nguồn lực không thể âm.",
        "s.csv:4: group: ô để trống; cột này bắt buộc.",
        "s.csv:4: points: 'nan' không phải là số hữu hạn.",
        "s.csv:4: effort: ô để trống; cột này bắt buộc.",
        "s.csv:5: points: '1e-101' có quá 100 chữ số ở phần nguyên hoặc phần thập phân.",
    ]


def test_wrong_columns() -> None:
    found = faults(b"group,step,points,cost\nA,1,1,1\n")
    assert found[0].startswith("s.csv:1: cost: cột 'cost' không được dùng")
    assert found[1].startswith("s.csv:1: effort: thiếu cột 'effort'")


@pytest.mark.parametrize(
    ("number", "text"),
    [(Fraction(0), "0"), (Fraction(25, 2), "12.5"), (Fraction(1, 1000), "0.001"), (Fraction(-7, 4), "-1.75")],
)
def test_decimal_text_is_exact(number: Fraction, text: str) -> None:
    assert decimal_text(number) == text
    assert exact(text) == number
