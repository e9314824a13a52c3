"""Tables that an office sends, CSV or Excel: opened within limits, their filled rows by line, their cells as they stand."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from criteria.workbook_cells import MAX_BYTES, RawCell, RawRow, WorkbookError, open_workbook
from language import _, fold, format_number
from scoring.csv_files import FileFault, FileFaults

Rows = list[tuple[int, list[object]]]
"""Filled rows with their lines; blank cells are None or empty, and none stand at the end of a row."""
RowsByField = list[tuple[int, dict[str, object]]]
"""Rows below their headings: line, and the cells by field."""


def cell_text(cell: object) -> str:
    """The text of a cell, blanks squeezed; empty for a blank one. Raises ValueError with a sentence for a spoilt one."""
    if isinstance(cell, RawCell):
        raise ValueError(cell.fault)
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def is_blank(cell: object) -> bool:
    """Whether nothing stands in a cell; a formula without a result is something."""
    return not isinstance(cell, RawCell) and not cell_text(cell)


def read_tables(data: bytes, name: str, most_rows: int, *, hidden: bool = False) -> dict[str, Rows]:
    """The tables of an Excel file (.xlsx) by their sheets; that of a CSV under an empty name.

    name: what faults call the file. most_rows: filled rows of a sheet. hidden: whether hidden sheets are read too. A cell with a formula that has no result stands
    as a `RawCell` with its fault. Raises FileFaults for a file that is empty, too large, no workbook, not in UTF-8 or
    no CSV.
    """
    tables = _tables(data, name, most_rows, hidden=hidden)
    if not any(tables.values()):
        message = _("tệp rỗng, không có ô nào được điền; hãy kiểm tra rồi chọn lại tệp.")
        raise FileFaults([FileFault(name, 1, "-", message)])
    return tables


def _tables(data: bytes, name: str, most_rows: int, *, hidden: bool) -> dict[str, Rows]:
    # What has a name of Excel and is none is answered by the one that knows Excel.
    if data.startswith(b"PK") or PurePath(name).suffix.casefold().startswith(".xl"):
        try:
            sheets = open_workbook(data, name, hidden=hidden)
        except WorkbookError as error:
            raise FileFaults([FileFault(name, 1, "-", str(error))]) from None
        return {sheet: _filled(map(_cells, rows), name, most_rows) for sheet, rows in sheets.items()}
    return {"": _filled(_csv_rows(data, name), name, most_rows)}


def _cells(row: RawRow) -> tuple[int, list[object]]:
    cells: list[object] = [None] * (max(row.cells) + 1)
    for place, cell in row.cells.items():
        cells[place] = cell if cell.fault else cell.value
    return row.number, cells


def _csv_rows(data: bytes, name: str) -> Iterator[tuple[int, list[object]]]:
    if len(data) > MAX_BYTES:
        message = _("tệp lớn hơn {most} MB; hãy chỉ giữ lại bảng cần nhập.")
        raise FileFaults([FileFault(name, 1, "-", message.format(most=MAX_BYTES // 1_000_000))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = _("tệp không phải UTF-8; hãy lưu lại dạng CSV UTF-8 hoặc .xlsx.")
        raise FileFaults([FileFault(name, line, "-", message)]) from None
    # Where the decimal sign is a comma, Excel separates with semicolons.
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    records = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        for record in records:
            yield records.line_num, list(record)
    except csv.Error:
        message = _("không đọc được dòng này; hãy kiểm tra dấu ngoặc kép.")
        raise FileFaults([FileFault(name, records.line_num, "-", message)]) from None


def _filled(rows: Iterator[tuple[int, list[object]]], name: str, most_rows: int) -> Rows:
    kept: Rows = []
    for line, cells in rows:
        last = max((place for place, cell in enumerate(cells) if not is_blank(cell)), default=-1)
        if last < 0:
            continue
        if len(kept) == most_rows:
            message = _("bảng có hơn {most} dòng; hãy kiểm tra lại tệp, chỉ giữ lại bảng cần nhập.")
            raise FileFaults([FileFault(name, line, "-", message.format(most=format_number(most_rows)))])
        kept.append((line, cells[: last + 1]))
    return kept


def below_headings(rows: Rows, headings: Mapping[str, str], place: str) -> RowsByField:
    """Rows below the line that holds every heading, as far as one of its columns is filled; other lines may stand above.

    headings: by field. place: what faults call the table. Raises FileFaults when no line holds every heading.
    """
    fields = {fold(heading): field for field, heading in headings.items()}
    for line, cells in rows:
        found = _fields(cells, fields)
        if len(set(found.values())) == len(headings):
            by_field = [(n, {field: c[i] for i, field in found.items() if i < len(c)}) for n, c in rows if n > line]
            return [(n, own) for n, own in by_field if not all(map(is_blank, own.values()))]
    message = _("không tìm thấy dòng tiêu đề; cần đủ các cột: {columns}.").format(columns=", ".join(headings.values()))
    raise FileFaults([FileFault(place, 1, "-", message)])


def _fields(cells: Sequence[object], fields: Mapping[str, str]) -> dict[int, str]:
    texts = ((i, fold(cell_text(cell))) for i, cell in enumerate(cells) if not isinstance(cell, RawCell))
    return {i: fields[text] for i, text in texts if text in fields}
