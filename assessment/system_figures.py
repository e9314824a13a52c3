"""One table of a source system fills an entry for all units of a level at once: checked, compared, stored whole."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.drafts import input_value, with_texts
from assessment.entries import Entry, entry_name, read_value
from assessment.permissions import Action, Identity, permit, permitted
from assessment.publication import permit_period
from assessment.report_form import stored_text
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import OPEN, SubmissionRefusedError, open_month, submissions, untouched
from assessment.typed_cells import same_value, typed_text
from data.audit import Change, Deed
from data.lineage import UnitKey
from data.models import Draft, InputOrigin, PeriodState
from data.office_tables import RowsByField, below_headings, cell_text, is_blank, read_tables
from data.repositories import UnitRecord, periods, store_inputs
from language import _, cited
from scoring.csv_files import FileFault, FileFaults
from scoring.inputs import ValueFault

MOST_ROWS = 2_000
UNSEEN = "…"
"""Stands for what a unit is typing, for whoever may not read it."""


FigureAction = Literal[Action.IMPORT_SYSTEM_FIGURES, Action.SUPPLY_FIGURES]
"""By which right somebody puts figures in for all units."""
_DEEDS: Mapping[FigureAction, Deed] = {
    Action.IMPORT_SYSTEM_FIGURES: Deed.IMPORT_SYSTEM_FIGURES,
    Action.SUPPLY_FIGURES: Deed.SUPPLY_FIGURES,
}


def figure_columns() -> dict[str, str]:
    """Headings of the file, by field; other columns may stand beside them."""
    return {"unit": _("Mã đơn vị"), "value": _("Giá trị")}


@dataclass(frozen=True)
class SystemTable:
    """A table that has been read: what it says of an entry, by unit code. blank: units that it names without a value.

    name: of its file; empty for one that was typed on the screen.
    """

    name: str
    level: str
    entry: str
    figures: Mapping[str, str]
    blank: tuple[str, ...]


def read_figures(data: bytes, name: str, snapshot: LevelSnapshot, entry: Entry) -> SystemTable:
    """The figures of a file, CSV or Excel, for an entry of the units of a level. name: of the file.

    Raises FileFaults with every fault by line and column: a unit that the level does not have or that stands there
    twice, a value that the entry cannot hold, or one that contradicts another figure of the unit.
    """
    tables = {sheet: rows for sheet, rows in read_tables(data, name, MOST_ROWS).items() if rows}
    if len(tables) != 1:
        message = _("tệp có {n} trang có nội dung; hãy chỉ để một trang với bảng cần nạp.")
        raise FileFaults([FileFault(name, 1, "-", message.format(n=len(tables)))])
    rows = below_headings(next(iter(tables.values())), figure_columns(), name)
    if not rows:
        raise FileFaults([FileFault(name, 1, "-", _("tệp không có dòng số liệu nào dưới dòng tiêu đề."))])
    return _read(rows, name, snapshot, entry)


def read_typed(cells: Mapping[str, str], snapshot: LevelSnapshot, entry: Entry) -> SystemTable:
    """What was typed or pasted for an entry, by unit code; its lines are counted from 1.

    Raises FileFaults as `read_figures`.
    """
    rows: RowsByField = [(line, {"unit": unit, "value": text}) for line, (unit, text) in enumerate(cells.items(), 1)]
    return _read(rows, "", snapshot, entry)


def _read(rows: RowsByField, name: str, snapshot: LevelSnapshot, entry: Entry) -> SystemTable:
    reading = _Reading(name, snapshot, entry)
    reading.rows(rows)
    if not reading.faults:
        reading.faults += list(_contradictions(reading, snapshot))
    if reading.faults:
        raise FileFaults(reading.faults)
    return SystemTable(name, snapshot.level, entry.code, reading.figures, tuple(reading.blank))


class _Reading:
    """A table while it is read."""

    def __init__(self, name: str, snapshot: LevelSnapshot, entry: Entry) -> None:
        self.name, self.snapshot, self.entry = name, snapshot, entry
        self.figures: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.blank: list[str] = []
        self.faults: list[FileFault] = []

    def fault(self, line: int, field: str, message: str) -> None:
        """Notes a fault."""
        self.faults.append(FileFault(self.name, line, figure_columns()[field], message))

    def rows(self, rows: RowsByField) -> None:
        """Reads every row."""
        for line, cells in rows:
            try:
                unit = self._unit(cells.get("unit"))
            except ValueError as error:
                self.fault(line, "unit", str(error))
                continue
            if unit in self.lines:
                message = _("đơn vị {unit} đã có ở dòng {line}; hãy giữ lại một dòng.")
                self.fault(line, "unit", message.format(unit=unit, line=self.lines[unit]))
                continue
            self.lines[unit] = line
            cell = cells.get("value")
            if is_blank(cell):
                self.blank.append(unit)
                continue
            try:
                self.figures[unit] = typed_text(self.entry, cell)
            except ValueFault as fault:
                self.fault(line, "value", str(fault))

    def _unit(self, cell: object) -> str:
        """The unit that a cell names by its code. Raises ValueError with a sentence."""
        shown = cell_text(cell)
        if not shown:
            raise ValueError(_("ô để trống; cần mã đơn vị."))
        # Excel turns the code 026 into the number 26.
        for code in (shown, shown.zfill(3), shown.zfill(5)):
            if code in self.snapshot.row_of:
                return code
        raise ValueError(_("cấp này không có đơn vị mang mã {code}; hãy kiểm tra mã.").format(code=cited(shown)))


def _contradictions(reading: _Reading, snapshot: LevelSnapshot) -> Iterator[FileFault]:
    """Values above the total of which they are a part, or below a part of them, as far as the file makes them so."""
    before = set(snapshot.inputs.over_faults())
    texts = ((unit, reading.entry, text) for unit, text in reading.figures.items())
    for found in with_texts(snapshot, texts).over_faults():
        row, column, message = found
        unit = snapshot.units[row].code
        if unit in reading.figures and found not in before:
            where = _("chỉ số {code}: ").format(code=snapshot.book.compiled.columns[column].code)
            yield FileFault(reading.name, reading.lines[unit], figure_columns()["value"], where + message)


# What it would change


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A unit whose figure a table would change. now: what is stored; typed: what the unit is typing, None for nothing.

    was_system: whether what is stored comes from a source system already. state: where the unit's report stands.
    """

    unit: UnitRecord
    now: str
    typed: str | None
    was_system: bool
    state: PeriodState
    new: str


@dataclass(frozen=True)
class FigureDifference:
    """What a table would change. absent: units of the level that it says nothing of; waived: not applicable to them."""

    changes: tuple[FigureChange, ...]
    unchanged: int
    absent: tuple[UnitRecord, ...]
    waived: tuple[UnitRecord, ...]


def figure_difference(
    session: Session,
    identity: Identity,
    snapshot: LevelSnapshot,
    entry: Entry,
    table: SystemTable,
    action: FigureAction = Action.IMPORT_SYSTEM_FIGURES,
) -> FigureDifference:
    """What a table would change, unit by unit in the order of the level. What units type, only who may read it sees.

    action: what the identity wants to do with the figure. Raises PermissionError for whoever may not: everybody but the
    office, and for supplying a figure everybody but the office and suppliers of an agency that verifies it.
    """
    permit(identity, action, agencies=entry.verifiers)
    permit_period(session, identity, snapshot.period.id)
    typed, found = _typed(session, snapshot.period.id, entry), submissions(session, snapshot.period.id)
    if not permitted(identity, Action.READ_DRAFTS):
        typed = dict.fromkeys(typed, UNSEEN)
    index, system = snapshot.book.compiled.index_of, system_units(snapshot, entry)
    changes: list[FigureChange] = []
    absent: list[UnitRecord] = []
    waived: list[UnitRecord] = []
    unchanged = 0
    for row, unit in enumerate(snapshot.units):
        if unit.code not in table.figures:
            absent.append(unit)
            continue
        if all(snapshot.inputs.not_applicable[row, index[p.criterion]] for p in entry.places):
            waived.append(unit)
            continue
        key = unit.key
        new, now = table.figures[unit.code], stored_text(snapshot, unit.code, entry)
        was_system = unit.code in system
        if was_system and same_value(entry, new, now) and key not in typed:
            unchanged += 1
            continue
        state = found.get(key, untouched()).state
        changes.append(FigureChange(unit, now, typed.get(key), was_system, state, new))
    return FigureDifference(tuple(changes), unchanged, tuple(absent), tuple(waived))


def system_units(snapshot: LevelSnapshot, entry: Entry) -> frozenset[str]:
    """Units whose stored figure comes from a source system."""
    system, origins = InputOrigin.SOURCE_SYSTEM, snapshot.origins
    return frozenset(
        u.code for u in snapshot.units if any(origins.get((u.code, p.criterion, p.key)) == system for p in entry.places)
    )


def _typed(session: Session, period_id: int, entry: Entry) -> dict[UnitKey, str]:
    query = select(Draft).where(Draft.period_id == period_id, Draft.entry == entry.code)
    return {UnitKey(row.unit_code, row.unit_valid_from): row.value or "" for row in session.scalars(query)}


def store_figures(
    session: Session,
    identity: Identity,
    snapshot: LevelSnapshot,
    entry: Entry,
    table: SystemTable,
    shown: FigureDifference,
    now: dt.datetime,
    action: FigureAction = Action.IMPORT_SYSTEM_FIGURES,
) -> int:
    """Stores the figures of a table in the month that takes figures, all or nothing; gives for how many units.

    To be called in a write session. They are figures of a source system from then on, and what units were typing in
    their place goes: the difference names it. Raises PermissionError as `figure_difference`, SubmissionRefusedError when
    the period takes no figures or anything differs from what was shown.
    """
    permit(identity, action, agencies=entry.verifiers)
    period = next((p for p in periods(session) if p.id == snapshot.period.id), None)
    if period is None or PeriodState(period.state) not in OPEN:
        raise SubmissionRefusedError([_("Kỳ đánh giá không còn nhận số liệu; hãy chọn kỳ khác.")])
    month = open_month(session, period.id)
    fresh = level_snapshot(session, period, snapshot.level, month)
    known = fresh.entries.by_code.get(entry.code)
    if (
        month != snapshot.month
        or known is None
        or (known.places, known.verifiers) != (entry.places, entry.verifiers)
        or figure_difference(session, identity, fresh, known, table, action) != shown
    ):
        raise SubmissionRefusedError(
            [_("Số liệu đang lưu vừa thay đổi so với bảng so sánh; chưa nạp gì, hãy xem lại rồi xác nhận.")]
        )
    assert entry.column is not None
    index, values = fresh.book.compiled.index_of, []
    for change in shown.changes:
        row, value = fresh.row_of[change.unit.code], read_value(entry.column, change.new)
        values += [
            input_value(change.unit.code, place, value, InputOrigin.SOURCE_SYSTEM)
            for place in entry.places
            if not fresh.inputs.not_applicable[row, index[place.criterion]]
        ]
    store_inputs(session, period.id, month, values)
    units = {c.unit.key for c in shown.changes}
    for draft in session.scalars(select(Draft).where(Draft.period_id == period.id, Draft.entry == entry.code)):
        if UnitKey(draft.unit_code, draft.unit_valid_from) in units:
            session.delete(draft)
    session.flush()
    if shown.changes:
        named = entry_name(known, fresh.criteria_set.by_code)
        lines = [Change(named, c.now or None, c.new, c.unit.key) for c in shown.changes]
        subject = PurePath(table.name).name or named
        record(session, identity, now, _DEEDS[action], subject=subject, period=period, month=month, changes=lines)
    return len(shown.changes)
