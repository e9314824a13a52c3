"""Tables of national results in CSV and Excel: what is read, and every fault by row and column."""

import io

import openpyxl
import pytest
import xlsxwriter

from criteria.workbook_cells import MAX_BYTES
from data.national_files import COLUMNS, NationalTable, column_titles, read_national
from scoring.csv_files import FileFaults

HEADER = "year,rank,province,dti,source"
FULL = ",".join(COLUMNS)


def _read(text: str, name: str = "bang.csv") -> NationalTable:
    return read_national(text.encode(), name, 2025)


def _faults(data: bytes | str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileFaults) as refusal:
        read_national(data.encode() if isinstance(data, str) else data, "bang.csv", 2025)
    return [(fault.row, fault.column, fault.message) for fault in refusal.value.faults]


def _workbook(*sheets: list[list[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return file.getvalue()


def test_the_whole_form_of_a_row() -> None:
    table = _read(
        f"{FULL}\n2022,1,TP. Đà Nẵng,1.0000,0.9000,0.8253,0.8487,0.7578,0.8575,0.7836,0.5197,0.8002,dti.gov.vn\n"
    )
    (row,) = table.rows
    assert (row.line, row.year, row.province, row.source) == (2, 2022, "dna", "dti.gov.vn")
    assert row.values == {
        "rank": 1,
        "index_nt": 1_000_000_000,
        "index_tc": 900_000_000,
        "index_ht": 825_300_000,
        "index_nl": 848_700_000,
        "index_at": 757_800_000,
        "index_cq": 857_500_000,
        "index_kt": 783_600_000,
        "index_xh": 519_700_000,
        "total": 800_200_000,
    }


def test_headings_are_titles_or_codes() -> None:
    row = "2022,1,TP. Đà Nẵng,1.0000,0.9000,0.8253,0.8487,0.7578,0.8575,0.7836,0.5197,0.8002,dti.gov.vn"
    titles = column_titles()
    by_code = _read(f"{FULL}\n{row}\n")
    for written in (titles.values(), map(str.upper, titles.values()), [*list(titles.values())[:5], *COLUMNS[5:]]):
        assert _read(f"{';'.join(written)}\n{row.replace(',', ';')}\n").rows == by_code.rows


def test_a_fault_calls_its_column_as_the_file_does() -> None:
    header = "Năm;Hạng;Tỉnh, thành phố;Tổng điểm;Nguồn"
    assert [f[1] for f in _faults(f"{header}\n2023;64;Atlantis;2,5;A\n")] == ["Hạng", "Tỉnh, thành phố", "Tổng điểm"]
    ((_line, column, _message),) = _faults(f"{header}\n2023;1;Hà Nam;0,6;A\n2023;2;Hà Tĩnh;0,7;A\n")
    assert column == "Hạng"
    ((line, column, message),) = _faults(f"{header};Ghi chú\n2023;1;Hà Nam;0,6;A;x\n")
    assert (line, column) == (1, "Ghi chú")
    assert "các cột được dùng: Năm; Hạng; Tỉnh, thành phố; Nhận thức số; " in message


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n2023,10,BR-VT,0.7353,A\n",
        f'{HEADER}\n2023,10,BR-VT,"0,7353",A\n',
        f"{HEADER.replace(',', ';')}\n2023;10;BR-VT;0,7353;A\n",
        f"\ufeff{HEADER}\r\n\r\n2023,10,BR-VT,0.7353,A,,\r\n",
        "source,dti,province,rank,year\nA,0.73530,BR-VT,10,2023\n",
    ],
)
def test_forms_of_a_csv(text: str) -> None:
    (row,) = _read(text).rows
    assert (row.province, row.values) == ("brvt", {"rank": 10, "total": 735_300_000})


def test_an_excel_table_is_read_like_a_csv() -> None:
    header = HEADER.split(",")
    table = read_national(
        _workbook([header, [2023, 10, "BR-VT", 0.7353, "A"], [], ["2023", "7", "Bình Dương", "0,7411", "B"]]),
        "b.xlsx",
        2025,
    )
    assert [(row.line, row.province, row.values) for row in table.rows] == [
        (2, "brvt", {"rank": 10, "total": 735_300_000}),
        (4, "bdu", {"rank": 7, "total": 741_100_000}),
    ]
    computed = read_national(_workbook([header, [2023, 10, "BR-VT", 0.1 + 0.2, "A"]]), "b.xlsx", 2025)
    assert computed.rows[0].values["total"] == 300_000_000


def test_empty_cells_and_absent_columns_are_not_sent() -> None:
    table = _read("year,rank,province,source\n2023,,Hà Nam,A\n2023,13,Hà Tĩnh,A\n")
    assert [(row.province, row.values) for row in table.rows] == [("hti", {"rank": 13})]
    assert table.blank == (2,)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1.000", "số nghìn hoặc số thập phân"),
        ("1,000", "số nghìn hoặc số thập phân"),
        ("7.353", "số nghìn hoặc số thập phân"),
        ("735,3", "không nằm trong khoảng 0 đến 1"),
        ("1.0001", "không nằm trong khoảng 0 đến 1"),
        ("-0.5", "không phải là một số"),
        ("1.234,5", "không phải là một số"),
        ("0,735,3", "không phải là một số"),
        ("73,53%", "không phải là một số"),
        ("1e-1", "không phải là một số"),
        (".5", "không phải là một số"),
        ("٠.٥", "không phải là một số"),
        ("nan", "không phải là một số"),
        ("0.73530000001", "hơn 9 chữ số thập phân"),
    ],
)
def test_scores_that_are_refused(cell: str, words: str) -> None:
    ((row, column, message),) = _faults(f'{HEADER}\n2023,10,BR-VT,"{cell}",A\n')
    assert (row, column) == (2, "dti")
    assert words in message
    assert repr(cell) in message


@pytest.mark.parametrize(("cell", "steps"), [("0,735", 735_000_000), ("0.735", 735_000_000), ("1", 10**9), ("0", 0)])
def test_scores_that_can_be_read_in_one_way(cell: str, steps: int) -> None:
    (row,) = _read(f'{HEADER}\n2023,,BR-VT,"{cell}",A\n').rows
    assert row.values == {"total": steps}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("2023,0,BR-VT,0.7,A", "rank", "từ 1 đến 63"),
        ("2023,64,BR-VT,0.7,A", "rank", "từ 1 đến 63"),
        ("2023,1.5,BR-VT,0.7,A", "rank", "'1.5' không dùng được"),
        ("2019,1,BR-VT,0.7,A", "year", "từ 2020 đến 2025"),
        ("2026,1,BR-VT,0.7,A", "year", "từ 2020 đến 2025"),
        (",1,BR-VT,0.7,A", "year", "bắt buộc"),
        ("2023,1,Atlantis,0.7,A", "province", "'Atlantis'"),
        ("2023,1,_TRUNG BÌNH TỈNH,0.7,A", "province", "63 tỉnh"),
        ("2023,1,,0.7,A", "province", "bắt buộc"),
        ("2023,1,BR-VT,0.7,", "source", "bắt buộc"),
        ("2023,1,BR-VT,0,7353,A", "-", "trong ngoặc kép"),
    ],
)
def test_cells_that_are_refused(row: str, column: str, words: str) -> None:
    ((line, named, message),) = _faults(f"{HEADER}\n{row}\n")
    assert (line, named) == (2, column)
    assert words in message


def test_every_fault_is_told_at_once() -> None:
    faults = _faults(f"{HEADER}\n2023,64,Atlantis,2.5,A\n2023,1,BR-VT,0.7,A\n2023,x,Hà Nam,0.6,\n")
    assert [(line, column) for line, column, _message in faults] == [
        (2, "rank"),
        (2, "province"),
        (2, "dti"),
        (4, "rank"),
        (4, "source"),
    ]


def test_a_province_has_one_row_a_year_however_it_is_written() -> None:
    ((line, column, message),) = _faults(
        f"{HEADER}\n2023,3,Huế,0.75,A\n2022,4,Huế,0.7,A\n2023,3,Thừa Thiên - Huế,0.75,A\n"
    )
    assert (line, column) == (4, "province")
    assert "Thừa Thiên Huế năm 2023 đã có ở dòng 2" in message


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", "-", "rỗng"),
        ("year,province\n2023,BR-VT\n", "Nguồn", "thiếu cột 'Nguồn' (hoặc 'source')"),
        (f"{HEADER},extra\n2023,1,BR-VT,0.7,A,x\n", "extra", "không được dùng"),
        (f"{HEADER},hang\n2023,1,BR-VT,0.7,A,1\n", "Hạng", "hai lần: 'rank' và 'hang'"),
        (f"{HEADER}\n", "-", "không có kết quả nào"),
        (f"{HEADER}\n2023,,BR-VT,,A\n", "-", "không có kết quả nào"),
    ],
)
def test_tables_that_are_refused(text: str, column: str, words: str) -> None:
    ((line, named, message),) = _faults(text)
    assert (line, named) == (1, column)
    assert words in message


def _with_total(total: str, year: int = 2022) -> str:
    return f"{FULL}\n{year},1,Đà Nẵng,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,{total},A\n"


def test_a_total_must_agree_with_the_eight_indices() -> None:
    ((line, column, message),) = _faults(_with_total("0.5002"))
    assert (line, column) == (2, "dti")
    assert "0,5002 khác tổng có trọng số của tám chỉ số chính" in message
    assert _read(_with_total("0.5001")).rows
    # The index of 2020 had another structure.
    assert _read(_with_total("0.9", 2020)).rows


def test_ranks_must_agree_with_scores_and_with_each_other() -> None:
    faults = _faults(
        f"{HEADER}\n2023,1,Hà Nam,0.6,A\n2023,2,Hà Tĩnh,0.7,A\n2022,5,Huế,,A\n2022,5,Cà Mau,,A\n2022,6,Bến Tre,,A\n"
    )
    assert [(line, column) for line, column, _message in faults] == [(2, "rank"), (4, "rank")]
    assert "Hà Nam xếp hạng 1, trên Hà Tĩnh (hạng 2)" in faults[0][2]
    assert "Thừa Thiên Huế" in faults[1][2]


def test_faults_of_the_head_of_cells_and_between_rows_are_told_in_one_pass() -> None:
    faults = _faults(
        f"{HEADER},Ghi chú\n2023,64,Huế,0.75,A\n2023,1,Hà Nam,0.6,A\n2023,2,Hà Tĩnh,0.7,A\n2022,5,Cà Mau,,A\n2022,6,Cà Mau,,A\n"
    )
    assert [(line, column) for line, column, _message in faults] == [
        (1, "Ghi chú"),
        (2, "rank"),
        (3, "rank"),
        (6, "province"),
    ]
    assert "Hà Nam xếp hạng 1, trên Hà Tĩnh" in faults[2][2]


def test_a_cell_with_a_fault_contradicts_nothing() -> None:
    # Rank 1 against 0,6 and rank 2 against 0,7 would be a contradiction; of the second rank nothing is known yet.
    assert [f[:2] for f in _faults(f"{HEADER}\n2023,1,Hà Nam,0.6,A\n2023,2x,Hà Tĩnh,0.7,A\n")] == [(3, "rank")]
    # Of two rows for one province nobody knows which one holds.
    twice = _faults(f"{HEADER}\n2023,1,Hà Nam,0.6,A\n2023,1,Hà Nam,0.8,A\n2023,2,Hà Tĩnh,0.7,A\n")
    assert [f[:2] for f in twice] == [(3, "province")]


def test_files_that_are_no_tables() -> None:
    assert "UTF-8" in _faults("year,province,source\n2023,Hà Nam,A\n".encode("utf-16"))[0][2]
    assert "không phải là tệp Excel" in _faults(b"PK\x03\x04 no workbook")[0][2]
    assert "lớn hơn" in _faults(b"x" * (MAX_BYTES + 1))[0][2]
    assert "ngoặc kép" in _faults(f'{HEADER}\n2023,1,"BR-VT"x,0.7,A\n')[0][2]
    header = HEADER.split(",")
    assert "cần đúng một trang tính" in _faults(_workbook([header], [header]))[0][2]
    assert read_national(_workbook([header, [2023, 10, "BR-VT", 0.7, "A"]], []), "b.xlsx", 2025).rows


def test_a_formula_that_nobody_calculated_is_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    sheet.append(HEADER.split(","))
    sheet.append([2023, 10, "BR-VT", "=0.7+0.0353", "A"])
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(FileFaults) as refused:
        read_national(file.getvalue(), "b.xlsx", 2025)
    (fault,) = refused.value.faults
    assert (fault.row, fault.column) == (2, "dti")
    assert "công thức chưa có kết quả" in fault.message


def test_a_table_longer_than_all_provinces_in_all_years_is_refused_before_it_is_read_through() -> None:
    # 63 provinces in the six years 2020-2025, and the head.
    rows = "2023,,BR-VT,0.7,A\n" * 378
    with pytest.raises(FileFaults) as refused:
        _read(f"{HEADER}\n{rows}2023,,BR-VT,0.7,A\n")
    (fault,) = refused.value.faults
    assert fault.row == 380
    assert "hơn 379 dòng" in fault.message


def test_a_file_that_only_bears_the_name_of_excel_is_said_to() -> None:
    with pytest.raises(FileFaults, match="không phải là tệp Excel"):
        read_national(b"\x00\x01", "bang.xlsx", 2025)
