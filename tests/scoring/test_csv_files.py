"""SCORES.csv: every column of every kind of row, against numbers worked by hand."""

import csv
from pathlib import Path

import pytest

from scoring.__main__ import main

SET = """\
id: scores-2024
level: department
year: 2024
scale: 100
rank_precision: 2
bands:
  - {name: {vi: Tốt, en: Good}, from: 60}
  - {name: {vi: Yếu, en: Weak}, from: 0}
groups:
  - code: A
    name: Nhóm A
    criteria:
      - {code: A.1, name: Tỷ lệ, max_points: 30, rule: {type: ratio}}
      - {code: A.2, name: Số đếm, max_points: 10, rule: {type: count, full_at: 5}}
  - code: B
    name: Nhóm B
    criteria:
      - {code: B.1, name: Có không, max_points: 10, rule: {type: yes_no}}
  - code: P
    name: Thưởng, trừ
    kind: adjustment
    cap: {bonus: 2, penalty: 5}
    criteria:
      - {code: P.1, name: Thưởng, max_points: 3, rule: {type: count, full_at: 3}}
      - {code: P.2, name: Trừ, max_points: -4, rule: {type: count, full_at: 2}}
  - code: D
    name: Theo dõi
    kind: unscored
    criteria:
      - {code: D.1, name: Camera, max_points: 0, rule: {type: yes_no}}
"""
INPUTS = """\
unit,criterion,input,value
U,A.1,a,1
U,A.1,b,2
U,A.2,value,n/a
U,B.1,value,yes
U,P.1,value,3
U,P.2,value,1
V,A.1,a,0
V,A.1,b,0
V,A.2,value,5
V,B.1,value,n/a
V,P.2,value,0
W,A.1,value,
X,A.1,a,n/a
X,A.2,value,n/a
X,B.1,value,n/a
""".replace("W,A.1,value,", "W,A.1,a,")


@pytest.fixture
def table(tmp_path: Path) -> dict[tuple[str, str], dict[str, str]]:
    (tmp_path / "set.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "inputs.csv").write_text(INPUTS, encoding="utf-8")
    call = ["score", "--criteria", "set.yaml", "--inputs", "inputs.csv", "--out", "scores.csv"]
    assert main([a if a.startswith("--") or a == "score" else str(tmp_path / a) for a in call]) == 0
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "unit", "node", "points", "max_points", "applicable_max", "converted", "contribution", "rank", "band", "state",
    ]  # fmt: skip
    assert [(r["unit"], r["node"]) for r in rows] == [
        (unit, node) for unit in "UVWX" for node in ("A.1", "A.2", "A", "B.1", "B", "P.1", "P.2", "P", "D.1", "D", "TOTAL")
    ]  # fmt: skip
    return {(r["unit"], r["node"]): r for r in rows}


def _near(text: str, value: float) -> bool:
    return abs(float(text) - value) <= 1e-9


def test_unit_with_a_part_not_applicable(table: dict[tuple[str, str], dict[str, str]]) -> None:
    # A: 15 of 30 applicable, of 40: 15 / 30 x 40 = 20. TOTAL: (15 + 10) of 40 applicable = 62,5 of 100.
    a1, a, total = table["U", "A.1"], table["U", "A"], table["U", "TOTAL"]
    assert (a1["points"], a1["max_points"], a1["applicable_max"], a1["converted"], a1["state"]) == (
        "15",
        "30",
        "30",
        "",
        "scored",
    )
    assert _near(a1["contribution"], 15 / 40 * 100)
    assert (a1["rank"], a1["band"]) == ("", "")
    a2 = table["U", "A.2"]
    assert (a2["points"], a2["applicable_max"], a2["contribution"], a2["state"]) == ("0", "0", "0", "not_applicable")
    assert (a["points"], a["max_points"], a["applicable_max"], a["converted"]) == ("15", "40", "30", "20")
    assert (a["state"], a["band"]) == ("complete", "")
    assert (total["points"], total["max_points"], total["applicable_max"]) == ("25", "50", "40")
    # Bonus 3 cut at 2, penalty 1/2 x -4 = -2: 62,5 + 2 - 2 = 62,5.
    assert (total["converted"], total["rank"], total["band"], total["state"]) == ("62.5", "1", "Tốt", "complete")


def test_contributions_add_up_to_the_total_before_adjustments(table: dict[tuple[str, str], dict[str, str]]) -> None:
    for unit, expected in (("U", 62.5), ("V", 25.0), ("W", 0.0)):
        criteria = sum(
            float(table[unit, code]["contribution"] or 0) for code in ("A.1", "A.2", "B.1", "P.1", "P.2", "D.1")
        )
        groups = sum(float(table[unit, code]["contribution"] or 0) for code in ("A", "B", "P", "D"))
        assert criteria == pytest.approx(expected, abs=1e-9)
        assert groups == pytest.approx(expected, abs=1e-9)


def test_missing_and_a_group_that_is_wholly_not_applicable(table: dict[tuple[str, str], dict[str, str]]) -> None:
    # V: A.1 has b = 0 (missing, keeps its 30), A.2 full 10: 10 of 40 = 25 of 100. B has nothing applicable.
    assert table["V", "A.1"]["state"] == "missing"
    assert table["V", "A.1"]["applicable_max"] == "30"
    b = table["V", "B"]
    assert (b["converted"], b["rank"], b["state"], b["applicable_max"]) == ("", "", "incomplete", "0")
    total = table["V", "TOTAL"]
    assert (total["converted"], total["rank"], total["band"], total["state"]) == ("25", "2", "Yếu", "incomplete")


def test_everything_missing_is_ranked_with_zero(table: dict[tuple[str, str], dict[str, str]]) -> None:
    total = table["W", "TOTAL"]
    assert (total["converted"], total["rank"], total["band"], total["state"]) == ("0", "3", "Yếu", "incomplete")
    assert (table["W", "A"]["converted"], table["W", "A"]["state"]) == ("0", "incomplete")


def test_nothing_applicable_has_no_score(table: dict[tuple[str, str], dict[str, str]]) -> None:
    total = table["X", "TOTAL"]
    assert (total["converted"], total["rank"], total["band"], total["state"]) == ("", "", "", "incomplete")


def test_adjustment_rows_carry_points_and_state_only(table: dict[tuple[str, str], dict[str, str]]) -> None:
    # Bonus 3 cut at its cap 2, penalty -2 within its cap: together 0.
    row = table["U", "P"]
    assert {k: v for k, v in row.items() if v} == {"unit": "U", "node": "P", "points": "0", "state": "complete"}
    assert (table["U", "P.1"]["points"], table["U", "P.2"]["points"]) == ("3", "-2")
    for code in ("P.1", "P.2"):
        row = table["U", code]
        assert (row["applicable_max"], row["converted"], row["contribution"], row["rank"], row["band"]) == ("",) * 5


def test_no_penalty_is_written_as_zero_without_a_sign(table: dict[tuple[str, str], dict[str, str]]) -> None:
    assert table["V", "P.2"]["points"] == "0"
    assert not [row for row in table.values() for value in row.values() if value == "-0"]


def test_unscored_rows_carry_states_and_no_figures_that_count(table: dict[tuple[str, str], dict[str, str]]) -> None:
    assert table["U", "D.1"]["state"] == "missing"
    assert {k: v for k, v in table["U", "D"].items() if v} == {"unit": "U", "node": "D", "state": "incomplete"}


def test_points_have_seventeen_significant_digits(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "i.csv").write_text(
        "unit,criterion,input,value\nU,A.1,a,1\nU,A.1,b,3\nU,A.2,value,1e-9\n", encoding="utf-8"
    )
    out = tmp_path / "o.csv"
    assert (
        main(["score", "--criteria", str(tmp_path / "s.yaml"), "--inputs", str(tmp_path / "i.csv"), "--out", str(out)])
        == 0
    )
    rows = {line.split(",")[1]: line.split(",") for line in out.read_text(encoding="utf-8").splitlines()}
    assert rows["A.1"][2] == "10"
    assert float(rows["A.2"][2]) == 2e-9
    # 10,000000002 of 50 x 100 = 20,000000004
    assert float(rows["TOTAL"][5]) == 20.000000004


def test_ranks_and_relative_rules_by_list(tmp_path: Path) -> None:
    text = SET.replace("groups:\n", "reference_list: xa\ngroups:\n", 1).replace(
        "{type: count, full_at: 5}", "{type: best_relative}"
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    rows = [f"{u},A.2,value,{v}" for u, v in (("P1", 40), ("X1", 10), ("X2", 20), ("X3", 10))]
    (tmp_path / "i.csv").write_text("unit,criterion,input,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "u.csv").write_text("unit,ranking_list\nP1,phuong\nX1,xa\nX2,xa\nX3,xa\n", encoding="utf-8")
    arguments = ["--criteria", "s.yaml", "--inputs", "i.csv", "--units", "u.csv", "--out", "o.csv"]
    assert main(["score", *(a if a.startswith("--") else str(tmp_path / a) for a in arguments)]) == 0
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        table = {(r["unit"], r["node"]): r for r in csv.DictReader(file)}
    # The best of the list xa is 20; the ward's 40 is above it and gets the maximum, not more.
    assert [table[u, "A.2"]["points"] for u in ("P1", "X1", "X2", "X3")] == ["10", "5", "10", "5"]
    assert [table[u, "TOTAL"]["rank"] for u in ("P1", "X1", "X2", "X3")] == ["1", "2", "1", "2"]
    assert [table[u, "A"]["rank"] for u in ("P1", "X1", "X2", "X3")] == ["1", "2", "1", "2"]
