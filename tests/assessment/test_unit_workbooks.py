"""The workbook of a unit goes out and comes back: only what was typed into it is taken, and nothing in silence."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import Engine, select

from assessment.drafts import SaveReport, drafts
from assessment.entries import entry_list
from assessment.permissions import Identity
from assessment.roles import Role
from assessment.submissions import ReportPlace, SubmissionRefusedError
from assessment.unit_workbooks import (
    BookDifference,
    ReturnedBook,
    UnitBook,
    book_difference,
    check_lines,
    merge_book,
    read_unit_book,
    unit_book,
)
from data.database import draft_session, read_session, write_session
from data.models import AuditEntry, Input, Period, Submission
from reports.unit_workbook import unit_workbook
from scoring.csv_files import FileFaults
from tests.assessment.reporting import (
    LATER,
    NOW,
    OFFICE,
    cell_of,
    clerk,
    edited,
    form_of,
    open_office,
    place_of,
    plain_cell,
    snapshot_in,
    snapshot_of,
    type_in,
)
from tests.data.databases import Databases

Value = str | float | dt.datetime | None


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    engine = new_database.opened(open_office)
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine: Engine) -> ReportPlace:
    """The report of Vũng Tàu."""
    return place_of(engine, "747")


def book_of(engine: Engine, place: ReportPlace, identity: Identity | None = None) -> UnitBook:
    with read_session(engine) as session:
        return unit_book(session, identity or clerk(place), place, snapshot_in(session))


def sent_out(engine: Engine, place: ReportPlace) -> bytes:
    return unit_workbook(book_of(engine, place), snapshot_of(engine).period)


def returned(engine: Engine, place: ReportPlace, data: bytes) -> ReturnedBook:
    return read_unit_book(data, "747.xlsx", book_of(engine, place), form_of(engine, place).entries)


def difference(engine: Engine, place: ReportPlace, data: bytes) -> BookDifference:
    return book_difference(form_of(engine, place), returned(engine, place, data))


def merge(engine: Engine, place: ReportPlace, found: BookDifference, *chosen: str) -> SaveReport:
    entries = entry_list(snapshot_of(engine).book.compiled)
    with draft_session(engine) as session:
        return merge_book(session, clerk(place), place, entries, found.changes, chosen, LATER)


def typed(engine: Engine, place: ReportPlace) -> dict[str, str | None]:
    with read_session(engine) as session:
        return {code: draft.text for code, draft in drafts(session, clerk(place), place).items()}


def put(values: Mapping[str, Value]) -> Callable[[openpyxl.Workbook], None]:
    """Types values into the workbook, by the codes of their lines."""

    def change(book: openpyxl.Workbook) -> None:
        for code, value in values.items():
            cell_of(book, code).value = value

    return change


def refused(engine: Engine, place: ReportPlace, data: bytes) -> tuple[str, ...]:
    with pytest.raises(FileFaults) as raised:
        returned(engine, place, data)
    return tuple(f"{fault.row}: {fault.column}: {fault.message}" for fault in raised.value.faults)


# Going out


def test_every_entry_goes_out_once_with_what_stands_in_the_form(engine: Engine, place: ReportPlace) -> None:
    type_in(engine, place, {"input/TC.3/value": "deputy", "fact/dossiers_online/number": "1.234,5"})
    book = book_of(engine, place)
    assert [sheet.title for sheet in book.sheets] == ["CQ. Chính quyền số", "TC. Thể chế số"]
    lines = {row.code: row for sheet in book.sheets for row in sheet.rows}
    assert {code: row.value for code, row in lines.items()} == {
        "CQ.1 (1)": "1.234,5", "CQ.1 (2)": "100", "CQ.2": "", "TC.1": "", "TC.2": "", "TC.3": "Cấp phó",
    }  # fmt: skip
    assert lines["CQ.1 (1)"].asked == "Hồ sơ trực tuyến"
    assert (lines["CQ.1 (1)"].measure, lines["CQ.1 (1)"].explain) == ("hồ sơ", "Theo Cổng dịch vụ công")
    assert lines["CQ.1 (1)"].note == "Số nháp, chưa gửi."
    assert lines["CQ.1 (2)"].note == "Dùng chung cho CQ.2."
    assert lines["TC.1"].options == ("có", "không")
    assert lines["TC.3"].options == ("Người đứng đầu, trực tiếp", "Cấp phó", "Chưa có")
    assert (book.key.unit, book.key.month, book.key.set_id) == ("Thành phố Vũng Tàu", 12, "rieng-2024")


def test_another_units_workbook_is_for_the_office_alone(engine: Engine, place: ReportPlace) -> None:
    assert book_of(engine, place, OFFICE).key.unit_code == "747"
    for identity in (clerk(place_of(engine, "748")), Identity("ld", Role.PROVINCE_LEADER), Identity(None, Role.PUBLIC)):
        with pytest.raises(PermissionError):
            book_of(engine, place, identity)


# Coming back


def test_a_workbook_in_which_nothing_was_typed_changes_nothing(engine: Engine, place: ReportPlace) -> None:
    type_in(engine, place, {"input/CQ.2/a": "1.234", "input/TC.3/value": "deputy"})
    data = edited(sent_out(engine, place), lambda book: None)
    type_in(engine, place, {"input/CQ.2/a": "90", "input/TC.1/value": "có"}, LATER)
    assert difference(engine, place, data) == BookDifference((), ())


def test_only_what_was_typed_is_taken_and_only_after_confirmation(engine: Engine, place: ReportPlace) -> None:
    day = dt.datetime(2024, 6, 17)  # noqa: DTZ001 - Excel dates have no zone
    values = {"CQ.1 (1)": 45, "CQ.2": "7,04", "TC.1": "Có", "TC.2": day, "TC.3": "Cấp phó"}
    data = edited(sent_out(engine, place), put(values))
    found = difference(engine, place, data)
    assert [(c.entry.code, c.sent, c.now, c.new, c.conflict) for c in found.changes] == [
        ("fact/dossiers_online/number", "30", "30", "45", False),
        ("input/CQ.2/a", "", "", "7,04", False),
        ("input/TC.1/value", "", "", "có", False),
        ("input/TC.2/value", "", "", "17/06/2024", False),
        ("input/TC.3/value", "", "", "deputy", False),
    ]
    assert typed(engine, place) == {}
    assert len(merge(engine, place, found).versions) == 5
    assert typed(engine, place) == {c.entry.code: c.new for c in found.changes}
    # A second time the file says nothing new.
    assert difference(engine, place, data).changes == ()


def test_the_log_says_that_drafts_came_from_a_workbook(engine: Engine, place: ReportPlace) -> None:
    merge(engine, place, difference(engine, place, edited(sent_out(engine, place), put({"CQ.1 (1)": "45"}))))
    with read_session(engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.account_id, entry.unit_code, entry.lines) == ("take_workbook", 7, "747", 1)


def test_a_number_that_excel_made_of_the_text_is_no_change(engine: Engine, place: ReportPlace) -> None:
    data = edited(sent_out(engine, place), put({"CQ.1 (1)": 30, "CQ.1 (2)": 100.0}))
    assert difference(engine, place, data).changes == ()


def test_a_cell_that_was_emptied_takes_the_figure_back(engine: Engine, place: ReportPlace) -> None:
    found = difference(engine, place, edited(sent_out(engine, place), put({"CQ.1 (1)": None})))
    assert [(c.now, c.new) for c in found.changes] == [("30", "")]
    merge(engine, place, found)
    assert typed(engine, place) == {"fact/dossiers_online/number": None}


def test_what_somebody_typed_meanwhile_is_marked_and_kept_unless_chosen(engine: Engine, place: ReportPlace) -> None:
    data = edited(sent_out(engine, place), put({"CQ.1 (1)": "45", "CQ.2": "80"}))
    type_in(engine, place, {"fact/dossiers_online/number": "50"})
    found = difference(engine, place, data)
    assert [(c.sent, c.now, c.new, c.conflict) for c in found.changes] == [
        ("30", "50", "45", True), ("", "", "80", False),
    ]  # fmt: skip
    merge(engine, place, found)
    assert typed(engine, place) == {"fact/dossiers_online/number": "50", "input/CQ.2/a": "80"}
    (left,) = difference(engine, place, data).changes
    merge(engine, place, BookDifference((left,), ()), left.entry.code)
    assert typed(engine, place)["fact/dossiers_online/number"] == "45"


def test_what_somebody_typed_after_the_difference_was_shown_is_left_alone(engine: Engine, place: ReportPlace) -> None:
    found = difference(engine, place, edited(sent_out(engine, place), put({"CQ.1 (1)": "45"})))
    type_in(engine, place, {"fact/dossiers_online/number": "50"})
    report = merge(engine, place, found)
    assert [(c.typed, c.theirs.text) for c in report.conflicts] == [("45", "50")]
    assert typed(engine, place) == {"fact/dossiers_online/number": "50"}


def test_a_report_that_is_with_the_head_takes_no_workbook(engine: Engine, place: ReportPlace) -> None:
    found = difference(engine, place, edited(sent_out(engine, place), put({"CQ.1 (1)": "45"})))
    with write_session(engine) as session:
        row = Submission(period_id=place.period_id, unit_code="747", unit_valid_from=place.unit.valid_from)
        row.state, row.changed_at = "awaiting_head", NOW
        session.add(row)
    with pytest.raises(SubmissionRefusedError, match="Chờ lãnh đạo đơn vị duyệt"):
        merge(engine, place, found)
    assert typed(engine, place) == {}


# What is missing wipes nothing


def test_a_missing_sheet_column_or_line_wipes_nothing_and_is_told(engine: Engine, place: ReportPlace) -> None:
    def change(book: openpyxl.Workbook) -> None:
        put({"CQ.1 (1)": "45"})(book)
        del book["TC"]
        sheet = book["CQ"]
        sheet.delete_rows(cell_of(book, "CQ.2").row)

    found = difference(engine, place, edited(sent_out(engine, place), change))
    assert [c.new for c in found.changes] == ["45"]
    assert found.skipped == (
        "Trang CQ thiếu dòng CQ.2; các số liệu này giữ nguyên.",
        "Tệp không có trang TC; số liệu của trang này giữ nguyên.",
    )

    def without_values(book: openpyxl.Workbook) -> None:
        book["CQ"].delete_cols(cell_of(book, "CQ.2").column)

    found = difference(engine, place, edited(sent_out(engine, place), without_values))
    assert found == BookDifference(
        (), ("Trang CQ thiếu cột «Giá trị» nên không đọc; số liệu của trang này giữ nguyên.",)
    )


def test_lines_in_another_order_are_found_by_their_codes(engine: Engine, place: ReportPlace) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet, first, second = book["CQ"], cell_of(book, "CQ.1 (1)").row, cell_of(book, "CQ.2").row
        for column in range(1, 8):
            one, other = plain_cell(sheet, first, column), plain_cell(sheet, second, column)
            one.value, other.value = other.value, one.value
        put({"CQ.2": "80"})(book)

    assert [c.entry.code for c in difference(engine, place, edited(sent_out(engine, place), change)).changes] == [
        "input/CQ.2/a"
    ]


# Refused by name


def test_a_workbook_of_another_unit_period_set_or_month_is_refused_by_name(engine: Engine, place: ReportPlace) -> None:
    other = sent_out(engine, place_of(engine, "748"))
    assert refused(engine, place, other) == (
        "1: -: tệp là của «Thành phố Bà Rịa» (mã 748), không phải «Thành phố Vũng Tàu»; hãy chọn đúng đơn vị hoặc đúng "
        "tệp.",
    )
    own = sent_out(engine, place)
    with write_session(engine) as session:
        session.get_one(Period, place.period_id).name = "Năm 2024, lần hai"
    (sentence,) = refused(engine, place, own)
    assert "tệp là của kỳ «Năm 2024», không phải «Năm 2024, lần hai»" in sentence


def test_a_workbook_of_another_version_of_the_set_is_refused(engine: Engine, place: ReportPlace) -> None:
    book = book_of(engine, place)
    expected = UnitBook(replace(book.key, version="1.1", sha256="0" * 64), book.sheets)
    with pytest.raises(
        FileFaults, match=r"theo bộ chỉ số rieng-2024 phiên bản 1.0, kỳ này đang dùng rieng-2024 phiên bản 1.1"
    ):
        read_unit_book(sent_out(engine, place), "747.xlsx", expected, form_of(engine, place).entries)
    expected = UnitBook(replace(book.key, month=11), book.sheets)
    with pytest.raises(FileFaults, match=r"phát hành cho tháng 12/2024, hiện nhận số liệu tháng 11/2024"):
        read_unit_book(sent_out(engine, place), "747.xlsx", expected, form_of(engine, place).entries)


@pytest.mark.parametrize("title", ["Số liệu", "Đơn vị tính", "Giải thích", "Lựa chọn", "Ghi chú"])
def test_a_fixed_cell_that_was_changed_is_refused_at_its_line(engine: Engine, place: ReportPlace, title: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        cell_of(book, "TC.3", title).value = "khác"

    (sentence,) = refused(engine, place, edited(sent_out(engine, place), change))
    assert "TC, Mã: dòng TC.3 có ô khóa đã bị sửa; chỉ được sửa cột «Giá trị»" in sentence


def test_a_changed_code_or_a_line_that_never_went_out_is_refused(engine: Engine, place: ReportPlace) -> None:
    def change(book: openpyxl.Workbook) -> None:
        cell_of(book, "TC.3", "Mã").value = "TC.9"
        cell_of(book, "TC.2", "Mã").value = "TC.1"

    found = refused(engine, place, edited(sent_out(engine, place), change))
    assert [s.partition(": ")[2] for s in found] == [
        "TC, Mã: mã TC.1 có hai dòng; hãy giữ lại một.",
        "TC, Mã: mã «TC.9» không có trong tệp đã phát hành; hãy bỏ dòng này.",
    ]


def test_a_changed_hidden_sheet_or_none_is_refused(engine: Engine, place: ReportPlace) -> None:
    def forge(book: openpyxl.Workbook) -> None:
        book["kiem_tra"]["A2"] = str(book["kiem_tra"]["A2"].value).replace('"747"', '"748"')

    assert "trang kiểm tra ẩn của tệp đã bị sửa" in refused(engine, place, edited(sent_out(engine, place), forge))[0]

    def take_out(book: openpyxl.Workbook) -> None:
        del book["kiem_tra"]

    (sentence,) = refused(engine, place, edited(sent_out(engine, place), take_out))
    assert "không phải tệp Excel do phần mềm phát hành" in sentence


def test_a_figure_of_a_source_system_is_locked_in_the_workbook_too(engine: Engine, place: ReportPlace) -> None:
    before = sent_out(engine, place)
    with write_session(engine) as session:
        for row in session.query(Input).filter_by(unit_code="747", criterion="CQ.1", input_key="a"):
            row.origin = "source_system"
    (line,) = [r for s in book_of(engine, place).sheets for r in s.rows if r.locked]
    assert (line.code, line.note) == ("CQ.1 (1)", "Số liệu hệ thống, đơn vị không sửa được.")
    assert "ô khóa đã bị sửa" in refused(engine, place, edited(sent_out(engine, place), put({"CQ.1 (1)": "31"})))[0]
    # It went out open and became the system's meanwhile.
    found = difference(engine, place, edited(before, put({"CQ.1 (1)": "31"})))
    assert found.changes == ()
    assert "Hồ sơ trực tuyến (CQ.1) nay là số liệu hệ thống nên không lấy từ tệp" in found.skipped[0]


# Values


@pytest.mark.parametrize(
    ("code", "value", "sentence"),
    [
        ("CQ.2", "1.234", "có thể hiểu là 1234 hoặc 1,234"),
        ("CQ.2", "chín mươi", "không phải là số"),
        ("CQ.2", -4, "là số âm"),
        ("CQ.2", "=40+5", "công thức"),
        ("CQ.2", dt.datetime(2024, 6, 17), "ô là ngày 17/06/2024"),  # noqa: DTZ001
        ("CQ.2", True, "không phải là số"),
        ("CQ.2", "9" * 201, "dài hơn 200 ký tự"),
        ("CQ.2", "#DIV/0!", "ô báo lỗi #DIV/0!"),
        ("TC.1", "có lẽ", "không phải là «có» hoặc «không»"),
        ("TC.2", 45460, "ô là số; hãy ghi ngày/tháng/năm"),
        ("TC.2", "31/02/2024", "không phải là ngày"),
        ("TC.3", "Thư ký", "không có trong các lựa chọn"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_its_cell(
    engine: Engine, place: ReportPlace, code: str, value: Value, sentence: str
) -> None:
    data = edited(sent_out(engine, place), put({code: value, "CQ.1 (1)": "45"}))
    (found,) = refused(engine, place, data)
    assert sentence in found
    assert f"{code[:2]}, Giá trị" in found
    assert typed(engine, place) == {}


def test_a_formula_counts_as_the_result_that_excel_kept(engine: Engine, place: ReportPlace) -> None:
    data = edited(sent_out(engine, place), put({"CQ.2": 7}))
    sheet, kept = "xl/worksheets/sheet2.xml", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == sheet:
                content, count = re.subn(rb"<v>7</v>", b"<f>40+4.5</f><v>44.5</v>", content)
                assert count == 1
            new.writestr(name, content)
    assert [(c.entry.code, c.new) for c in difference(engine, place, kept.getvalue()).changes] == [
        ("input/CQ.2/a", "44,5")
    ]


def test_the_hidden_sheet_says_what_went_out(engine: Engine, place: ReportPlace) -> None:
    lines = check_lines(book_of(engine, place))
    assert lines[1].startswith('["dti-unit-workbook-1", ')
    assert len(lines) == 2 + 6
    assert len(lines[0]) == 64
