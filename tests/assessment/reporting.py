"""A small period in which units report, for the tests of the files that they and the office send."""

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assessment.drafts import Change, SaveReport, drafts, save_drafts
from assessment.entries import entry_list
from assessment.importing import ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.report_form import ReportForm, report_form, report_terms
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import ReportPlace
from data.database import draft_session, read_session
from data.lineage import UnitKey
from data.models import AuditChange, AuditEntry
from data.repositories import periods
from data.settings import Settings
from tests.data.databases import reference_alone

SET = """
id: rieng-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: CQ
    name: Chính quyền số
    criteria:
      - {code: CQ.1, name: Hồ sơ trực tuyến, max_points: 40, rule: {type: ratio, full_at: 0.8}, inputs: {a: {name: Hồ sơ trực tuyến, unit: hồ sơ, explain: Theo Cổng dịch vụ công, fact: dossiers_online}, b: {name: Hồ sơ, unit: hồ sơ, fact: dossiers}}}
      - {code: CQ.2, name: Hồ sơ đúng hạn, max_points: 20, rule: {type: ratio}, inputs: {b: {name: Hồ sơ, fact: dossiers}}}
  - code: TC
    name: Thể chế số
    criteria:
      - {code: TC.1, name: Có kế hoạch, max_points: 20, rule: {type: yes_no}}
      - {code: TC.2, name: Ngày ban hành, max_points: 10, rule: {type: deadline, due: 2024-06-15, lose_per_day: 0.1}}
      - {code: TC.3, name: Trưởng ban, max_points: 10, rule: {type: choice, options: {head: 1, deputy: 0.5, none: 0}}, inputs: {value: {name: Ai làm Trưởng ban, options: {head: "Người đứng đầu, trực tiếp", deputy: Cấp phó, none: Chưa có}}}}
"""
FIRST = b"unit,criterion,input,value\n747,CQ.1,a,30\n747,CQ.1,b,100\n747,CQ.2,b,100\n748,TC.1,value,no\n"
NOW = dt.datetime(2024, 12, 12, 3, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=5)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE, account_id=1)


def open_office(settings: Settings, criteria: str = SET, figures: bytes = FIRST) -> Engine:
    """The office's period of 2024 with some figures of Vũng Tàu (747) and Bà Rịa (748), December open."""
    engine = reference_alone(settings)
    request = ImportRequest("district", 2024, 12, figures, "t.csv", criteria.encode(), "s.yaml")
    import_inputs(engine, OFFICE, request, NOW)
    return engine


def last_lines(engine: Engine) -> list[tuple[str, str | None, str | None]]:
    """The lines of the log's last entry: what, from, to."""
    with read_session(engine) as session:
        newest = session.scalar(select(func.max(AuditEntry.id)))
        query = select(AuditChange.place, AuditChange.before, AuditChange.after).where(AuditChange.entry_id == newest)
        return [(place, before, after) for place, before, after in session.execute(query.order_by(AuditChange.line))]


def snapshot_in(session: Session) -> LevelSnapshot:
    """The districts at December."""
    return level_snapshot(session, periods(session)[0], "district", 12)


def snapshot_of(engine: Engine) -> LevelSnapshot:
    """The districts at December."""
    with read_session(engine) as session:
        return snapshot_in(session)


def place_of(engine: Engine, code: str) -> ReportPlace:
    """The report of a district."""
    snapshot = snapshot_of(engine)
    unit = snapshot.units[snapshot.row_of[code]]
    return ReportPlace(snapshot.period.id, UnitKey(unit.code, unit.valid_from))


def clerk(place: ReportPlace) -> Identity:
    """The clerk of a unit."""
    return Identity(f"nhap-{place.unit.code}", Role.DATA_ENTRY, unit=place.unit, account_id=7)


def head(place: ReportPlace) -> Identity:
    """The head of a unit."""
    return Identity(f"lanh-dao-{place.unit.code}", Role.UNIT_LEADER, unit=place.unit, account_id=8)


def form_of(engine: Engine, place: ReportPlace, identity: Identity | None = None) -> ReportForm:
    """The form of a unit as it stands now."""
    with read_session(engine) as session:
        terms, today = report_terms(session, place.period_id), dt.date(2024, 12, 12)
        return report_form(session, identity or clerk(place), place, snapshot_in(session), terms, today)


def type_in(engine: Engine, place: ReportPlace, texts: dict[str, str], now: dt.datetime = NOW) -> SaveReport:
    """The clerk types on screen, over whatever stands there."""
    entries = entry_list(snapshot_of(engine).book.compiled)
    with draft_session(engine) as session:
        own = drafts(session, clerk(place), place)
        changes = [Change(code, text, own[code].version if code in own else 0) for code, text in texts.items()]
        return save_drafts(session, clerk(place), place, entries, changes, now)


def edited(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook after somebody has worked in it and saved it."""
    book, file = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    change(book)
    book.save(file)
    return file.getvalue()


def plain_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell that is not merged into another."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def cell_of(book: openpyxl.Workbook, code: str, title: str = "Giá trị") -> Cell:
    """The cell of a line, by its code, in the column with this title."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            titles = {str(c.value): place for place, c in enumerate(row, 1)}
            if "Mã" in titles and title in titles:
                for line in range(1, sheet.max_row + 1):
                    if sheet.cell(line, titles["Mã"]).value == code:
                        return plain_cell(sheet, line, titles[title])
    raise KeyError(code)
