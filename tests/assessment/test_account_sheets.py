"""Many accounts from a sheet: every fault by row and column, nothing of a bad file."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import Engine, text

from assessment.account_sheets import columns, create_from_sheet, read_accounts
from assessment.accounts import account_list
from assessment.permissions import VISITOR, Identity
from assessment.roles import Role
from assessment.sign_in import sign_in
from data.database import read_session, write_session
from scoring.csv_files import FileFaults
from tests.data.databases import Databases, reference_alone

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)
GOOD = (
    ("nhap.747", "Trần Văn Nhập", "a@vungtau.gov.vn", "Người nhập", "747", "", ""),
    ("duyet.747", "Lê Thị Duyệt", "", "Lãnh đạo đơn vị (duyệt)", "747", "", ""),
    ("tham-dinh", "Đỗ Văn Thẩm", "", "chuyen vien tham dinh", "", "", "nt, AT"),
    ("cong-an", "Ngô Văn An", "", "Đơn vị cung cấp số liệu", "", "Công an tỉnh", ""),
)


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def no_accounts(engine: Engine) -> None:
    """Every test begins without accounts."""
    with write_session(engine) as session:
        for table in ("person", "account"):
            session.execute(text(f"DELETE FROM {table}"))


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([tuple(columns().values()), *rows])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Danh sách đề nghị cấp tài khoản")
        for line, row in enumerate([tuple(columns().values()), *rows], 2):
            for column, cell in enumerate(row):
                sheet.write(line, column, cell)
    return out.getvalue()


def faults(engine: Engine, data: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(FileFaults) as refused:
        create_from_sheet(engine, OFFICE, data, "ds.csv", NOON)
    with read_session(engine) as session:
        assert account_list(session, OFFICE) == ()
    return [(f.row, f.column, f.message) for f in refused.value.faults]


@pytest.mark.parametrize(
    "data",
    [
        as_csv(GOOD),
        as_csv(GOOD, ";"),
        as_xlsx([[int(c) if c == "747" else c for c in row] for row in GOOD]),
    ],
    ids=["comma", "semicolon", "xlsx"],
)
def test_a_good_sheet_makes_its_accounts(engine: Engine, data: bytes) -> None:
    issued = create_from_sheet(engine, OFFICE, data, "ds", NOON)
    assert [i.user_name for i in issued] == [row[0] for row in GOOD]
    with read_session(engine) as session:
        found = {a.user_name: a for a in account_list(session, OFFICE)}
    assert found["nhap.747"].unit_name == "Thành phố Vũng Tàu"
    assert found["tham-dinh"].groups == ("NT", "AT")
    assert (found["cong-an"].role, found["cong-an"].unit_name) == (Role.DATA_PROVIDER, "Công an tỉnh")
    sign_in(engine, "cong-an", issued[3].password, "", NOON)


def test_every_fault_is_named_by_row_and_column(engine: Engine) -> None:
    rows = [
        GOOD[0],
        ("b", "Hai", "", "Người nhập", "747", "", ""),
        ("nhap.748", "Ba", "", "Thư ký", "748", "", ""),
        ("nhap.750", "Bốn", "", "Người nhập", "999", "", ""),
        ("NHAP.747", "Năm", "a@vungtau.gov.vn", "Người nhập", "747", "", ""),
    ]
    found = faults(engine, as_csv(rows))
    assert [(row, column) for row, column, _message in found] == [
        (3, "-"),
        (4, "Vai trò"),
        (5, "Mã đơn vị"),
        (6, "Tên đăng nhập"),
        (6, "Thư điện tử"),
    ]
    assert "«Thư ký» không phải vai trò" in found[1][2]
    assert "đã có ở dòng 2" in found[3][2]


def test_an_account_that_is_there_already_is_a_fault(engine: Engine) -> None:
    create_from_sheet(engine, OFFICE, as_csv(GOOD[:1]), "ds", NOON)
    with pytest.raises(FileFaults, match=r"ds:2: -: Đã có tài khoản tên nhap\.747"):
        create_from_sheet(engine, OFFICE, as_csv(GOOD), "ds", NOON)
    with read_session(engine) as session:
        assert len(account_list(session, OFFICE)) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "tệp rỗng, không có ô nào được điền"),
        (as_csv(()), "chưa có tài khoản nào"),
        (as_csv(GOOD).replace("Vai trò".encode(), b"Vai"), "không tìm thấy dòng tiêu đề"),
        (as_csv(GOOD).decode("utf-8-sig").encode("utf-16"), "tệp không phải UTF-8"),
        (b"PK\x03\x04 hong", "không phải là tệp Excel"),
        (as_csv(GOOD * 251), "hơn 1.000 dòng"),
        (b"x" * 5_000_001, "lớn hơn 5 MB"),
    ],
    ids=["empty", "no rows", "no heading", "utf-16", "no archive", "too many rows", "too large"],
)
def test_what_is_no_sheet_is_refused(engine: Engine, data: bytes, words: str) -> None:
    assert words in faults(engine, data)[0][2]


def test_only_who_keeps_accounts_may_read_a_sheet(engine: Engine) -> None:
    with pytest.raises(PermissionError):
        read_accounts(engine, VISITOR, as_csv(GOOD), "ds", NOON)


def test_the_office_cannot_bring_administrators_in_by_a_sheet(engine: Engine) -> None:
    row = ("quan-tri", "Người quản trị", "", "Quản trị hệ thống", "", "", "")
    with pytest.raises(PermissionError):
        create_from_sheet(engine, OFFICE, as_csv([*GOOD, row]), "ds", NOON)
    with read_session(engine) as session:
        assert account_list(session, OFFICE) == ()


def test_a_formula_that_nobody_calculated_is_no_empty_cell(engine: Engine) -> None:
    book, file = openpyxl.Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.append(list(columns().values()))
    sheet.append([*GOOD[0][:4], "=700+47", *GOOD[0][5:]])
    book.save(file)
    ((row, column, message),) = faults(engine, file.getvalue())
    assert (row, column) == (2, "Mã đơn vị")
    assert "công thức chưa có kết quả" in message
