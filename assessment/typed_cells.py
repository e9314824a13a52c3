"""A cell of a table that somebody sent, read as the form reads what is typed."""

import datetime as dt
from math import isfinite

from assessment.entries import LONGEST, Entry, option_of, read_value, written
from criteria.workbook_cells import EXCEL_DIGITS, RawCell
from data.office_tables import cell_text
from language import _
from scoring.compiled import InputKind
from scoring.inputs import NO, YES, ValueFault


def typed_text(entry: Entry, cell: object) -> str:
    """What a cell says, as somebody would type it for an entry that is no request; empty for a blank cell.

    Raises ValueFault with a sentence for what the entry cannot hold: a formula without a result, a date where a number
    is asked, a number that can be read in two ways.
    """
    assert entry.column is not None
    if isinstance(cell, RawCell):
        raise ValueFault(cell.fault)
    text = _text(entry, cell)
    if len(text) > LONGEST:
        raise ValueFault(_("nội dung dài hơn {most} ký tự; hãy viết gọn.").format(most=LONGEST))
    if text.startswith("="):
        raise ValueFault(_("công thức đang là chữ nên không có kết quả; hãy gõ thẳng giá trị."))
    if text:
        read_value(entry.column, text)
    return text


def _text(entry: Entry, cell: object) -> str:
    column = entry.column
    assert column is not None
    match cell:
        case bool():
            return written(column, "yes" if cell else "no") if column.kind is InputKind.YES_NO else str(cell).upper()
        case dt.datetime() | dt.date():
            if column.kind is not InputKind.DATE:
                raise ValueFault(_("ô là ngày {day}; ở đây không ghi ngày.").format(day=f"{cell:%d/%m/%Y}"))
            return f"{cell:%d/%m/%Y}"
        case int() | float():
            return _number(entry, cell)
        case _:
            return _as_chosen(entry, cell_text(cell))


def _number(entry: Entry, cell: float) -> str:
    assert entry.column is not None
    if entry.column.kind is InputKind.DATE:
        raise ValueFault(_("ô là số; hãy ghi ngày/tháng/năm, ví dụ 15/12/2024."))
    if not isfinite(cell):
        raise ValueFault(_("ô không phải là một số hữu hạn; hãy ghi một số."))
    # Digits behind the last that Excel keeps are noise of a formula.
    number = float(f"{cell:.{EXCEL_DIGITS}g}")
    return _as_chosen(entry, written(entry.column, number))


def _as_chosen(entry: Entry, text: str) -> str:
    """A word or an option as the form keeps it; other texts as they are."""
    assert entry.column is not None
    if entry.column.kind is InputKind.OPTION and text:
        return option_of(entry, text)
    if entry.column.kind is InputKind.YES_NO and text.casefold() in YES | NO:
        return written(entry.column, "yes" if text.casefold() in YES else "no")
    return text


def same_value(entry: Entry, one: str, other: str) -> bool:
    """Whether two texts say the same for an entry: 40 and 40,0; an option and its name. Texts that cannot be read, as texts."""
    assert entry.column is not None
    one, other = _as_chosen(entry, one.strip()), _as_chosen(entry, other.strip())
    if one == other or not one or not other:
        return one == other
    try:
        return read_value(entry.column, one) == read_value(entry.column, other)
    except ValueFault:
        return False
