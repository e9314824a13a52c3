"""The workbook that a unit fills in: a sheet per main index of which only the values can be typed, and many as a zip.

Every cell is written as text: nothing that somebody typed can become a formula, and Excel makes neither number nor date
of what is typed into a value, so that 7,04 stays 7,04 whatever its language.
"""

import zipfile
from collections.abc import Iterable
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from assessment.unit_workbooks import CHECK_SHEET, BookSheet, UnitBook, check_lines, column_titles
from data.repositories import PeriodRecord
from language import _, format_month
from reports.labels import period_file_name, period_label

_WIDTHS = {"code": 11, "asked": 44, "measure": 14, "explain": 52, "options": 24, "value": 20, "note": 28}
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True, "num_format": "@"}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIRST_LIST = 2
"""First column of the hidden sheet that holds what drop-downs offer; the check lines stand in column A."""


class _Book(xlsxwriter.Workbook):
    """A workbook whose sheets can neither be added, renamed nor taken out while it is protected."""

    def _write_book_views(self) -> None:
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


def unit_workbook(book: UnitBook, period: PeriodRecord) -> bytes:
    """The workbook of a unit as .xlsx."""
    buffer = BytesIO()
    with _Book(buffer, _OPTIONS) as file:
        label = period_label(period)
        file.set_properties({"title": _("Biểu số liệu"), "subject": label, "company": book.key.unit})
        writer = _Writer(file, book, label)
        writer.cover()
        for sheet in book.sheets:
            writer.sheet(sheet)
        writer.check()
    return buffer.getvalue()


class _Writer:
    """Writes a workbook with shared formats."""

    def __init__(self, file: xlsxwriter.Workbook, book: UnitBook, label: str) -> None:
        self._file, self._book, self._label = file, book, label
        self._plain = file.add_format(_FONT)
        self._title = file.add_format({**_FONT, "bold": True, "font_size": 14, "text_wrap": False})
        self._warning = file.add_format({**_FONT, "bold": True, "font_color": "#9C0006", "text_wrap": False})
        self._line = file.add_format({**_FONT, "text_wrap": False})
        self._header = file.add_format({**_FONT, "bold": True, "border": 1, "bg_color": "#DCEBEB", "align": "center"})
        self._fixed = file.add_format({**_FONT, "border": 1, "bg_color": "#F2F2F2"})
        self._open = file.add_format({**_FONT, "border": 1, "bg_color": "#FFFBE6", "locked": False})
        self._lists: list[tuple[str, ...]] = []

    def _heading(self, sheet: Worksheet, title: str) -> int:
        """Title, label and whose report it is; gives the row after them and an empty one."""
        key = self._book.key
        where = _("{unit} (mã {code}) · {period} · tháng {month}").format(
            unit=key.unit, code=key.unit_code, period=key.period, month=format_month(key.year, key.month)
        )
        lines: list[tuple[str, Format]] = [(title, self._title), (where, self._line)]
        if self._label:
            lines.insert(1, (self._label, self._warning))
            sheet.set_header("&C" + self._label.replace("&", "&&"))
        for row, (text, style) in enumerate(lines):
            sheet.write_string(row, 0, text, style)
        return len(lines) + 1

    def _protect(self, sheet: Worksheet) -> None:
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R" + _("Trang {page}/{pages}").format(page="&P", pages="&N"))

    def cover(self) -> None:
        """How the workbook is filled in."""
        sheet = self._file.add_worksheet(_("Hướng dẫn"))
        row = self._heading(sheet, _("Biểu số liệu đánh giá chuyển đổi số"))
        key = self._book.key
        sheet.set_column(0, 0, 110)
        for text in (
            _("Bộ chỉ số {id} phiên bản {version}.").format(id=key.set_id, version=key.version),
            _("Mỗi chỉ số chính là một trang. Chỉ sửa cột «{title}» (nền vàng nhạt); các ô khác đã khóa.").format(
                title=column_titles()["value"]
            ),
            _(
                "Số viết như 1.234,5 hoặc 7,04; số đếm (hồ sơ, người, hộ) là số nguyên; ngày viết như 15/12/2024; "
                "ô có danh sách thì chọn trong danh sách."
            ),
            _("Chưa có số liệu thì để trống. Xóa một ô đang có số là đề nghị bỏ trống số đó."),
            _("Không thêm, đổi tên hay xóa trang, cột, dòng. Chỉ những ô đã sửa mới được đưa vào báo cáo."),
            _("Đề nghị không áp dụng một chỉ số thì ghi trên màn hình Nhập số liệu, không ghi trong tệp này."),
            _("Điền xong, mở màn hình Nhập số liệu, chọn «Tệp Excel» rồi chọn lại tệp này."),
        ):
            sheet.write_string(row, 0, text, self._plain)
            row += 1
        self._protect(sheet)

    def sheet(self, content: BookSheet) -> None:
        """The sheet of a main index."""
        sheet = self._file.add_worksheet(content.name)
        fields = list(column_titles())
        header = self._heading(sheet, content.title)
        for i, (name, title) in enumerate(column_titles().items()):
            sheet.set_column(i, i, _WIDTHS[name])
            sheet.write_string(header, i, title, self._header)
        value = fields.index("value")
        for number, row in enumerate(content.rows, header + 1):
            cells = {**row.fixed, "value": row.value}
            for i, name in enumerate(fields):
                style = self._open if name == "value" and not row.locked else self._fixed
                if cells[name]:
                    sheet.write_string(number, i, cells[name], style)
                else:
                    sheet.write_blank(number, i, None, style)
            if row.options and not row.locked:
                sheet.data_validation(
                    number,
                    value,
                    number,
                    value,
                    {
                        "validate": "list",
                        "source": self._list(row.options),
                        "error_title": _("Không có trong danh sách"),
                        "error_message": _("Hãy chọn một mục trong danh sách, hoặc để trống nếu chưa có số liệu."),
                    },
                )
        # Excel would offer to make numbers of the texts.
        column = xl_col_to_name(value)
        sheet.ignore_errors({"number_stored_as_text": f"{column}1:{column}{header + 1 + len(content.rows)}"})
        sheet.freeze_panes(header + 1, 2)
        sheet.repeat_rows(header)
        self._protect(sheet)

    def _list(self, options: tuple[str, ...]) -> str:
        """Where the hidden sheet holds the options; one column for each list of them."""
        if options not in self._lists:
            self._lists.append(options)
        column = xl_col_to_name(_FIRST_LIST + self._lists.index(options), col_abs=True)
        return f"={CHECK_SHEET}!{column}$1:{column}${len(options)}"

    def check(self) -> None:
        """The hidden sheet: what the workbook is known by, and what drop-downs offer."""
        sheet = self._file.add_worksheet(CHECK_SHEET)
        for row, text in enumerate(check_lines(self._book)):
            sheet.write_string(row, 0, text)
        for column, options in enumerate(self._lists, _FIRST_LIST):
            for row, option in enumerate(options):
                sheet.write_string(row, column, option)
        sheet.protect()
        sheet.very_hidden()


def unit_workbook_name(book: UnitBook, period: PeriodRecord) -> str:
    """File name of a unit's workbook."""
    month = _("tháng {month}").format(month=book.key.month)
    return period_file_name(period, _("Biểu số liệu"), book.key.unit_code, book.key.unit, month, extension="xlsx")


def unit_workbooks(books: Iterable[UnitBook], period: PeriodRecord) -> bytes:
    """Workbooks of many units as .zip, one file each."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for book in books:
            package.writestr(unit_workbook_name(book, period), unit_workbook(book, period))
    return buffer.getvalue()


def unit_workbooks_name(period: PeriodRecord) -> str:
    """File name of the workbooks of many units."""
    return period_file_name(period, _("Biểu số liệu các đơn vị"), extension="zip")
