"""Excel workbooks of the reports: one table per sheet under its heading, ready to filter and to print on A4.

Text is always written as text, so that nothing in a name or a note can become a formula or a link.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from language import _

Value = str | int | float | dt.date | None
Kind = Literal["text", "entry", "points", "fine_points", "count", "change", "percent", "number"]
"""`entry` is text that somebody will type: Excel makes neither number nor date of it."""

_A4 = 9
_LINE_HEIGHT = 15.0
_PAGE_WIDTH = 215.0
"""Characters across a page that can still be read in print; a wider table takes several pages side by side."""
_MOST_ROW_HEIGHT = 409.0
"""Excel refuses higher rows."""
_SPARE_ROWS = 500
"""Empty rows below a table that carry its drop-downs, for what an office adds."""
_NUMBER_FORMATS: dict[Kind, str] = {
    "entry": "@",
    "points": "#,##0.00",
    "fine_points": "#,##0.0000",
    "count": "#,##0",
    "change": "+#,##0;\N{MINUS SIGN}#,##0;0",
    "percent": "0.00%",
    "number": "#,##0.######",
}
_DATE_FORMAT = "dd/mm/yyyy"
_TEXT_SIZE, _TITLE_SIZE = 11, 14
_FONT: Mapping[str, object] = {"font_name": "Times New Roman", "font_size": _TEXT_SIZE, "valign": "top"}
_HEADER: Mapping[str, object] = {
    "bold": True,
    "text_wrap": True,
    "align": "center",
    "valign": "vcenter",
    "border": 1,
    "bg_color": "#DCEBEB",
}


@dataclass(frozen=True)
class Choices:
    """A drop-down: what stands in a column (from 0) of another sheet of the workbook, down to its last filled cell.

    only: whether nothing else may be typed.
    """

    sheet: str
    column: int
    only: bool = True


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, width in characters, how its numbers are shown, and its drop-down.

    A cell is written by what it holds: text as text, a number as a number, a date as a date, None as an empty cell.
    """

    title: str
    width: float
    kind: Kind = "text"
    choices: Choices | None = None


@dataclass(frozen=True)
class Sheet:
    """One table under its heading.

    facts: name, value and kind of single figures above the table, in two columns. nothing: what is said of an empty
    table. repeated: first and last column that are printed again on every page of a table wider than a page.
    """

    name: str
    title: str
    heading: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    facts: Sequence[tuple[str, Value, Kind]] = ()
    nothing: str = ""
    landscape: bool = True
    repeated: tuple[int, int] = (0, 0)

    def header_row(self, label: str) -> int:
        """Row of the headings, from 0, in a workbook with this label: title, label, lines, a blank row, facts, a blank row."""
        return 2 + bool(label) + len(self.heading) + len(self.facts) + bool(self.facts)

    def filled_rows(self, column: int) -> int:
        """Rows of the table down to the last one in which a column is filled."""
        return max((n for n, row in enumerate(self.rows, 1) if row[column] not in (None, "")), default=0)


class _Writer:
    """Writes sheets into one workbook with shared formats."""

    def __init__(self, book: xlsxwriter.Workbook, label: str, sheets: Sequence[Sheet]) -> None:
        self._book, self._label = book, label
        self._sheets = {sheet.name: sheet for sheet in sheets}
        self._formats: dict[str, Format] = {}

    def _style(self, **shape: object) -> Format:
        return self._book.add_format({**_FONT, **shape})

    def _cell_style(self, number_format: str = "") -> Format:
        if number_format not in self._formats:
            own = {"num_format": number_format} if number_format else {}
            wrapped = number_format in ("", _NUMBER_FORMATS["entry"])
            self._formats[number_format] = self._style(border=1, text_wrap=wrapped, **own)
        return self._formats[number_format]

    def _write(self, sheet: Worksheet, row: int, column: int, value: Value, kind: Kind) -> None:
        text_format = _NUMBER_FORMATS["entry"] if kind == "entry" else ""
        match value:
            case None | "":
                sheet.write_blank(row, column, None, self._cell_style(text_format))
            case str():
                sheet.write_string(row, column, value, self._cell_style(text_format))
            case dt.date():
                moment = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - Excel dates have no zone
                sheet.write_datetime(row, column, moment, self._cell_style(_DATE_FORMAT))
            case _:
                numbers = _NUMBER_FORMATS["number" if kind in ("text", "entry") else kind]
                # Adding 0 turns the negative zero of a penalty without points into 0.
                sheet.write_number(row, column, value + 0, self._cell_style(numbers))

    def _line(self, sheet: Worksheet, row: int, text: str, columns: Sequence[Column], **shape: object) -> None:
        """One line of text over the width of the table, or of its first page."""
        style = self._style(text_wrap=True, **shape)
        ends = list(accumulate(c.width for c in columns))
        last = max((i for i, end in enumerate(ends) if end <= _PAGE_WIDTH), default=0)
        if last:
            sheet.merge_range(row, 0, row, last, "", style)
        sheet.write_string(row, 0, text, style)
        size = _TITLE_SIZE if "font_size" in shape else _TEXT_SIZE
        sheet.set_row(row, _height([(text, ends[last])], size))

    def add(self, content: Sheet) -> None:
        """Adds one sheet: heading, facts, table."""
        sheet = self._book.add_worksheet(content.name)
        for i, column in enumerate(content.columns):
            typed = self._style(num_format=_NUMBER_FORMATS["entry"]) if column.kind == "entry" else None
            sheet.set_column(i, i, column.width, typed)
        row = self._heading(sheet, content)
        for name, value, kind in content.facts:
            sheet.write_string(row, 0, name, self._cell_style())
            self._write(sheet, row, 1, value, kind)
            row += 1
        header = content.header_row(self._label)
        self._table(sheet, content, header)
        for i, column in enumerate(content.columns):
            if column.choices is not None:
                self._drop_down(sheet, (header + 1, i, header + len(content.rows) + _SPARE_ROWS, i), column.choices)
        self._print(sheet, content, header)

    def _drop_down(self, sheet: Worksheet, area: tuple[int, int, int, int], choices: Choices) -> None:
        listed = self._sheets[choices.sheet]
        count, header = listed.filled_rows(choices.column), listed.header_row(self._label)
        if not count:
            return
        first = xl_rowcol_to_cell(header + 1, choices.column, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(header + count, choices.column, row_abs=True, col_abs=True)
        options = {
            "validate": "list",
            "source": f"={quote_sheetname(choices.sheet)}!{first}:{last}",
            "show_error": choices.only,
            "error_title": _("Không có trong danh sách"),
            "error_message": _("Hãy chọn một mục trong danh sách, xem trang «{sheet}».").format(sheet=choices.sheet),
        }
        sheet.data_validation(*area, options)

    def _heading(self, sheet: Worksheet, content: Sheet) -> int:
        """Writes title, label and heading lines; gives the row after them and one empty row."""
        self._line(sheet, 0, content.title, content.columns, bold=True, font_size=_TITLE_SIZE)
        row = 1
        if self._label:
            self._line(sheet, row, self._label, content.columns, bold=True, font_color="#9C0006")
            row += 1
        for text in content.heading:
            self._line(sheet, row, text, content.columns)
            row += 1
        return row + 1

    def _table(self, sheet: Worksheet, content: Sheet, header: int) -> None:
        style = self._style(**_HEADER)
        for i, column in enumerate(content.columns):
            sheet.write_string(header, i, column.title, style)
        sheet.set_row(header, _height([(c.title, c.width) for c in content.columns]))
        for offset, values in enumerate(content.rows, 1):
            cells = list(zip(content.columns, values, strict=True))
            for i, (column, value) in enumerate(cells):
                self._write(sheet, header + offset, i, value, column.kind)
            texts = [(value, column.width) for column, value in cells if isinstance(value, str)]
            sheet.set_row(header + offset, _height(texts))
        if not content.rows and content.nothing:
            self._line(sheet, header + 1, content.nothing, content.columns)

    def _print(self, sheet: Worksheet, content: Sheet, header: int) -> None:
        last = len(content.columns) - 1
        sheet.freeze_panes(header + 1, 0)
        sheet.autofilter(header, 0, header + max(len(content.rows), 1), last)
        sheet.repeat_rows(header)
        sheet.set_paper(_A4)
        if content.landscape:
            sheet.set_landscape()
        pages = math.ceil(sum(c.width for c in content.columns) / _PAGE_WIDTH)
        sheet.fit_to_pages(pages, 0)
        if pages > 1:
            sheet.repeat_columns(*content.repeated)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        if self._label:
            sheet.set_header("&C" + self._label.replace("&", "&&"))
        sheet.set_footer("&L&A&R" + _("Trang {page}/{pages}").format(page="&P", pages="&N"))


def _height(texts: Iterable[tuple[str, float]], size: float = _TEXT_SIZE) -> float:
    """Row height that shows wrapped texts whole, each in a column so many characters wide (a little room is kept)."""
    lines = max(
        (sum(max(1, math.ceil(len(part) / max(1.0, width - 1))) for part in text.split("\n")) for text, width in texts),
        default=1,
    )
    return min(_MOST_ROW_HEIGHT, max(1, lines) * _LINE_HEIGHT * size / _TEXT_SIZE + 2)


def workbook(sheets: Sequence[Sheet], *, title: str, label: str = "") -> bytes:
    """An .xlsx file of the sheets, in order.

    label: stands on every sheet under the title and in the header of every printed page; left out when empty.
    Raises TypeError for a number that is not finite: a figure that is missing is None.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "subject": label})
        writer = _Writer(book, label, sheets)
        for sheet in sheets:
            writer.add(sheet)
    return buffer.getvalue()
