"""Reads workbooks back the way a spreadsheet would."""

from io import BytesIO

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def opened(content: bytes) -> Workbook:
    """The workbook with formulas as they are written, so that a formula would be seen."""
    return openpyxl.load_workbook(BytesIO(content))


def header_row(sheet: Worksheet) -> int:
    """The row of the column headings: the one under which the sheet is frozen."""
    assert isinstance(sheet.freeze_panes, str)
    return int("".join(c for c in sheet.freeze_panes if c.isdigit())) - 1


def table(sheet: Worksheet) -> list[dict[str, object]]:
    """Rows below the header, each as heading -> value."""
    first, *rest = sheet.iter_rows(min_row=header_row(sheet), values_only=True)
    return [dict(zip(map(str, first), row, strict=True)) for row in rest]


def cell(sheet: Worksheet, row: int, heading: str) -> Cell:
    """The cell of a data row (from 0) under a heading."""
    header = header_row(sheet)
    column = [c.value for c in sheet[header]].index(heading) + 1
    found = sheet.cell(header + 1 + row, column)
    assert isinstance(found, Cell)
    return found


def heading_texts(sheet: Worksheet) -> list[str]:
    """The texts above the table."""
    rows = sheet.iter_rows(max_row=header_row(sheet) - 1, values_only=True)
    return [value for row in rows for value in row if isinstance(value, str)]


def print_header(sheet: Worksheet) -> str:
    """What is printed at the top of every page; empty when nothing is."""
    header = sheet.oddHeader
    text = header.center.text if header is not None and header.center is not None else None
    return (text or "").replace("&&", "&")
