"""The history as a workbook: both results side by side, each under its own mark."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assessment.history import LevelHistory, level_history, rescored, unit_history
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.units_in_time import UnitsInTime
from data.database import read_session
from data.lineage import successions, unit_spans
from data.repositories import periods
from data.settings import Settings
from data.setup import prepare_database
from reports.history import changes_in_words, comparable_years, history_workbook, unit_file_name
from tests.assessment.years import MONTHS, bring_in
from tests.reports.reading import opened


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[tuple[LevelSnapshot, ...], UnitsInTime]]:
    """The office's districts of 2023, 2024 and March 2025, and all units of all times."""
    folder: Path = tmp_path_factory.mktemp("years")
    engine = prepare_database(Settings(database_url="", dti_folder=folder), demonstration=False)
    for year in MONTHS:
        bring_in(engine, year)
    with read_session(engine) as session:
        found = sorted(periods(session), key=lambda p: p.year)
        snapshots = tuple(level_snapshot(session, p, "district", MONTHS[p.year]) for p in found)
        yield snapshots, UnitsInTime(unit_spans(session), successions(session))
    engine.dispose()


def _cells(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """All cells of a workbook, by sheet."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened(content).worksheets}


def _lines(rows: list[tuple[object, ...]]) -> list[str]:
    return ["|".join("" if cell is None else str(cell) for cell in row) for row in rows]


def _history(years: tuple[tuple[LevelSnapshot, ...], UnitsInTime]) -> LevelHistory:
    snapshots, units = years
    return level_history(snapshots[-1].period, "districts", snapshots, units)


def test_workbook_of_a_list(years: tuple[tuple[LevelSnapshot, ...], UnitsInTime]) -> None:
    history = _history(years)
    again = [rescored(y.snapshot, history.chosen.snapshot.criteria_set, "districts") for y in history.other_rules]
    sheets = _cells(history_workbook(history, years[1], again))
    assert list(sheets) == [
        "Các năm",
        "Chỉ số chính",
        "2023 chấm lại",
        "2024 chấm lại",
        "2023 chuyển số liệu",
        "2024 chuyển số liệu",
        "Đơn vị qua thời gian",
    ]
    whole = _lines(sheets["Các năm"])
    assert any(row.startswith("Huyện Long Đất|12/2024|Huyện Long Điền|80|1|3|") for row in whole)
    assert any(row.endswith("rieng 2.0|khác bộ chỉ số: không so sánh trực tiếp") for row in whole)
    # A unit without figures has no 0.
    assert any(row.startswith("Huyện Côn Đảo|12/2024|Huyện Côn Đảo|||3|") for row in whole)
    second = _lines(sheets["2024 chấm lại"])
    assert any(row.startswith("Huyện Long Điền|80|1|70|70|100|1|") for row in second)
    assert any("chấm lại theo bộ rieng 2.0" in row for row in second[:2])
    lost = _lines(sheets["2024 chuyển số liệu"])
    assert any(row.startswith("CQ.2|") and "không chuyển được" in row and "bộ cũ không có" in row for row in lost)
    assert any(row.startswith("CQ.1|") and "bộ mới không dùng" in row for row in lost)


def test_workbook_of_a_unit_holds_its_predecessors(years: tuple[tuple[LevelSnapshot, ...], UnitsInTime]) -> None:
    history, (snapshots, units) = _history(years), years
    last = snapshots[-1]
    unit = unit_history(last.units[last.row_of["753"]], last.period.unit_date, "districts", snapshots, units)
    sheets = _cells(history_workbook(history, units, (), unit))
    months = [row for row in sheets["Các tháng"] if len(row) > 2 and row[1] in ("12/2023", "12/2024", "03/2025")]
    assert [(row[0], row[1], row[2]) for row in months] == [
        ("Huyện Long Đất", "03/2025", 75),
        ("Huyện Long Điền", "12/2023", 50),
        ("Huyện Long Điền", "12/2024", 80),
        ("Huyện Đất Đỏ", "12/2023", 100),
        ("Huyện Đất Đỏ", "12/2024", 70),
    ]
    assert unit_file_name(history, unit) == "lich-su_huyen-long-dat_2025-03.xlsx"


def test_words(years: tuple[tuple[LevelSnapshot, ...], UnitsInTime]) -> None:
    history = _history(years)
    assert comparable_years(history) == (
        "Kỳ «Năm 2025, số liệu của cơ quan» chấm theo bộ rieng 2.0; năm 2023 chấm theo bộ rieng 1.0, "
        "năm 2024 chấm theo bộ rieng 1.0: khác bộ chỉ số, không so sánh trực tiếp."
    )
    assert changes_in_words(history.changes, years[1]) == (
        "01/01/2025: Huyện Long Điền, Huyện Đất Đỏ sáp nhập thành Huyện Long Đất (Nghị quyết số 1256/NQ-UBTVQH15).",
        "01/03/2025: Thị xã Phú Mỹ đổi tên thành Thành phố Phú Mỹ (Nghị quyết số 1365/NQ-UBTVQH15).",
    )
