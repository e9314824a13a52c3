"""A table of national results as the office has it, CSV or Excel: read whole, or refused with every fault."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from criteria.workbook_cells import RawCell
from data.models import INDEX_CODES
from data.office_tables import Rows, cell_text, is_blank, read_tables
from data.reference.national import index_names, province_by_code, province_code, provinces
from language import _, fold, format_number
from scoring.csv_files import FileFault, FileFaults
from scoring.grid import STEPS_PER_POINT
from scoring.national import YearFacts, contradictions, contradicts_total

INDEX_FIELDS = tuple(f"index_{code.lower()}" for code in INDEX_CODES)
_INDEX_COLUMNS = (
    "nhan_thuc_so", "the_che_so", "ha_tang_so", "nhan_luc_so", "an_toan_ttm", "chinh_quyen_so", "kinh_te_so", "xa_hoi_so",
)  # fmt: skip
FIELD_OF_COLUMN: Mapping[str, str] = {
    "rank": "rank",
    **dict(zip(_INDEX_COLUMNS, INDEX_FIELDS, strict=True)),
    "dti": "total",
}
"""Columns that hold values, with the fields they fill."""
COLUMNS = ("year", "rank", "province", *_INDEX_COLUMNS, "dti", "source")
REQUIRED_COLUMNS = ("year", "province", "source")
"""A row without any value needs no source: it says nothing."""
FIRST_YEAR = 2020
"""The national index begins with 2020."""
NEW_WEIGHTS_SINCE = 2021
"""The index of 2020 had another structure, so that its total says nothing about these eight main indices."""


def column_titles() -> dict[str, str]:
    """Headings of the office's table, by the codes that may stand in their place."""
    return {
        "year": _("Năm"),
        "rank": _("Hạng"),
        "province": _("Tỉnh, thành phố"),
        **dict(zip(_INDEX_COLUMNS, index_names().values(), strict=True)),
        "dti": _("Tổng điểm"),
        "source": _("Nguồn"),
    }


_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_THOUSAND_OR_DECIMAL = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
_GRID_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class NationalRow:
    """A row of the table. values: fields that the row gives, ranks as they are, scores in grid steps (1e-9).

    unread: fields that it means to give in cells with a fault.
    """

    line: int
    year: int
    province: str
    values: Mapping[str, int]
    source: str
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NationalTable:
    """A table as it was read, a row for each province and year that it says something of.

    blank: lines that name a province and give no value of it. headings: the columns as the file calls them.
    """

    name: str
    rows: tuple[NationalRow, ...]
    blank: tuple[int, ...]
    headings: Mapping[str, str]

    def fault(self, line: int, column: str, message: str) -> FileFault:
        """A fault at a line and a column; a column that the file does not have is called by its title."""
        return FileFault(self.name, line, self.headings.get(column) or column_titles()[column], message)


@dataclass(frozen=True, slots=True)
class NationalReading:
    """A file as far as it can be read. faults: of its head and cells, and of rows given twice.

    placed: whether every row says of which province and year it is; only then can it be told which of the results that
    are stored it leaves as they are.
    """

    table: NationalTable
    faults: tuple[FileFault, ...]
    placed: bool


@dataclass
class _Reader:
    """A file while its faults are gathered."""

    name: str
    last_year: int
    headings: Mapping[str, str] = field(default_factory=dict)
    faults: list[FileFault] = field(default_factory=list)
    placed: bool = True

    def fault(self, line: int, column: str, message: str) -> None:
        self.faults.append(FileFault(self.name, line, self.headings.get(column, column), message))

    def refuse(self, line: int, column: str, message: str) -> FileFaults:
        self.fault(line, column, message)
        return FileFaults(self.faults)


def _most_rows(reader: _Reader) -> int:
    """Most rows of a table: its head, and every province in every year."""
    return 1 + len(provinces()) * (reader.last_year - FIRST_YEAR + 1)


def _rows(data: bytes, reader: _Reader) -> Rows:
    """The rows of the only table of the file."""
    filled = {sheet: rows for sheet, rows in read_tables(data, reader.name, _most_rows(reader)).items() if rows}
    if len(filled) > 1:
        message = _("tệp có {count} trang tính có nội dung ({names}); cần đúng một trang tính.")
        raise reader.refuse(1, "-", message.format(count=len(filled), names=", ".join(filled)))
    return next(iter(filled.values()), [])


def _header(rows: Rows, reader: _Reader) -> list[str]:
    """The columns of the table by their codes, whether the file calls them by title or by code; empty for unknown ones.

    Raises FileFaults when rows cannot be read by them.
    """
    if not rows:
        raise reader.refuse(1, "-", _("tệp trống; cần dòng tiêu đề và ít nhất một dòng kết quả."))
    line, cells = rows[0]
    titles = column_titles()
    known = {fold(name): column for column, title in titles.items() for name in (column, title)}
    # A formula as a heading is no known column, and is named as one.
    written = ["" if isinstance(cell, RawCell) else cell_text(cell) for cell in cells]
    header = [known.get(fold(name), "") for name in written]
    for name, column in zip(written, header, strict=True):
        if not column:
            message = _("cột {column!r} không được dùng; các cột được dùng: {columns}.")
            reader.fault(line, name or "-", message.format(column=name, columns="; ".join(titles.values())))
    doubled = [column for column in dict.fromkeys(header) if column and header.count(column) > 1]
    for column in doubled:
        names = _(" và ").join(repr(name) for name, own in zip(written, header, strict=True) if own == column)
        reader.fault(line, titles[column], _("cột có hai lần: {names}; hãy giữ lại một.").format(names=names))
    for column in REQUIRED_COLUMNS:
        if column not in header:
            message = _("thiếu cột {title!r} (hoặc {column!r}); cột này bắt buộc.")
            reader.fault(line, titles[column], message.format(title=titles[column], column=column))
    if doubled or not {"year", "province"} <= set(header):
        raise FileFaults(reader.faults)
    reader.headings = {column: name for column, name in zip(header, written, strict=True) if column}
    return header


def _score(cell: object) -> int:
    """A score as grid steps. Raises ValueError with a sentence for everything that is not clearly one from 0 to 1."""
    shown = cell_text(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = Decimal(str(cell))
    elif _THOUSAND_OR_DECIMAL.fullmatch(shown):
        message = _("{value!r} có thể là số nghìn hoặc số thập phân; hãy ghi điểm từ 0 đến 1 với bốn chữ số thập phân.")
        raise ValueError(message.format(value=shown))
    elif _NUMBER.fullmatch(shown):
        number = Decimal(shown.replace(",", "."))
        if -int(number.as_tuple().exponent) > _GRID_DECIMALS:
            message = _("{value!r} có hơn {decimals} chữ số thập phân; hãy ghi đúng như bảng công bố.")
            raise ValueError(message.format(value=shown, decimals=_GRID_DECIMALS))
    else:
        raise ValueError(_("{value!r} không phải là một số; hãy ghi như 0,7353 hoặc 0.7353.").format(value=shown))
    if not 0 <= number <= 1:
        message = _("{value!r} không nằm trong khoảng 0 đến 1; điểm trên thang 1000 phải chia cho 1000.")
        raise ValueError(message.format(value=shown))
    # A number cell is a binary fraction: 0.7353 may arrive as 0.7352999999999999.
    return int((number * STEPS_PER_POINT).to_integral_value())


def _whole(cell: object, least: int, most: int) -> int:
    shown = cell_text(cell)
    if isinstance(cell, bool) or not _WHOLE_NUMBER.fullmatch(shown) or not least <= int(shown) <= most:
        message = _("{value!r} không dùng được; cần một số nguyên từ {least} đến {most}.")
        raise ValueError(message.format(value=shown, least=least, most=most))
    return int(shown)


def _province(cell: object) -> str:
    code = province_code(cell_text(cell))
    if code is None:
        message = _("không có tỉnh, thành phố {name!r} trong 63 tỉnh, thành phố; hãy kiểm tra cách viết.")
        raise ValueError(message.format(name=cell_text(cell)))
    return code


def _read_row(line: int, cells: Mapping[str, object], reader: _Reader) -> NationalRow | None:
    """A row as far as its cells can be read, or None when it does not say of which province and year it is."""
    year, province, source = 0, "", ""
    values: dict[str, int] = {}
    unread: set[str] = set()
    blank = all(is_blank(cells[column]) for column in FIELD_OF_COLUMN if column in cells)
    for column, cell in cells.items():
        filled = not is_blank(cell)
        if not filled and column in REQUIRED_COLUMNS and not (blank and column == "source"):
            reader.fault(line, column, _("ô để trống; cột này bắt buộc."))
        if not filled:
            continue
        try:
            match column:
                case "year":
                    year = _whole(cell, FIRST_YEAR, reader.last_year)
                case "province":
                    province = _province(cell)
                case "rank":
                    values["rank"] = _whole(cell, 1, len(provinces()))
                case "source":
                    source = cell_text(cell)
                case _:
                    values[FIELD_OF_COLUMN[column]] = _score(cell)
        except ValueError as error:
            reader.fault(line, column, str(error))
            unread.update(field for own, field in FIELD_OF_COLUMN.items() if own == column)
    if not year or not province:
        reader.placed = False
        return None
    return NationalRow(line, year, province, values, source, frozenset(unread))


def _cells(line: int, header: Sequence[str], cells: Sequence[object], reader: _Reader) -> dict[str, object] | None:
    if len(cells) > len(header):
        message = _(
            "dòng có {n} ô, tiêu đề có {m} cột; trong tệp CSV ngăn cách bằng dấu phẩy, số có dấu phẩy thập phân phải đặt "
            "trong ngoặc kép."
        )
        reader.fault(line, "-", message.format(n=len(cells), m=len(header)))
        reader.placed = False
        return None
    whole = [*cells, *[None] * (len(header) - len(cells))]
    return {column: cell for column, cell in zip(header, whole, strict=True) if column}


def _one_a_place(rows: Sequence[NationalRow], reader: _Reader) -> Iterator[NationalRow]:
    """The rows; of those that speak of the same province and year one, which gives nothing that can be relied on."""
    given: dict[tuple[int, str], list[NationalRow]] = defaultdict(list)
    for row in rows:
        given[row.year, row.province].append(row)
    for (year, province), own in given.items():
        for row in own[1:]:
            message = _("{name} năm {year} đã có ở dòng {line}; mỗi tỉnh, thành phố một dòng một năm.")
            name = province_by_code()[province].name_vi
            reader.fault(row.line, "province", message.format(name=name, year=year, line=own[0].line))
        yield own[0] if len(own) == 1 else replace(own[0], values={}, unread=frozenset(FIELD_OF_COLUMN.values()))


def total_faults(table: NationalTable, line: int, year: int, values: Mapping[str, int | None]) -> Iterator[FileFault]:
    """A fault when the total differs from the eight weighted main indices by more than 0.0001.

    table, line: where to name it. Source: Quyết định số 922/QĐ-BTTTT; not for 2020, which had other indices.
    """
    parts = [values.get(field) for field in (*INDEX_FIELDS, "total")]
    if year < NEW_WEIGHTS_SINCE or None in parts:
        return
    steps = np.array(parts, float)
    if contradicts_total(steps[None, :-1], steps[-1:])[0]:
        yield table.fault(
            line,
            "dti",
            _("tổng điểm {total} khác tổng có trọng số của tám chỉ số chính quá 0,0001; hãy kiểm tra các điểm.").format(
                total=format_number(float(steps[-1]) / STEPS_PER_POINT)
            ),
        )


def contradiction_faults(
    table: NationalTable,
    year: int,
    values: Mapping[str, Mapping[str, int | None]],
    lines: Mapping[str, int],
    facts: YearFacts,
) -> Iterator[FileFault]:
    """A fault for every contradiction between ranks, scores and facts of a year.

    values: fields of each province that something is known of. lines: line of each province that the file names; a
    contradiction is put on the first of them, one between provinces that the file does not name on the header.
    """
    codes = [province.code for province in provinces()]
    ranks = np.array([values.get(code, {}).get("rank") or 0 for code in codes], np.int64)
    totals = [values.get(code, {}).get("total") for code in codes]
    scores = np.array([np.nan if total is None else total for total in totals], float)
    names = [province.name_vi for province in provinces()]
    for found in contradictions(ranks, scores, facts, names):
        concerned = [lines[codes[row]] for row in found.rows if codes[row] in lines]
        message = _("năm {year}: {message}").format(year=year, message=found.message)
        yield table.fault(min(concerned, default=1), "rank" if found.rows else "dti", message)


def faults_inside(table: NationalTable) -> Iterator[FileFault]:
    """A fault for everything that the rows of a table say against each other."""
    years: dict[int, dict[str, NationalRow]] = defaultdict(dict)
    for row in table.rows:
        yield from total_faults(table, row.line, row.year, row.values)
        years[row.year][row.province] = row
    for year, rows in sorted(years.items()):
        values = {province: row.values for province, row in rows.items()}
        lines = {province: row.line for province, row in rows.items()}
        yield from contradiction_faults(table, year, values, lines, YearFacts(len(provinces())))


def examine(data: bytes, name: str, last_year: int) -> NationalReading:
    """What a CSV (UTF-8, comma or semicolon) or Excel (.xlsx) file says, with every fault of its head and cells.

    A heading is the Vietnamese title of its column or its code, capitals and diacritics aside. name: what faults call the
    file. last_year: the last year whose result can be known, the one before the current. An empty cell and an absent
    column are values that the table does not give. Raises FileFaults when rows cannot be read at all: no table, a column
    twice, no column of years or provinces.
    """
    reader = _Reader(name, last_year)
    rows = _rows(data, reader)
    header = _header(rows, reader)
    read: list[NationalRow] = []
    for line, cells in rows[1:]:
        by_column = _cells(line, header, cells, reader)
        row = _read_row(line, by_column, reader) if by_column is not None else None
        if row is not None:
            read.append(row)
    telling = tuple(_one_a_place([row for row in read if row.values or row.unread], reader))
    blank = tuple(row.line for row in read if not row.values and not row.unread)
    if not telling and not reader.faults:
        reader.fault(1, "-", _("tệp không có kết quả nào; cần ít nhất một dòng có thứ hạng hoặc điểm."))
    return NationalReading(NationalTable(name, telling, blank, reader.headings), tuple(reader.faults), reader.placed)


def refuse_faulty(faults: Iterable[FileFault]) -> None:
    """Raises FileFaults with the faults by line, when there is one."""
    found = sorted(faults, key=lambda fault: fault.row)
    if found:
        raise FileFaults(found)


def read_national(data: bytes, name: str, last_year: int) -> NationalTable:
    """A table of national results that is sound by itself. Arguments as of `examine`.

    Raises FileFaults with every fault by row and column: unknown columns and provinces, ranks outside 1 to 63, scores
    outside 0 to 1 or in a form that can be read in two ways, formulas without a result, rows given twice, totals against
    the eight indices, ranks against scores.
    """
    reading = examine(data, name, last_year)
    refuse_faulty((*reading.faults, *faults_inside(reading.table)))
    return reading.table
