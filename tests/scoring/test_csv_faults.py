"""The command line refuses a bad file whole: every fault by row and column, and nothing written."""

import csv
from pathlib import Path

import pytest

from scoring.__main__ import main

SET = """\
id: csv-2024
level: department
year: 2024
groups:
  - code: G
    name: Nhóm
    criteria:
      - {code: R, name: Tỷ lệ, max_points: 10, rule: {type: ratio}}
      - {code: O, name: Tỷ lệ cho vượt, max_points: 10, rule: {type: ratio, over: allow}}
      - {code: V, name: Số đếm, max_points: 10, rule: {type: count, full_at: 5}}
      - {code: M, name: Chuẩn hóa, max_points: 10, rule: {type: min_max}}
      - {code: W, name: Lựa chọn, max_points: 10, rule: {type: choice, options: {head: 1, none: 0}}}
      - {code: L, name: Danh mục, max_points: 10, rule: {type: checklist, items: {plan: 0.5, report: 0.5}}}
      - {code: J, name: Hội đồng, max_points: 10, rule: {type: judged}}
      - {code: D, name: Hạn, max_points: 10, rule: {type: deadline, due: 2024-12-15, lose_per_day: 0.1}}
      - {code: B, name: Tốt nhất, max_points: 10, rule: {type: best_relative}}
      - {code: S, name: Bậc, max_points: 10, rule: {type: bands, of: ratio, steps: [{from: 0.5, fraction: 1}]}}
"""
HEAD = "unit,criterion,input,value\n"
OLD = "đã có từ trước, không được đụng đến\n".encode()


class Desk:
    """A folder with the set, and one call of the command line at a time."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.criteria, self.inputs = folder / "set.yaml", folder / "inputs.csv"
        self.units, self.out = folder / "units.csv", folder / "scores.csv"
        self.criteria.write_text(SET, encoding="utf-8")
        self.out.write_bytes(OLD)

    def run(self, inputs: str | bytes, units: str | bytes | None = None) -> tuple[int, list[tuple[str, int, str, str]]]:
        """Exit status and faults as (file name, row, column, message)."""
        self.inputs.write_bytes(inputs if isinstance(inputs, bytes) else inputs.encode())
        arguments = ["score", "--criteria", self.criteria, "--inputs", self.inputs, "--out", self.out]
        if units is not None:
            self.units.write_bytes(units if isinstance(units, bytes) else units.encode())
            arguments += ["--units", self.units]
        status = main([str(a) for a in arguments])
        faults = []
        for line in self.capsys.readouterr().err.splitlines():
            file, row, column, message = line.split(":", 3)
            faults.append((Path(file).name, int(row), column.strip(), message.strip()))
        return status, faults

    def cell(self, unit: str, node: str, column: str) -> str:
        """One cell of the scores that were written."""
        with self.out.open(encoding="utf-8", newline="") as file:
            (row,) = [row for row in csv.DictReader(file) if (row["unit"], row["node"]) == (unit, node)]
        return row[column]

    @property
    def untouched(self) -> bool:
        """Whether the folder holds what it held before: the old output byte for byte, and no leftovers."""
        known = {"set.yaml", "inputs.csv", "units.csv", "scores.csv"}
        return self.out.read_bytes() == OLD and {file.name for file in self.folder.iterdir()} <= known


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


BAD_INPUTS = [
    ("unknown column", "unit,criterion,input,value,note\nU,V,value,1,x\n", 1, "note", "cột 'note' không được dùng"),
    ("missing column", "unit,criterion,value\nU,V,1\n", 1, "input", "thiếu cột 'input'"),
    ("column twice", "unit,criterion,input,value,value\nU,V,value,1,1\n", 1, "value", "có hai lần"),
    ("empty file", "", 1, "unit", "thiếu cột 'unit'"),
    ("semicolons", "unit;criterion;input;value\nU;V;value;1\n", 1, "unit", "thiếu cột 'unit'"),
    ("unknown criterion", HEAD + "U,X,value,1\n", 2, "criterion", "chỉ số 'X' không có trong bộ chỉ số csv-2024"),
    ("group is no criterion", HEAD + "U,G,value,1\n", 2, "criterion", "chỉ số 'G' không có"),
    ("unknown input", HEAD + "U,R,value,1\n", 2, "input", "chỉ số này dùng: a, b"),
    ("unknown item", HEAD + "U,L,minutes,yes\n", 2, "input", "chỉ số này dùng: plan, report"),
    ("no number", HEAD + "U,V,value,many\n", 2, "value", "«many» không phải là số"),
    ("decimal comma", HEAD + 'U,V,value,"7,04"\n', 2, "value", "«7,04» không phải là số"),
    ("two decimal points", HEAD + "U,V,value,1.234.567\n", 2, "value", "không phải là số"),
    ("hexadecimal", HEAD + "U,V,value,0x10\n", 2, "value", "không phải là số"),
    ("nan", HEAD + "U,V,value,nan\n", 2, "value", "không phải là số hữu hạn"),
    ("inf", HEAD + "U,M,value,inf\n", 2, "value", "không phải là số hữu hạn"),
    ("minus infinity", HEAD + "U,M,value,-Infinity\n", 2, "value", "không phải là số hữu hạn"),
    ("too large for a number", HEAD + "U,M,value,1e999\n", 2, "value", "không phải là số hữu hạn"),
    ("negative count", HEAD + "U,V,value,-1\n", 2, "value", "−1 là số âm"),
    ("negative and huge", HEAD + "U,V,value,-1e30\n", 2, "value", "số âm"),
    ("huge a above b", HEAD + "U,R,a,1e300\nU,R,b,5\n", 2, "value", "lớn hơn b = 5"),
    ("negative a", HEAD + "U,R,a,-1\nU,R,b,5\n", 2, "value", "số âm"),
    ("negative b", HEAD + "U,R,a,1\nU,R,b,-5\n", 3, "value", "số âm"),
    ("negative best", HEAD + "U,B,value,-5\n", 2, "value", "số âm"),
    ("negative judged", HEAD + "U,J,value,-1\n", 2, "value", "từ 0 đến 10 điểm"),
    ("judged too high", HEAD + "U,J,value,11\n", 2, "value", "từ 0 đến 10 điểm"),
    ("a above b", HEAD + "U,R,a,6\nU,R,b,5\n", 2, "value", "a = 6 lớn hơn b = 5"),
    ("a above b, b first", HEAD + "U,R,b,5\nU,R,a,6\n", 3, "value", "a = 6 lớn hơn b = 5"),
    ("a above b = 0", HEAD + "U,R,a,1\nU,R,b,0\n", 2, "value", "a = 1 lớn hơn b = 0"),
    ("a above b in steps", HEAD + "U,S,a,6\nU,S,b,5\n", 2, "value", "a = 6 lớn hơn b = 5"),
    ("unknown choice", HEAD + "U,W,value,deputy\n", 2, "value", "không có trong các lựa chọn: head, none"),
    ("choice of another case", HEAD + "U,W,value,HEAD\n", 2, "value", "không có trong các lựa chọn"),
    ("neither yes nor no", HEAD + "U,L,plan,maybe\n", 2, "value", "không phải là yes hoặc no"),
    ("no date", HEAD + "U,D,value,soon\n", 2, "value", "không phải là ngày"),
    ("number for a date", HEAD + "U,D,value,45641\n", 2, "value", "không phải là ngày"),
    ("duplicate row", HEAD + "U,V,value,1\nU,V,value,1\n", 3, "input", "đã có ở dòng trước"),
    ("duplicate after empty", HEAD + "U,V,value,\nU,V,value,1\n", 3, "input", "đã có ở dòng trước"),
    ("empty unit", HEAD + ",V,value,1\n", 2, "unit", "ô để trống"),
    ("empty criterion", HEAD + "U,,value,1\n", 2, "criterion", "ô để trống"),
    ("empty input", HEAD + "U,V,,1\n", 2, "input", "ô để trống"),
    ("short row", HEAD + "U,V,value,1\nU,M,value\n", 3, "-", "dòng có 3 ô, cần 4 ô"),
    ("long row", HEAD + "U,V,value,7,04\n", 2, "-", "dòng có 5 ô, cần 4 ô"),
    ("open quote", HEAD + 'U,V,value,"1\n', 2, "-", "không đúng dạng CSV"),
    ("bytes that are not UTF-8", HEAD.encode() + b"U,V,value,1\n\xff\xfe,V,value,1\n", 3, "-", "không phải UTF-8"),
    ("UTF-16", "unit,criterion,input,value\n".encode("utf-16"), 1, "-", "không phải UTF-8"),
    ("NUL", HEAD + "U\0,V,value,1\n", 2, "-", "ký tự rỗng"),
]


@pytest.mark.parametrize(
    ("inputs", "row", "column", "words"), [b[1:] for b in BAD_INPUTS], ids=[b[0] for b in BAD_INPUTS]
)
def test_bad_inputs(desk: Desk, inputs: str | bytes, row: int, column: str, words: str) -> None:
    status, faults = desk.run(inputs)
    assert status == 1
    assert [f for f in faults if f[:3] == ("inputs.csv", row, column) and words in f[3]], faults
    assert all(f[1] == row for f in faults), faults
    assert desk.untouched


GOOD_INPUT = HEAD + "U,V,value,1\n"
BAD_UNITS = [
    ("unknown column", "unit,list\nU,x\n", 1, "list", "cột 'list' không được dùng"),
    ("missing column", "unit\nU\n", 1, "ranking_list", "thiếu cột 'ranking_list'"),
    ("both names of the column", "unit,ranking_list,ranking_group\nU,x,x\n", 1, "ranking_list", "không được dùng"),
    ("duplicate unit", "unit,ranking_list\nU,x\nU,y\n", 3, "unit", "đã có ở dòng trước"),
    ("empty list", "unit,ranking_list\nU,\n", 2, "ranking_list", "ô để trống"),
    ("empty unit", "unit,ranking_group\n,x\n", 2, "unit", "ô để trống"),
    ("ragged", "unit,ranking_list\nU\n", 2, "-", "dòng có 1 ô, cần 2 ô"),
    ("bad bytes", b"unit,ranking_list\nU,\xff\n", 2, "-", "không phải UTF-8"),
    ("empty file", "", 1, "unit", "thiếu cột 'unit'"),
]


@pytest.mark.parametrize(("units", "row", "column", "words"), [b[1:] for b in BAD_UNITS], ids=[b[0] for b in BAD_UNITS])
def test_bad_units(desk: Desk, units: str | bytes, row: int, column: str, words: str) -> None:
    status, faults = desk.run(GOOD_INPUT, units)
    assert status == 1
    assert [f for f in faults if f[:3] == ("units.csv", row, column) and words in f[3]], faults
    assert desk.untouched


def test_unit_that_is_not_in_the_units_file(desk: Desk) -> None:
    status, faults = desk.run(GOOD_INPUT + "Z,V,value,1\n", "unit,ranking_list\nU,x\n")
    assert status == 1
    assert [f[:3] for f in faults] == [("inputs.csv", 3, "unit")]
    assert "đơn vị 'Z' không có trong danh sách" in faults[0][3]
    assert desk.untouched


def test_several_faults_are_all_reported_in_the_order_of_rows(desk: Desk) -> None:
    rows = [
        "U,X,value,1",
        "U,R,a,6",
        "U,R,b,5",
        "U,V,value,nan",
        "U,W,value,deputy",
        "U,M,value,-3",
        "U,M,value,4",
        "U,R,c,1",
    ]
    status, faults = desk.run(HEAD + "\n".join(rows) + "\n")
    assert status == 1
    assert [f[1:3] for f in faults] == [
        (2, "criterion"), (3, "value"), (5, "value"), (6, "value"), (8, "input"), (9, "input"),
    ]  # fmt: skip
    assert desk.untouched


def test_unknown_unit_and_unknown_criterion_of_one_row_are_both_named(desk: Desk) -> None:
    _status, faults = desk.run(HEAD + "Z,X,value,1\n", "unit,ranking_list\nU,x\n")
    assert {f[2] for f in faults} == {"unit", "criterion"}


def test_rows_are_counted_with_blank_lines(desk: Desk) -> None:
    _status, faults = desk.run(HEAD + "\nU,V,value,1\n\nU,V,value,2\n")
    assert [f[1] for f in faults] == [5]


def test_bad_set_and_files_that_are_not_there(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.inputs.write_text(GOOD_INPUT, encoding="utf-8")
    call = [
        "score",
        "--criteria",
        str(desk.criteria),
        "--inputs",
        str(desk.folder / "none.csv"),
        "--out",
        str(desk.out),
    ]
    assert main(call) == 1
    assert "none.csv:1: -: không mở được tệp" in capsys.readouterr().err
    desk.criteria.write_text(SET.replace("max_points: 10", "max_points: ten", 1), encoding="utf-8")
    call[4] = str(desk.inputs)
    assert main(call) == 1
    assert "set.yaml:8: R: " in capsys.readouterr().err
    assert desk.untouched


def test_folder_of_the_output_is_not_there(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.inputs.write_text(GOOD_INPUT, encoding="utf-8")
    out = desk.folder / "none" / "scores.csv"
    assert main(["score", "--criteria", str(desk.criteria), "--inputs", str(desk.inputs), "--out", str(out)]) == 1
    assert "không ghi được tệp" in capsys.readouterr().err


def test_reference_list_that_no_unit_is_in(desk: Desk) -> None:
    desk.criteria.write_text(SET.replace("groups:", "reference_list: phuong\ngroups:"), encoding="utf-8")
    status, faults = desk.run(GOOD_INPUT, "unit,ranking_list\nU,xa\n")
    assert status == 1
    assert "không có đơn vị nào thuộc khối 'phuong'" in faults[0][3]
    assert desk.untouched


def test_what_is_accepted(desk: Desk) -> None:
    rows = [
        "U,O,a,6",
        "U,O,b,5",
        "U,M,value,-3",
        "T,M,value,-5e-1",
        "U,V,value,2.5E0",
        "U,L,plan,có",
        "U,D,value,2024-12-15",
        "U,W,value,",
    ]
    status, faults = desk.run(
        "\ufeff" + HEAD + "\r\n".join(rows) + "\r\n", "\ufeffunit,ranking_group\r\nU,x\r\nT,x\r\n"
    )
    assert (status, faults) == (0, [])
    points = {code: float(desk.cell("U", code, "points")) for code in "OMVLDW"}
    assert points == {"O": 10, "M": 0, "V": 5, "L": 5, "D": 10, "W": 0}
    assert desk.cell("U", "W", "state") == "missing"
    assert float(desk.cell("T", "M", "points")) == 10


def test_columns_in_another_order_and_quotes(desk: Desk) -> None:
    status, _faults = desk.run('value,input,unit,criterion\n"5","value","Sở Y tế, cơ sở 2",V\n')
    assert status == 0
    assert float(desk.cell("Sở Y tế, cơ sở 2", "V", "points")) == 10


def test_no_rows_at_all_is_a_table_of_no_units(desk: Desk) -> None:
    assert desk.run(HEAD) == (0, [])
    assert desk.out.read_text(encoding="utf-8").count("\n") == 1
    assert desk.run(HEAD, "unit,ranking_list\nU,x\n") == (0, [])
    assert desk.cell("U", "TOTAL", "state") == "incomplete"


def test_units_with_odd_names_are_read(desk: Desk) -> None:
    assert desk.run(HEAD + "1²,V,value,5\nSố 10²,V,value,5\n") == (0, [])
