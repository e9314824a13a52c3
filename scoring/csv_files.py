"""INPUTS.csv, UNITS.csv and SCORES.csv of the scoring contract."""

import csv
import io
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from language import _, natural_key
from scoring.compiled import CompiledSet
from scoring.engine import CellState, ScoreBook
from scoring.grid import in_points
from scoring.inputs import Cell, Inputs, read_cells

INPUT_COLUMNS = ("unit", "criterion", "input", "value")
LIST_COLUMNS = ("ranking_list", "ranking_group")
SCORE_COLUMNS = (
    "unit", "node", "points", "max_points", "applicable_max", "converted", "contribution", "rank", "band", "state",
)  # fmt: skip
STATE_NAMES = {
    CellState.SCORED: "scored",
    CellState.MISSING: "missing",
    CellState.NOT_APPLICABLE: "not_applicable",
    CellState.NOT_DUE: "not_due",
    CellState.UNJUDGED: "unjudged",
    CellState.REQUESTED: "requested",
}


@dataclass(frozen=True)
class FileFault:
    """One fault of a file: row from 1 (the header is row 1), column name, a sentence."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.column}: {self.message}"


class FileFaults(ValueError):
    """A file that cannot be used, with every fault."""

    def __init__(self, faults: Sequence[FileFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class _Row:
    line: int
    values: dict[str, str]


def _table(data: bytes, name: str, required: Sequence[str]) -> list[_Row]:
    """Rows of a CSV in UTF-8 whose header has exactly the required columns, in any order. Raises FileFaults."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise FileFaults([FileFault(name, row, "-", _("tệp không phải UTF-8; hãy lưu lại dạng CSV UTF-8."))]) from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise FileFaults([FileFault(name, row, "-", _("tệp có ký tự rỗng (NUL); đây không phải tệp CSV văn bản."))])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    faults: list[FileFault] = []
    rows: list[_Row] = []
    try:
        header = [h.strip() for h in next(reader, [])]
        for column in header:
            if column not in required:
                faults.append(
                    FileFault(
                        name,
                        1,
                        column or "-",
                        _("cột {column!r} không được dùng; tệp cần đúng các cột: {columns}.").format(
                            column=column, columns=", ".join(required)
                        ),
                    )
                )
            elif header.count(column) > 1:
                faults.append(FileFault(name, 1, column, _("cột {column!r} có hai lần.").format(column=column)))
        faults.extend(
            FileFault(
                name,
                1,
                c,
                _("thiếu cột {column!r}; tệp cần đúng các cột: {columns}.").format(
                    column=c, columns=", ".join(required)
                ),
            )
            for c in required
            if c not in header
        )
        if faults:
            raise FileFaults(faults)
        for record in reader:
            if not record:
                continue
            if len(record) != len(header):
                faults.append(
                    FileFault(
                        name,
                        reader.line_num,
                        "-",
                        _("dòng có {n} ô, cần {m} ô; kiểm tra dấu phẩy và dấu ngoặc kép.").format(
                            n=len(record), m=len(header)
                        ),
                    )
                )
                continue
            rows.append(_Row(reader.line_num, dict(zip(header, (v.strip() for v in record), strict=True))))
    except csv.Error as error:
        faults.append(
            FileFault(
                name,
                max(reader.line_num, 1),
                "-",
                _("dòng không đúng dạng CSV ({reason}); kiểm tra dấu ngoặc kép.").format(reason=error),
            )
        )
    if faults:
        raise FileFaults(faults)
    return rows


def _empty_faults(rows: Sequence[_Row], name: str, columns: Sequence[str]) -> Iterator[FileFault]:
    for row in rows:
        for column in columns:
            if not row.values[column]:
                yield FileFault(name, row.line, column, _("ô để trống; cột này bắt buộc."))


def read_units(data: bytes, name: str) -> dict[str, str]:
    """Ranking list of each unit. Raises FileFaults."""
    head = data[:4096].decode("utf-8-sig", "replace").partition("\n")[0]
    column = LIST_COLUMNS[1] if LIST_COLUMNS[1] in head else LIST_COLUMNS[0]
    rows = _table(data, name, ("unit", column))
    faults = list(_empty_faults(rows, name, ("unit", column)))
    lists: dict[str, str] = {}
    for row in rows:
        unit = row.values["unit"]
        if unit in lists:
            faults.append(
                FileFault(
                    name,
                    row.line,
                    "unit",
                    _("đơn vị {unit!r} đã có ở dòng trước; mỗi đơn vị một dòng.").format(unit=unit),
                )
            )
        lists.setdefault(unit, row.values[column])
    if faults:
        raise FileFaults(faults)
    return lists


def read_inputs(compiled: CompiledSet, data: bytes, name: str, units: Sequence[str] | None = None) -> Inputs:
    """Inputs from an INPUTS.csv; units in the given order, or in natural order of their codes. Raises FileFaults."""
    rows = _table(data, name, INPUT_COLUMNS)
    faults = list(_empty_faults(rows, name, INPUT_COLUMNS[:3]))
    cells = [Cell(*(row.values[c] for c in INPUT_COLUMNS)) for row in rows]
    known = tuple(units) if units is not None else tuple(sorted({c.unit for c in cells if c.unit}, key=natural_key))
    inputs, rejections = read_cells(compiled, known, cells)
    blank = {(f.row, f.column) for f in faults}
    for rejection in rejections:
        row = rows[rejection.position]
        if (row.line, rejection.part) not in blank:
            faults.append(FileFault(name, row.line, rejection.part, rejection.message))
    if faults or inputs is None:
        raise FileFaults(sorted(faults, key=lambda f: f.row))
    return inputs


def _exact(value: float | np.floating | NDArray[np.float64]) -> str:
    number = float(value) + 0.0  # a negative zero is written as 0
    return "" if math.isnan(number) else format(number, ".17g")


def score_rows(book: ScoreBook, lists: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Rows of SCORES.csv: per unit every criterion, every group, and TOTAL. lists: ranking list of each unit."""
    groups, compiled = book.criteria_set.groups, book.compiled
    ranks = np.zeros(len(book.units), np.int64)
    group_ranks = np.zeros((len(book.units), len(groups)), np.int64)
    for name in dict.fromkeys(lists):
        members = np.flatnonzero([own == name for own in lists])
        ranks[members], group_ranks[members] = book.ranks(members), book.group_ranks(members)
    points, maxima, contribution = (
        in_points(book.points),
        in_points(book.maxima),
        in_points(book.contribution),
    )
    group_points, group_maxima = in_points(book.group_points), in_points(book.group_maxima)
    group_converted, group_full = in_points(book.group_converted), in_points(book.group_full)
    group_contribution = contribution @ compiled.members
    for u, unit in enumerate(book.units):
        for g, group in enumerate(groups):
            for c in np.flatnonzero(compiled.group == g):
                criterion = book.criteria_set.criteria[c]
                state = CellState(int(book.state[u, c]))
                scored = group.kind == "scored"
                yield (
                    unit, criterion.code, _exact(points[u, c]), _exact(compiled.max_points[c]),
                    _exact(maxima[u, c]) if scored else "", "", _exact(contribution[u, c]) if scored else "",
                    "", "", STATE_NAMES[state],
                )  # fmt: skip
            complete = "complete" if book.group_complete[u, g] else "incomplete"
            if group.kind != "scored":
                yield (
                    unit,
                    group.code,
                    _exact(group_points[u, g]) if group.kind == "adjustment" else "",
                    *[""] * 6,
                    complete,
                )
                continue
            yield (
                unit, group.code, _exact(group_points[u, g]), _exact(group_full[g]), _exact(group_maxima[u, g]),
                _exact(group_converted[u, g]), _exact(group_contribution[u, g]), str(group_ranks[u, g] or ""), "", complete,
            )  # fmt: skip
        band = int(book.band[u])
        yield (
            unit, "TOTAL", _exact(in_points(book.total_points[u])), _exact(in_points(compiled.maxima[compiled.of_kind("scored")].sum())),
            _exact(in_points(book.total_maxima[u])), _exact(in_points(book.total[u])), _exact(in_points(book.base[u])),
            str(ranks[u] or ""), book.criteria_set.bands[band].name.vi if band >= 0 else "",
            "complete" if book.complete[u] else "incomplete",
        )  # fmt: skip


def write_scores(path: Path, book: ScoreBook, lists: Sequence[str]) -> None:
    """Write SCORES.csv whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(SCORE_COLUMNS)
            writer.writerows(score_rows(book, lists))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
