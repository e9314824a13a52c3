"""Cells of an Excel workbook: opened without trust, and turned into texts, numbers, dates and codes."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from math import isfinite
from pathlib import PurePath
from typing import Any

import openpyxl

from criteria.workbook_form import Column, plain
from language import _, cited, format_date, format_number

MAX_BYTES = 5_000_000
MAX_UNPACKED = 50_000_000
MAX_ENTRIES = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 400_000
"""Filled cells of all sheets together: what they take in memory is bounded by it, whatever the file packs."""
EXCEL_DIGITS = 15
"""Significant digits that Excel keeps of a typed number; what a formula leaves behind them is noise."""

_DECIMAL = re.compile(r"[-+]?\d+(?:,\d+)?(?:[eE][-+]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH = re.compile(r"[-+]?\d+\.\d+")
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^;"]*[^;"\s])|)\s*(;|$)')


class WorkbookError(ValueError):
    """A file that is no workbook we accept; the message says why and what to do."""


class CellError(ValueError):
    """A cell that does not hold what its column asks for; the message says what was expected."""


@dataclass(frozen=True)
class RawCell:
    """A cell that is not empty: its value, or the fault of a formula without a usable result."""

    value: object
    fault: str = ""


@dataclass(frozen=True)
class RawRow:
    """A row that is not empty: its number in Excel and its cells by column, from 0."""

    number: int
    cells: dict[int, RawCell]


def open_workbook(data: bytes, name: str, *, hidden: bool = False) -> dict[str, tuple[RawRow, ...]]:
    """Rows of every visible sheet, in order; hidden: of the hidden ones too.

    Raises WorkbookError for a file that is not accepted.
    """
    _check_package(data, name)
    try:
        values = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)
        left, sheets = MAX_CELLS, {}
        for sheet in values.worksheets:
            if hidden or sheet.sheet_state == "visible":
                sheets[sheet.title] = tuple(_rows(sheet, formulas[sheet.title], left))
                left -= sum(len(row.cells) for row in sheets[sheet.title])
        return sheets
    except WorkbookError:
        raise
    except Exception as error:  # the library fails in many ways on a damaged file, none of them documented
        raise WorkbookError(
            _("tệp không đọc được ({reason}); hãy mở bằng Excel rồi lưu lại dạng .xlsx.").format(
                reason=type(error).__name__
            )
        ) from error


def _check_package(data: bytes, name: str) -> None:
    """Refuses by name, size and content list, before anything is unpacked."""
    suffix = PurePath(name).suffix.casefold()
    if suffix in (".xlsm", ".xltm", ".xlsb", ".xls"):
        raise WorkbookError(
            _("tệp dạng {suffix} không được nhận vì có thể chứa macro; hãy lưu lại dạng .xlsx.").format(suffix=suffix)
        )
    if len(data) > MAX_BYTES:
        raise WorkbookError(_("tệp lớn hơn 5 MB; hãy chỉ giữ lại các trang cần nhập."))
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
    except zipfile.BadZipFile:
        raise WorkbookError(
            _("tệp không phải là tệp Excel .xlsx, hoặc có đặt mật khẩu; hãy bỏ mật khẩu và lưu lại dạng .xlsx.")
        ) from None
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise WorkbookError(
            _("nội dung tệp sau khi giải nén lớn hơn 50 MB; hãy chép các bảng sang một tệp mới rồi lưu lại.")
        )
    if any("vbaproject" in entry.filename.casefold() for entry in entries):
        raise WorkbookError(_("tệp có macro nên không được nhận; hãy lưu lại dạng .xlsx không có macro."))


def _rows(values: Any, formulas: Any, most_cells: int) -> Iterator[RawRow]:
    values.reset_dimensions()
    formulas.reset_dimensions()
    for number, (row, written) in enumerate(zip(values.iter_rows(), formulas.iter_rows(), strict=True), 1):
        cells = {i: cell for i, pair in enumerate(zip(row, written, strict=True)) if (cell := _raw(*pair)) is not None}
        if cells and (number > MAX_ROWS or max(cells) >= MAX_COLUMNS):
            raise WorkbookError(
                _("trang «{sheet}» có nội dung quá dòng {rows} hoặc quá cột {columns}; hãy xóa phần thừa.").format(
                    sheet=values.title, rows=format_number(MAX_ROWS), columns=MAX_COLUMNS
                )
            )
        if number > 20 * MAX_ROWS:
            raise WorkbookError(
                _("trang «{sheet}» có quá nhiều dòng; hãy chép bảng sang một tệp mới rồi lưu lại.").format(
                    sheet=values.title
                )
            )
        most_cells -= len(cells)
        if most_cells < 0:
            raise WorkbookError(
                _("tệp có hơn {most} ô có nội dung; hãy chỉ giữ lại các trang cần nhập.").format(
                    most=format_number(MAX_CELLS)
                )
            )
        if cells:
            yield RawRow(number, cells)


def _raw(cell: Any, written: Any) -> RawCell | None:
    if cell.value is None:
        if written.value is None:
            return None
        return RawCell(
            None, _("công thức chưa có kết quả trong tệp; hãy mở tệp bằng Excel, lưu lại, hoặc gõ thẳng giá trị.")
        )
    if cell.data_type == "e":
        return RawCell(None, _("ô báo lỗi {error}; hãy sửa công thức hoặc gõ thẳng giá trị.").format(error=cell.value))
    if isinstance(cell.value, str):
        # Texts pasted from elsewhere may hold carriage returns, which Excel writes as _x000D_.
        text = cell.value.replace("_x000D_", "").strip()
        return RawCell(text) if text else None
    return RawCell(cell.value)


def write_text(text: str) -> str:
    """The text as it stands in a cell: in double quotes when blanks at its ends would be lost, or it has such quotes.

    Raises ValueError for a text that Excel cannot hold.
    """
    if bad := re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|x005F_", text):
        raise ValueError(
            _("chữ {text} có ký tự {bad!r} mà Excel không giữ được; hãy bỏ ký tự này.").format(
                text=cited(text), bad=bad[0]
            )
        )
    result = f'"{text}"' if text != text.strip() or _is_quoted(text) or not text else text
    if len(result) > 32_767:
        raise ValueError(
            _("chữ {text} dài hơn 32.767 ký tự, giới hạn của một ô Excel; hãy rút gọn.").format(text=cited(text))
        )
    return result


def _is_quoted(text: str) -> bool:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return False
    inner = text[1:-1]
    return inner != inner.strip() or not inner or _is_quoted(inner)


def read_text(text: str) -> str:
    """The text that a cell stands for: the opposite of write_text."""
    return text[1:-1] if _is_quoted(text) else text


def write_list(items: Sequence[str]) -> str:
    """Items in one cell, `a; b`; an item with a semicolon, a quote or outer blanks stands in double quotes."""
    return "; ".join(
        item if item and item == item.strip() and not {";", '"'} & set(item) else '"' + item.replace('"', '""') + '"'
        for item in items
    )


def read_list(text: str) -> tuple[str, ...]:
    """The items of a cell: the opposite of write_list. Raises CellError for quotes that do not pair."""
    items: list[str] = []
    position = 0
    while position <= len(text):
        found = _ITEM.match(text, position)
        if found is None:
            raise CellError(
                _("danh sách {text} có dấu ngoặc kép không khớp; hãy viết các mục cách nhau bằng dấu chấm phẩy.")
                .format(text=cited(text))
            )  # fmt: skip
        quoted, bare, end = found.groups()
        if quoted is not None:
            items.append(quoted.replace('""', '"'))
        elif bare:
            items.append(bare)
        position = found.end() if end else len(text) + 1
    return tuple(items)


def is_plain_number(value: float) -> bool:
    """Whether a number cell gives this very number back; others stand as text."""
    if isinstance(value, int):
        return abs(value) < 10**EXCEL_DIGITS
    return not value.is_integer() and float(f"{value:.{EXCEL_DIGITS}g}") == value


def write_number(value: float) -> str:
    """A number as text, with a decimal comma: 2,0 stays a decimal number, 2 a whole one."""
    return repr(value).replace(".", ",")


def parse_number(text: str, *, digits_only: bool = False) -> int | float:
    """The number in a text: 0,6; 60 %; 1.234,5; 0.6.

    digits_only: whether neither percents nor powers of ten are read: a figure is written as it is counted or measured.
    Raises CellError for what is no number or can be read two ways.
    """
    bare = text.translate(_MINUS).strip()
    percent = bare.endswith("%")
    digits = bare.removesuffix("%").rstrip()
    if digits_only and percent:
        raise CellError(
            _("{text} ghi theo phần trăm; hãy ghi số theo đơn vị tính của ô này, không ghi dấu %.").format(
                text=cited(text)
            )
        )
    if digits_only and re.fullmatch(r"[-+]?[\d.,]+[eE][-+]?\d+", digits):
        raise CellError(_("{text} viết kiểu lũy thừa; hãy viết đủ các chữ số, ví dụ 1.234,5.").format(text=cited(text)))
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", digits):
        raise CellError(
            _("{text} có thể hiểu là {whole} hoặc {decimal}; hãy viết rõ bằng dấu phẩy thập phân.").format(
                text=cited(text), whole=digits.replace(".", ""), decimal=digits.replace(".", ",")
            )
        )
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(".", "")
    elif not (_DECIMAL.fullmatch(digits) or _ENGLISH.fullmatch(digits)):
        example = _("7,04 hoặc 1.234,5") if digits_only else _("1,5 hoặc 60 %")
        raise CellError(
            _("{text} không phải là số; hãy viết số, ví dụ {example}.").format(text=cited(text), example=example)
        )
    digits = digits.replace(",", ".")
    if not percent:
        whole = re.fullmatch(r"[-+]?\d+", digits) is not None and len(digits) < 4000
        return int(digits) if whole else _finite(float(digits), text)
    share = float(Decimal(digits) / 100)
    return int(share) if share.is_integer() and "." not in digits else _finite(share, text)


def _finite(number: float, text: str) -> float:
    if isfinite(number):
        return number
    raise CellError(_("{text} quá lớn; hãy viết số thập phân thông thường.").format(text=cited(text)))


def parse_date(text: str) -> dt.date:
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    try:
        if parts:
            return dt.date(int(parts[3]), int(parts[2]), int(parts[1]))
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        pass
    raise CellError(_("{text} không phải là ngày; hãy viết ngày/tháng/năm, ví dụ 15/12/2025.").format(text=cited(text)))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return format_number(value)
    return format_date(value) if isinstance(value, dt.date) else cited(str(value))


def cell_value(column: Column, cell: RawCell) -> object:
    """What a cell holds, as its column asks. Raises CellError with a sentence for anything else."""
    if cell.fault:
        raise CellError(cell.fault)
    match column.kind:
        case "number":
            return _number(cell.value)
        case "date":
            return _date(cell.value)
        case "word":
            return _word(column, cell.value)
        case kind:
            if isinstance(cell.value, str):
                text = read_text(cell.value)
                return list(read_list(text)) if kind == "list" else text
    if kind == "code" and isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        raise CellError(
            _(
                "mã {value} đang là số, nên 4.10 sẽ thành 4,1; hãy đặt định dạng ô là Văn bản (Text) rồi gõ lại mã."
            ).format(value=_shown(cell.value))
        )
    raise CellError(
        _("{value} không phải là chữ; hãy đặt định dạng ô là Văn bản (Text) rồi gõ lại.").format(
            value=_shown(cell.value)
        )
    )


def _number(value: object) -> int | float:
    if isinstance(value, str):
        return parse_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CellError(_("{value} không phải là số; ô này cần một số.").format(value=_shown(value)))
    number = float(f"{value:.{EXCEL_DIGITS}g}") if isinstance(value, float) else value
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _date(value: object) -> dt.date:
    if isinstance(value, str):
        return parse_date(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    raise CellError(_("{value} không phải là ngày; hãy viết ngày/tháng/năm.").format(value=_shown(value)))


def _word(column: Column, value: object) -> str:
    code = column.codes.get(plain(value)) if isinstance(value, str) else None
    if code is None:
        raise CellError(
            _("{value} không có trong danh sách; chỉ nhận: {words}.").format(
                value=_shown(value), words="; ".join(column.words.values())
            )
        )
    return code
