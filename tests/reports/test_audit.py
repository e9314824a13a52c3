"""The audit log in words, and as files in which nothing can become a formula."""

import datetime as dt
from dataclasses import replace

from openpyxl.worksheet.worksheet import Worksheet

from assessment.audit_log import AuditExport, AuditLine, AuditRecord, Holder, Sought
from data.audit import Change
from data.lineage import UnitKey
from reports.audit import (
    about_text,
    audit_csv,
    audit_file_name,
    audit_workbook,
    deed_text,
    holder_text,
    role_text,
    who_text,
)
from reports.labels import demonstration_label
from tests.reports.reading import cell, heading_texts, opened, table

VUNG_TAU = UnitKey("747", dt.date(2020, 1, 1))
VUNG_TAU_NAME = "Thành phố Vũng Tàu"
CLERK = Holder(12, "nhap.747", "Đỗ Thị Ánh")
ENTRY = AuditRecord(
    id=5,
    moment=dt.datetime(2024, 12, 2, 5, 6, 7, tzinfo=dt.UTC),
    deed="import_inputs",
    role="data_entry",
    who=CLERK,
    about=None,
    period="Năm 2024 (11/2024)",
    unit=VUNG_TAU,
    unit_name="Thành phố Vũng Tàu",
    subject="=HYPERLINK(1)",
    reason="@x",
    demonstration=False,
    lines=1,
)
LINE = AuditLine(1, Change("CQ.4 · a", None, "-5+3", VUNG_TAU), "Thành phố Vũng Tàu")
WITHDRAWN = replace(ENTRY, id=4, deed="sign_in", subject="", reason="", demonstration=True)
EXPORT = AuditExport(((ENTRY, LINE), (WITHDRAWN, None)), cut=False)


def test_who_did_it_in_words() -> None:
    assert who_text(ENTRY) == "nhap.747 – Đỗ Thị Ánh"
    assert who_text(replace(ENTRY, who=replace(CLERK, full_name=""))) == "nhap.747 – (đã xóa tên)"
    assert holder_text(Holder(12, "", "")) == "tài khoản số 12 (đã gỡ)"
    assert who_text(replace(ENTRY, who=None, role="public")) == "chưa đăng nhập"
    assert who_text(replace(ENTRY, who=None, role="administrator")) == "máy chủ (dòng lệnh, phần mềm)"
    assert (role_text(ENTRY), role_text(replace(ENTRY, who=None))) == ("Người nhập", "–")


def test_what_it_was_done_to_names_another_account_not_oneself() -> None:
    other = Holder(13, "nhap.748", "Trần Văn Bình")
    assert about_text(replace(ENTRY, about=other, subject="một phiên")) == "nhap.748 – Trần Văn Bình; một phiên"
    assert about_text(replace(ENTRY, about=CLERK, subject="")) == ""


def test_a_deed_of_a_later_version_is_shown_by_its_code() -> None:
    assert deed_text("import_inputs") == "Nhập số liệu"
    assert deed_text("send_file") == "send_file"


def test_the_csv_has_a_row_for_every_line_and_no_formula() -> None:
    rows = [line.split(";") for line in audit_csv(EXPORT).decode("utf-8-sig").splitlines()]
    assert rows[0][:5] == ["Số", "Thời điểm", "Người làm", "Vai trò", "Việc"]
    assert rows[1] == [
        "5", "02/12/2024 12:06:07", "nhap.747 – Đỗ Thị Ánh", "Người nhập", "Nhập số liệu", "'=HYPERLINK(1)",
        "Năm 2024 (11/2024)", "Thành phố Vũng Tàu (747)", "'@x", "CQ.4 · a", "(không có)", "'-5+3", "",
    ]  # fmt: skip
    assert rows[2][-4:] == ["", "", "", demonstration_label()]


def _sheet(export: AuditExport, sought: Sought | None = None) -> Worksheet:
    book = opened(
        audit_workbook(export, sought or Sought(), holder_text(CLERK) if sought else "", VUNG_TAU_NAME, ENTRY.moment)
    )
    assert book.sheetnames == ["Nhật ký hệ thống"]
    return book["Nhật ký hệ thống"]


def test_a_file_into_which_not_everything_fits_says_so() -> None:
    cut = replace(EXPORT, cut=True)
    assert "Tệp chỉ chứa 20.000 dòng mới nhất" in audit_csv(cut).decode("utf-8-sig").splitlines()[-1]
    assert any("Tệp chỉ chứa 20.000 dòng" in text for text in heading_texts(_sheet(cut)))
    assert not any("Tệp chỉ chứa" in text for text in heading_texts(_sheet(EXPORT)))


def test_the_workbook_says_what_it_was_narrowed_to_and_holds_text_as_text() -> None:
    sought = Sought(dt.date(2024, 12, 1), dt.date(2024, 12, 31), 12, "data_entry", "import_inputs", VUNG_TAU, "đợt 1")
    sheet = _sheet(EXPORT, sought)
    for said in (
        "Từ ngày: 01/12/2024.", "Đến hết ngày: 31/12/2024.", "Tài khoản: nhap.747 – Đỗ Thị Ánh.", "Vai trò: Người nhập.",
        "Việc: Nhập số liệu.", "Cơ quan, đơn vị: Thành phố Vũng Tàu.", "Từ tìm: đợt 1.",
    ):  # fmt: skip
        assert said in heading_texts(sheet)
    for heading, value in (("Đối tượng", "=HYPERLINK(1)"), ("Sau", "-5+3"), ("Lý do, căn cứ", "@x")):
        written = cell(sheet, 0, heading)
        assert (written.value, written.data_type) == (value, "s")


def test_only_a_file_with_demonstration_entries_is_labelled() -> None:
    day = dt.date(2024, 12, 2)
    assert audit_file_name(day, "csv", demonstration=True) == "TRINH-DIEN_nhat-ky_2024-12-02.csv"
    assert audit_file_name(day, "xlsx", demonstration=False) == "nhat-ky_2024-12-02.xlsx"
    mixed, plain = _sheet(EXPORT), _sheet(replace(EXPORT, rows=EXPORT.rows[:1]))
    assert [row["Ghi chú"] for row in table(mixed)] == [None, demonstration_label()]
    assert [demonstration_label() in " ".join(heading_texts(sheet)) for sheet in (mixed, plain)] == [True, False]
