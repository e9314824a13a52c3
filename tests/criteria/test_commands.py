"""`python -m criteria`: check, export, import and diff of YAML files and workbooks."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from criteria import load
from criteria.__main__ import main
from criteria.workbook import read_workbook, to_workbook

TESTS = Path(__file__).parent.parent
GOOD = TESTS / "rulebook" / "every_rule.yaml"
BAD = TESTS / "bad_sets" / "year_text.yaml"
Shown = pytest.CaptureFixture[str]


def spoilt(folder: Path) -> Path:
    """A workbook whose first criterion has words for its maximum."""
    book = openpyxl.load_workbook(BytesIO(to_workbook(load(GOOD))))
    sheet = book["Chỉ số"]
    place = next(cell.column for cell in sheet[3] if cell.value == "Điểm tối đa")
    sheet.cell(4, place).value = "mười"
    file = folder / "bộ.xlsx"
    book.save(file)
    return file


def test_export_and_import_give_the_set_back(tmp_path: Path, capsys: Shown) -> None:
    book, text = tmp_path / "bộ.xlsx", tmp_path / "bộ.yaml"
    assert main(["export", str(GOOD), "--out", str(book)]) == 0
    assert main(["import", str(book), "--out", str(text)]) == 0
    assert main(["check", str(book), str(text)]) == 0
    assert load(text).model_dump_json() == load(GOOD).model_dump_json()
    capsys.readouterr()
    assert main(["diff", str(book), str(text)]) == 0
    assert capsys.readouterr().out == "Hai bộ chỉ số giống nhau.\n"


def test_check_of_a_workbook_counts_what_it_holds(tmp_path: Path, capsys: Shown) -> None:
    file = tmp_path / "bộ.xlsx"
    file.write_bytes(to_workbook(load(GOOD)))
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: đúng mẫu; 4 nhóm, 17 chỉ số.\n"


def test_check_and_import_of_a_bad_workbook_name_sheet_row_and_column(tmp_path: Path, capsys: Shown) -> None:
    file, out = spoilt(tmp_path), tmp_path / "bộ.yaml"
    sentence = (
        f"{file}, trang «Chỉ số», dòng 4, cột «Điểm tối đa»: «mười» không phải là số; "
        "hãy viết số, ví dụ 1,5 hoặc 60 %.\n"
    )
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out == sentence
    assert main(["import", str(file), "--out", str(out)]) == 1
    assert capsys.readouterr().out == sentence
    assert not out.exists()


def test_an_import_with_a_fault_leaves_the_file_that_was_there(tmp_path: Path, capsys: Shown) -> None:
    out = tmp_path / "bộ.yaml"
    out.write_text("cũ", encoding="utf-8")
    assert main(["import", str(spoilt(tmp_path)), "--out", str(out)]) == 1
    assert out.read_text(encoding="utf-8") == "cũ"


def test_export_of_a_bad_set_writes_nothing(tmp_path: Path, capsys: Shown) -> None:
    out = tmp_path / "bộ.xlsx"
    assert main(["export", str(BAD), "--out", str(out)]) == 1
    assert capsys.readouterr().out.startswith(f"{BAD}:")
    assert not out.exists()


def test_export_of_a_text_that_excel_cannot_hold_is_refused(tmp_path: Path, capsys: Shown) -> None:
    file, out = tmp_path / "bộ.yaml", tmp_path / "bộ.xlsx"
    file.write_text(GOOD.read_text(encoding="utf-8").replace("Lớp tập huấn", '"Lớp_x0041_"'), encoding="utf-8")
    assert main(["export", str(file), "--out", str(out)]) == 1
    assert "mà Excel không giữ được; hãy bỏ ký tự này." in capsys.readouterr().out
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: Shown) -> None:
    out = tmp_path / "không có" / "bộ.xlsx"
    assert main(["export", str(GOOD), "--out", str(out)]) == 1
    assert capsys.readouterr().err.startswith(f"Không ghi được tệp {out} (")


def test_a_workbook_that_is_not_there_is_a_fault(tmp_path: Path, capsys: Shown) -> None:
    assert main(["import", str(tmp_path / "none.xlsx"), "--out", str(tmp_path / "x.yaml")]) == 1
    assert "không mở được tệp" in capsys.readouterr().out


def test_a_workbook_with_macros_is_refused_by_name(tmp_path: Path, capsys: Shown) -> None:
    file = tmp_path / "bộ.xlsm"
    file.write_bytes(to_workbook(load(GOOD)))
    assert main(["check", str(file)]) == 1
    assert "macro" in capsys.readouterr().out


def test_diff_says_one_sentence_a_line_between_yaml_and_excel(tmp_path: Path, capsys: Shown) -> None:
    new = (
        GOOD.read_text(encoding="utf-8")
        .replace('version: "0.1"', 'version: "0.2"')
        .replace("full_at: 12", "full_at: 10")
    )
    changed, book = tmp_path / "mới.yaml", tmp_path / "mới.xlsx"
    changed.write_text(new, encoding="utf-8")
    book.write_bytes(to_workbook(load(changed)))
    for file in (changed, book):
        assert main(["diff", str(GOOD), str(file)]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "Bộ chỉ số: phiên bản đổi từ «0.1» thành «0.2».",
            "A.3: mức đạt điểm tối đa đổi từ 12 thành 10.",
        ]


def test_diff_with_a_bad_file_says_its_faults(capsys: Shown) -> None:
    assert main(["diff", str(GOOD), str(BAD)]) == 1
    assert capsys.readouterr().out.startswith(f"{BAD}:")


def test_what_is_imported_is_what_the_workbook_holds(tmp_path: Path) -> None:
    file, out = tmp_path / "bộ.xlsx", tmp_path / "bộ.yaml"
    file.write_bytes(to_workbook(load(GOOD)))
    assert main(["import", str(file), "--out", str(out)]) == 0
    assert load(out) == read_workbook(file.read_bytes(), "bộ.xlsx").criteria_set
