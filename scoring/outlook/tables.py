"""Published tables in, forecasts out: the files of `python -m scoring outlook`."""

import csv
import io
import math
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from language import _, format_number
from scoring.csv_files import FileFault, FileFaults, _Row, _table
from scoring.outlook.bounds import published_places
from scoring.outlook.forecast import TOP, Forecast
from scoring.outlook.history import Contradiction, History, YearResults

PUBLISHED_COLUMNS = ("year", "rank", "province", "dti")
NATIONAL_COLUMNS = ("year", "units", "mean", "minimum_at_least", "units_above_mean")
SCORE_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
RANK_QUANTILES = (0.05, 0.5, 0.95)
LINE_QUANTILES = (0.05, 0.5, 0.95)
PROVINCE_COLUMNS = (
    "province", "score_p05", "score_p25", "score_p50", "score_p75", "score_p95", "rank_p05", "rank_p50", "rank_p95",
    "p_top15",
)  # fmt: skip
LINE_COLUMNS = ("rank", "score_p05", "score_p50", "score_p95")
FEWEST_PROVINCES = 2
MOST_PROVINCES = 1_000
"""A number of provinces above it is taken for a slip and refused by row, not drawn."""


def _rows(data: bytes, name: str, needed: Sequence[str]) -> list[_Row]:
    """Rows of a table that has the needed columns; further named columns are read over. Raises FileFaults."""
    head = next(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline="")), [])
    return _table(data, name, tuple(dict.fromkeys([*needed, *(column.strip() for column in head if column.strip())])))


class _Cells:
    """Reads the cells of one file and gathers the faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[FileFault] = []

    def fault(self, row: _Row, column: str, message: str) -> None:
        self.faults.append(FileFault(self.name, row.line, column, message))

    def whole(self, row: _Row, column: str, least: int, most: int | None = None) -> int | None:
        """A whole number, at most the number of provinces where `most` is given; None for an empty cell or a fault."""
        text = row.values[column]
        if not text:
            return None
        if _is_whole(text) and least <= int(text) <= (int(text) if most is None else most):
            return int(text)
        wanted = (
            _("số nguyên từ {least} trở lên").format(least=least)
            if most is None
            else _("số nguyên từ {least} đến số tỉnh, là {most}").format(least=least, most=most)
        )
        self.fault(row, column, _("{text!r} không dùng được; cần {wanted}.").format(text=text, wanted=wanted))
        return None

    def share(self, row: _Row, column: str) -> float | None:
        """A number from 0 to 1; None for an empty cell, or for a fault."""
        text = row.values[column]
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if 0 <= value <= 1:
            return value
        message = _("{text!r} không dùng được; cần một số từ 0 đến 1, dấu thập phân là dấu chấm.").format(text=text)
        self.fault(row, column, message)
        return None

    def required_year(self, row: _Row) -> int | None:
        """The year of a row; None for a fault."""
        if not row.values["year"]:
            self.fault(row, "year", _("ô để trống; cột này bắt buộc."))
        return self.whole(row, "year", 1)


class _Reader:
    """Both tables as they are read; nothing later than the last year but the names of the provinces."""

    def __init__(self, published: bytes, published_name: str, national: bytes | None, national_name: str) -> None:
        self.published, self.national = _Cells(published_name), _Cells(national_name)
        self._published_rows = _rows(published, published_name, PUBLISHED_COLUMNS)
        self._national_rows = [] if national is None else _rows(national, national_name, NATIONAL_COLUMNS)
        self.line_of: dict[tuple[int, str], int] = {}
        self.national_line_of: dict[int, int] = {}
        self._count = 0

    def read(self, last_year: int | None) -> History:
        provinces = self._provinces()
        self._count = max(len(provinces), self._units(last_year))
        by_year: dict[int, YearResults] = {}
        for row in self._published_rows:
            year = self.published.required_year(row)
            if year is not None and _until(year, last_year) and row.values["province"]:
                self._read_result(row, by_year.setdefault(year, _empty(year, self._count)), provinces)
        if last_year is not None and last_year not in by_year:
            message = _("không có dòng nào của năm gốc {year}.").format(year=last_year)
            self.published.faults.append(FileFault(self.published.name, 1, "year", message))
        for row in self._national_rows:
            year = self.national.required_year(row)
            if year is not None and _until(year, last_year):
                self._read_national(row, by_year, year, len(provinces))
        self._refuse()
        history = History.of(list(provinces), list(by_year.values()), self._count - len(provinces))
        self._check(history)
        return history

    def _provinces(self) -> dict[str, int]:
        names: dict[str, int] = {}
        for row in self._published_rows:
            if row.values["province"]:
                names.setdefault(_name(row), len(names))
            else:
                self.published.fault(row, "province", _("ô để trống; cột này bắt buộc."))
        if len(names) < FEWEST_PROVINCES:
            message = _("tệp nêu tên {n} tỉnh; cần ít nhất {least}.").format(n=len(names), least=FEWEST_PROVINCES)
            self.published.faults.append(FileFault(self.published.name, 1, "province", message))
        return names

    def _units(self, last_year: int | None) -> int:
        """The number of provinces in the last year that may be used and says it; 0 where none does."""
        said: dict[int, int] = {}
        for row in self._national_rows:
            year, units = row.values["year"], row.values["units"]
            if _is_whole(year) and _is_whole(units) and _until(int(year), last_year):
                said[int(year)] = int(units)
        return min(said[max(said)], MOST_PROVINCES) if said else 0

    def _read_result(self, row: _Row, results: YearResults, provinces: dict[str, int]) -> None:
        name = _name(row)
        if (results.year, name) in self.line_of:
            message = _("{name!r} đã có một dòng của năm {year}; mỗi tỉnh một dòng một năm.").format(
                name=name, year=results.year
            )
            self.published.fault(row, "province", message)
            return
        self.line_of[results.year, name] = row.line
        rank, score = self.published.whole(row, "rank", 1, self._count), self.published.share(row, "dti")
        results.ranks[provinces[name]] = rank or 0
        results.scores[provinces[name]] = np.nan if score is None else score

    def _read_national(self, row: _Row, by_year: dict[int, YearResults], year: int, named: int) -> None:
        if year in self.national_line_of:
            self.national.fault(row, "year", _("năm {year} đã có ở dòng trước; mỗi năm một dòng.").format(year=year))
            return
        self.national_line_of[year] = row.line
        units = self.national.whole(row, "units", 1)
        if units is not None and units != self._count:
            message = _(
                "bảng toàn quốc nói {units} tỉnh, trái với {count} tỉnh của năm cuối được dùng hoặc {named} tỉnh có tên "
                "trong bảng kết quả; kiểm tra lại."
            ).format(units=units, count=self._count, named=named)
            self.national.fault(row, "units", message)
        results = by_year.get(year) or _empty(year, self._count)
        by_year[year] = YearResults(
            year,
            results.ranks,
            results.scores,
            self.national.share(row, "mean"),
            self.national.share(row, "minimum_at_least"),
            self.national.whole(row, "units_above_mean", 0, self._count),
        )

    def _refuse(self) -> None:
        faults = [*self.published.faults, *self.national.faults]
        if faults:
            raise FileFaults(faults)

    def _check(self, history: History) -> None:
        """Published facts of each year must be able to hold together."""
        faults: list[FileFault] = []
        for results in history.years:
            try:
                published_places(results, history.provinces)
            except Contradiction as found:
                faults.append(self._located(found))
        if faults:
            raise FileFaults(faults)

    def _located(self, found: Contradiction) -> FileFault:
        if found.column in NATIONAL_COLUMNS:
            return FileFault(self.national.name, self.national_line_of[found.year], found.column, str(found))
        line = self.line_of.get((found.year, found.province or ""), 1)
        return FileFault(self.published.name, line, found.column, str(found))


def _is_whole(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def _until(year: int, last_year: int | None) -> bool:
    return last_year is None or year <= last_year


def _name(row: _Row) -> str:
    return unicodedata.normalize("NFC", row.values["province"])


def _empty(year: int, count: int) -> YearResults:
    return YearResults(year, np.zeros(count, np.int64), np.full(count, np.nan))


def read_history(
    published: bytes, published_name: str, national: bytes | None, national_name: str, last_year: int | None = None
) -> History:
    """Published results up to the last year that may be used; the provinces are all that the table names in any year.

    Where the national table counts more provinces than are named, the rest take part without a name.

    Of later years nothing but the names is read; without a last year everything is. Raises FileFaults with every fault by row and column, and with the
    published facts that contradict each other.
    """
    return _Reader(published, published_name, national, national_name).read(last_year)


def _number(value: float) -> str:
    return f"{value:.6f}"


def province_rows(forecast: Forecast) -> Iterator[tuple[str, ...]]:
    """Rows of provinces.csv, in the order of the names."""
    scores, ranks = forecast.score_quantiles(SCORE_QUANTILES), forecast.rank_quantiles(RANK_QUANTILES)
    chance = forecast.chance(TOP)
    for i, name in enumerate(forecast.question.history.provinces):
        yield (name, *map(_number, scores[:, i]), *map(str, ranks[:, i]), _number(chance[i]))


def line_rows(forecast: Forecast) -> Iterator[tuple[str, ...]]:
    """Rows of line.csv: the score that stands on each rank."""
    for place, scores in enumerate(forecast.line_quantiles(LINE_QUANTILES).T, start=1):
        yield (str(place), *map(_number, scores))


def write_forecast(folder: Path, forecast: Forecast) -> None:
    """Writes provinces.csv and line.csv, each whole or not at all; the folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "provinces.csv", PROVINCE_COLUMNS, province_rows(forecast))
    _write(folder / "line.csv", LINE_COLUMNS, line_rows(forecast))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def basis(forecast: Forecast) -> str:
    """What the forecast rests on, in one sentence."""
    question = forecast.question
    return _(
        "Ước tính cho năm {target} từ kết quả đến năm {base}: {totals} trên {provinces} tổng điểm năm {base} được công "
        "bố, {changes} lần thay đổi mức chung giữa hai năm liền nhau; {draws} lần mô phỏng."
    ).format(
        target=question.target_year,
        base=question.base_year,
        totals=question.base_totals,
        provinces=question.history.count,
        changes=len(question.movement().changes),
        draws=format_number(forecast.draws),
    )
