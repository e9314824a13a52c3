"""Bringing one's own figures: an INPUTS.csv becomes the stored inputs of a month of the office's period."""

import calendar
import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from urllib.parse import urlencode

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment.audit import number_text, record
from assessment.council import trial_fault
from assessment.entries import count_fault, is_likely, unlikely_date
from assessment.permissions import Action, Identity, permit
from assessment.province import scoring_cell
from assessment.refusals import RefusedError
from assessment.set_storing import note_stored_set, storable
from assessment.submissions import OPEN
from criteria import CriteriaSet, read_text, sound_set
from criteria.diff import differences
from criteria.levels import level_names
from criteria.loader import Reading
from criteria.model import Judged, Level
from criteria.workbook import read_workbook
from criteria.yaml_text import to_yaml
from data.audit import Change, Deed
from data.database import write_session
from data.models import LEVELS, InputOrigin, InputState, PeriodOrigin
from data.repositories import Cell as StoredCell
from data.repositories import (
    CriteriaSetText,
    InputsRefusedError,
    InputValue,
    PeriodRecord,
    UnitRecord,
    cells,
    criteria_set_text,
    open_month,
    parsed_set,
    periods,
    snapshots,
    store_inputs,
    units_of,
    use_criteria_set,
)
from data.seeding import open_office_period, packaged_sets, store_criteria_set
from data.stored_sets import stored_sets
from language import _, format_date, format_month, format_number
from scoring.compiled import CompiledSet, InputKind, compile_set
from scoring.csv_files import FileFault, FileFaults, read_inputs
from scoring.inputs import NOT_APPLICABLE, Inputs, encode, read_cells

RANKING_CODES: Mapping[Level, str] = {"department": "so", "district": "huyen", "commune": "xa"}
"""What the ranked levels are called in the address of the ranking page."""

MOST_CHANGES = 20
"""Differences of two criteria sets that are told one by one; `criteria diff` tells them all."""
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What an office wants to bring in. inputs and criteria are the contents of files; their names stand in faults.

    criteria: a criteria set of the office's own, as YAML or as a workbook; without it the one that the period uses, else
    the packaged one. name: name of the period; without it "Năm " and the year. replace_set: whether it may take the
    place of a different set by which figures of the period are scored.
    """

    level: Level
    year: int
    month: int
    inputs: bytes
    inputs_name: str
    criteria: bytes | None = None
    criteria_name: str = ""
    name: str | None = None
    replace_set: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was stored. cells: rows of the file that hold something; each is new, changed or unchanged in its month.

    units: units that these rows name. requested: cells that ask for "not applicable" and wait for approval.
    waived: criteria of a unit that the file gives figures for and that stay not applicable because another of their
    inputs still says so. created: whether the period was made by this import. set_changes: what is different in the
    set that took the place of another one, as sentences.
    """

    period: PeriodRecord
    level: Level
    month: int
    criteria_set: CriteriaSet
    units: int
    cells: int
    new: int
    changed: int
    unchanged: int
    requested: int
    waived: tuple[tuple[str, str], ...]
    created: bool
    set_changes: tuple[str, ...]

    @property
    def ranking_path(self) -> str | None:
        """Path and filters of the ranking page that shows what was stored; None for the province, which has no list."""
        code = RANKING_CODES.get(self.level)
        if code is None:
            return None
        return "/xep-hang?" + urlencode({"khoi": code, "ky": self.period.id, "thang": self.month})


class ImportRefusedError(RefusedError):
    """An import that cannot be done, with every fault as a sentence. Nothing of it is stored."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file that is already known to be sound."""

    line: int
    unit: str
    criterion: str
    key: str
    value: str

    @property
    def place(self) -> _Key:
        return self.unit, self.criterion, self.key

    @property
    def not_applicable(self) -> bool:
        return self.value.casefold() == NOT_APPLICABLE


@dataclass(frozen=True)
class _Target:
    """Where the figures go: a month of a period, at a level with its units and its criteria set."""

    period: PeriodRecord
    level: Level
    month: int
    units: tuple[UnitRecord, ...]
    compiled: CompiledSet
    created: bool
    set_changes: tuple[str, ...]

    @cached_property
    def month_end(self) -> dt.date:
        """The day on which units must be valid."""
        return _month_end(self.period.year, self.month)

    @cached_property
    def accepted(self) -> tuple[str, ...]:
        """Codes of the period's units that are valid at the end of the month."""
        end = self.month_end
        return tuple(u.code for u in self.units if u.valid_from <= end and (u.valid_to is None or end <= u.valid_to))


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _level_name(level: Level) -> str:
    return level_names()[level].lower()


def _check_request(request: ImportRequest) -> None:
    faults: list[str] = []
    if request.level not in LEVELS:
        faults.append(
            _("Cấp {level!r} không có; hãy chọn một trong: {levels}.").format(
                level=request.level, levels=", ".join(LEVELS)
            )
        )
    if not 1 <= request.month <= 12:
        faults.append(_("Tháng {month} không có; hãy ghi tháng từ 1 đến 12.").format(month=request.month))
    if not 2000 <= request.year <= 2100:
        faults.append(_("Năm {year} không hợp lệ; hãy ghi năm từ 2000 đến 2100.").format(year=request.year))
    if request.name is not None and not 1 <= len(request.name.strip()) <= 200:
        faults.append(_("Tên kỳ đánh giá phải có từ 1 đến 200 ký tự; hãy ghi lại hoặc bỏ tên."))
    if faults:
        raise ImportRefusedError(faults)


def _office_period(session: Session, year: int) -> PeriodRecord | None:
    own = (p for p in periods(session) if p.year == year and p.origin == PeriodOrigin.OFFICE)
    return next(own, None)


def _check_period(session: Session, request: ImportRequest, found: PeriodRecord | None) -> None:
    """Refuses a name that belongs to another period, and a period that no longer takes self-assessed figures."""
    name = request.name.strip() if request.name else None
    if found is None:
        wanted = name or _default_name(request.year)
        if any(p.name == wanted for p in periods(session)):
            raise ImportRefusedError(
                [
                    _("Tên «{name}» đã là tên của một kỳ đánh giá khác; hãy chọn tên khác cho kỳ năm {year}.").format(
                        name=wanted, year=request.year
                    )
                ]
            )
        return
    if name not in (None, found.name):
        raise ImportRefusedError(
            [
                _(
                    "Kỳ đánh giá năm {year} đã có, tên là «{found}», không phải «{name}»; hãy bỏ tên hoặc ghi đúng."
                ).format(year=request.year, found=found.name, name=name)
            ]
        )
    if found.state not in OPEN:
        raise ImportRefusedError(
            [
                _(
                    "Kỳ đánh giá «{name}» không còn ở bước tự đánh giá nên không nhận thêm số liệu; "
                    "hãy trả lại để bổ sung trước khi nhập."
                ).format(name=found.name)
            ]
        )
    ended = trial_fault(session, found)
    if ended is not None:
        raise ImportRefusedError([ended])


def _default_name(year: int) -> str:
    return _("Năm {year}").format(year=year)


def _own_set(request: ImportRequest) -> tuple[CriteriaSet, str] | None:
    """The office's own set with its text; None without one. Raises ImportRefusedError with every fault."""
    if request.criteria is None:
        return None
    reading, text = _set_reading(request.criteria, request.criteria_name)
    if reading.criteria_set is None:
        raise ImportRefusedError([str(fault) for fault in reading.faults])
    if reading.criteria_set.level != request.level:
        fault = _("{file}: bộ chỉ số {id} là của {own}, nhưng số liệu nhập cho {asked}; hãy chọn đúng bộ hoặc cấp.")
        own, asked = _level_name(reading.criteria_set.level), _level_name(request.level)
        raise ImportRefusedError(
            [fault.format(file=request.criteria_name, id=reading.criteria_set.id, own=own, asked=asked)]
        )
    return reading.criteria_set, text


def _set_reading(data: bytes, name: str) -> tuple[Reading, str]:
    """A criteria set from YAML or, when name or content say so, from a workbook; and its text as YAML."""
    if data.startswith(b"PK") or PurePath(name).suffix.casefold().startswith(".xl"):
        reading = read_workbook(data, name)
        return reading, "" if reading.criteria_set is None else to_yaml(reading.criteria_set)
    try:
        # The same text must give the same version whatever system it was saved on.
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        fault = _("{file}:{line}: tệp không phải UTF-8; hãy lưu lại dạng văn bản UTF-8.").format(
            file=name, line=data[: error.start].count(b"\n") + 1
        )
        raise ImportRefusedError([fault]) from None
    return read_text(text, name), text


def _use(session: Session, period_id: int, criteria_set: CriteriaSet, text: str) -> None:
    try:
        version = store_criteria_set(session, criteria_set, text)
    except ValueError as error:
        # Two files may say the same in other words.
        known = storable(session, criteria_set)
        if known.standing != "same" or known.found is None:
            raise ImportRefusedError([str(error)]) from None
        version = store_criteria_set(session, criteria_set, known.found.stored.text)
    use_criteria_set(session, period_id, criteria_set.level, version)


def _use_packaged(session: Session, period_id: int, level: Level, text: str) -> None:
    _use(session, period_id, sound_set(text, f"{level}.yaml"), text)


def _create_period(session: Session, request: ImportRequest) -> PeriodRecord:
    """The office's period of the year, on the packaged sets except where the request brings its own."""
    name = request.name.strip() if request.name else _default_name(request.year)
    period = open_office_period(session, request.year, name, _month_end(request.year, request.month))
    for level, text in packaged_sets().items():
        if level != request.level or request.criteria is None:
            _use_packaged(session, period.id, level, text)
    return next(p for p in periods(session) if p.id == period.id)


def _replace_set(
    session: Session, period: PeriodRecord, own: CriteriaSet, text: str, request: ImportRequest
) -> tuple[str, ...]:
    """Puts the office's own set into the place of the one that the period uses; gives what is different in it.

    Refuses while figures are scored by the old one and the request does not say that it may be replaced.
    """
    used = parsed_set(criteria_set_text(session, period.id, own.level))
    changes = tuple(map(str, differences(used, own)))
    if not changes:
        return ()
    _check_change_of_set(session, period, own)
    _use(session, period.id, own, text)
    if not _holds_figures(session, period, own.level):
        return ()
    if not request.replace_set:
        refusal = _(
            "Kỳ đánh giá «{name}» đang chấm theo bộ chỉ số {used} phiên bản {version}; {file} khác bộ đó ở {n} điểm nên "
            "chưa nhập gì. Muốn giữ bộ đang dùng, hãy bỏ --criteria. Muốn thay, và chấm lại mọi tháng của kỳ ở cấp này theo "
            "bộ mới, hãy chạy lại với --replace-set. Các điểm khác:"
        ).format(
            name=period.name,
            used=used.id,
            version=used.version,
            file=request.criteria_name,
            n=format_number(len(changes)),
        )
        raise ImportRefusedError([refusal, *shortened(changes)])
    return changes


def shortened(changes: Sequence[str]) -> tuple[str, ...]:
    """The first changes of a set as lines, and how many more there are."""
    rest = len(changes) - MOST_CHANGES
    more = [_("… và {n} điểm khác.").format(n=format_number(rest))] if rest > 0 else []
    return (*(f"  {change}" for change in changes[:MOST_CHANGES]), *more)


def _holds_figures(session: Session, period: PeriodRecord, level: Level) -> bool:
    """Whether figures of the period are scored by the set of a level; the provincial set scores those of every level."""
    levels = LEVELS if level == "province" else (level,)
    return any(cells(session, period.id, own, 12) for own in levels)


def _check_change_of_set(session: Session, period: PeriodRecord, own: CriteriaSet) -> None:
    """Refuses another set once a month is closed: its scores would change behind the closing."""
    used = criteria_set_text(session, period.id, own.level)
    closed = [s.month for s in snapshots(session, period.id) if s.closed]
    if closed and (used.set_id, used.version) != (own.id, own.version):
        raise ImportRefusedError(
            [
                _(
                    "Kỳ đánh giá «{name}» đang dùng bộ chỉ số {used} phiên bản {version} và đã chốt tháng {month}, "
                    "nên không đổi sang bộ khác được; hãy nhập theo bộ đang dùng."
                ).format(
                    name=period.name,
                    used=used.set_id,
                    version=used.version,
                    month=format_month(period.year, closed[-1]),
                )
            ]
        )


def _sets_in_use(session: Session, period: PeriodRecord) -> dict[str, str]:
    """Id and version of the sets that a period uses, by level."""
    used = (s.stored for s in stored_sets(session) if period.name in s.periods)
    return {own.level: f"{own.set_id} {own.version}" for own in used}


def _note_target(
    session: Session,
    identity: Identity,
    period: PeriodRecord,
    before: Mapping[str, str] | None,
    month: int | None,
    now: dt.datetime,
) -> None:
    """Notes in the audit log that the period was opened or given another set, and that a month was opened.

    before: the sets it used, None of a new one. month: the one that was opened, None for one that was there.
    """
    old, new = before or {}, _sets_in_use(session, period)
    sets = [
        Change(_("bộ chỉ số {level}").format(level=_level_name(level)), old.get(level), new[level])
        for level in LEVELS
        if new.get(level) not in (None, old.get(level))
    ]
    if before is None:
        valid = Change(_("ngày lấy danh mục đơn vị"), None, format_date(period.unit_date))
        record(session, identity, now, Deed.OPEN_PERIOD, period=period, changes=[valid, *sets])
    elif sets:
        record(session, identity, now, Deed.USE_SET, period=period, changes=sets)
    if month is not None:
        record(session, identity, now, Deed.OPEN_MONTH, period=period, month=month)


def _target(session: Session, identity: Identity, request: ImportRequest, now: dt.datetime) -> _Target:
    """The place for the figures, made where it is not there yet."""
    own = _own_set(request)
    found = _office_period(session, request.year)
    new_month = found is None or all(s.month != request.month for s in snapshots(session, found.id))
    if new_month:
        permit(identity, Action.OPEN_PERIOD)
    _check_period(session, request, found)
    before = _sets_in_use(session, found) if found else None
    period = found or _create_period(session, request)
    changes: tuple[str, ...] = ()
    if own is not None:
        known = {(s.stored.set_id, s.stored.version) for s in stored_sets(session)}
        if found is None:
            _use(session, period.id, *own)
        else:
            changes = _replace_set(session, period, *own, request)
        if (own[0].id, own[0].version) not in known:
            note_stored_set(session, identity, *own, now)
    open_month(session, period.id, request.month)
    _note_target(session, identity, period, before, request.month if new_month else None, now)
    chosen: CriteriaSetText = criteria_set_text(session, period.id, request.level)
    units = units_of(session, period.id, request.level)
    compiled = compile_set(parsed_set(chosen))
    return _Target(period, request.level, request.month, units, compiled, found is None, changes)


def _read(target: _Target, request: ImportRequest) -> Inputs:
    """The file's inputs. Raises ImportRefusedError with every fault of the file."""
    if not target.accepted:
        raise ImportRefusedError(
            [
                _("Danh mục không có đơn vị {level} nào có hiệu lực ngày {day}; hãy kiểm tra năm và tháng.").format(
                    level=_level_name(target.level), day=format_date(target.month_end)
                )
            ]
        )
    try:
        return read_inputs(target.compiled, request.inputs, request.inputs_name, target.accepted)
    except FileFaults as error:
        faults = [str(fault) for fault in error.faults]
        if any(fault.column == "unit" and fault.row > 1 for fault in error.faults):
            hint = _("Mã đơn vị được nhận ({level}, có hiệu lực ngày {day}): {codes}.")
            codes = ", ".join(sorted(target.accepted))
            faults.append(hint.format(level=_level_name(target.level), day=format_date(target.month_end), codes=codes))
        raise ImportRefusedError(faults) from None


def _rows(request: ImportRequest) -> list[_Row]:
    """The rows that hold something, of a file that has been read without a fault."""
    reader = csv.reader(io.StringIO(request.inputs.decode("utf-8-sig"), newline=""))
    header = [name.strip() for name in next(reader)]
    rows: list[_Row] = []
    for line in reader:
        if line:
            named = dict(zip(header, (text.strip() for text in line), strict=True))
            rows.append(_Row(reader.line_num, named["unit"], named["criterion"], named["input"], named["value"]))
    return [row for row in rows if row.value]


def _row_faults(rows: Sequence[_Row], target: _Target, file: str) -> Iterator[FileFault]:
    """Rows that the scoring could read but that are not for a unit to report."""
    if not rows:
        yield FileFault(file, 1, "value", _("tệp không có giá trị nào; hãy điền ít nhất một số liệu."))
    by_code = target.compiled.criteria_set.by_code
    for row in rows:
        criterion = by_code[row.criterion]
        fault = None if row.not_applicable else _value_fault(target.compiled, row)
        if fault is not None:
            yield FileFault(file, row.line, "value", fault)
        if isinstance(criterion.rule, Judged) and not row.not_applicable:
            message = _("điểm của {code} do người thẩm định chấm, không nhập từ tệp; hãy bỏ dòng này hoặc để trống ô.")
            yield FileFault(file, row.line, "value", message.format(code=row.criterion))
        if criterion.is_rolled_up:
            message = _("{code} được tổng hợp từ số liệu của các đơn vị, không nhập ở cấp tỉnh; hãy bỏ dòng này.")
            yield FileFault(file, row.line, "criterion", message.format(code=row.criterion))


def _value_fault(compiled: CompiledSet, row: _Row) -> str | None:
    """Why no unit could have typed the value on its form; None when one could."""
    column = compiled.columns[compiled.column_of[row.criterion, row.key]]
    value = encode(column, row.value)
    day = dt.date.fromordinal(int(value)) if column.kind is InputKind.DATE else None
    if day is not None and not is_likely(day):
        return unlikely_date(day)
    return count_fault(column, value)


def _value(row: _Row, inputs: Inputs) -> InputValue:
    if row.not_applicable:
        return InputValue(
            *row.place,
            state=InputState.NOT_APPLICABLE,
            reason=_("do đơn vị đề nghị trong tệp nhập, chưa thẩm định"),
            approver=_("chưa có, chờ thẩm định"),
        )
    value = inputs.value(inputs.units.index(row.unit), inputs.compiled.column_of[row.criterion, row.key])
    if isinstance(value, float | int):
        return InputValue(*row.place, number=value, origin=InputOrigin.SELF_ASSESSED)
    text = value.isoformat() if isinstance(value, dt.date) else value
    return InputValue(*row.place, text=text, origin=InputOrigin.SELF_ASSESSED)


def _stored(session: Session, target: _Target, month: int) -> tuple[StoredCell, ...]:
    return cells(session, target.period.id, target.level, month)


def _merged_faults(session: Session, target: _Target, rows: Sequence[_Row], file: str) -> Iterator[str]:
    """What does not fit together once the file's values stand beside those stored before, in any month of the period."""
    line_of = {row.place: row.line for row in rows}
    # A fault shows at input a; the row that caused it may be that of b.
    line_near = {(row.unit, row.criterion): row.line for row in rows}
    seen: set[_Key] = set()
    for snapshot in snapshots(session, target.period.id):
        stored = _stored(session, target, snapshot.month)
        units = [unit.code for unit in target.units]
        for rejection in read_cells(target.compiled, units, map(scoring_cell, stored))[1]:
            cell = stored[rejection.position]
            key = (cell.unit_code, cell.criterion, cell.key)
            if key in seen:
                continue
            seen.add(key)
            message = _("cùng với số liệu đã lưu đến tháng {month} của {unit}, {code}, {key}: {message}").format(
                month=format_month(target.period.year, snapshot.month),
                unit=cell.unit_code,
                code=cell.criterion,
                key=cell.key,
                message=rejection.message,
            )
            line = line_of.get(key) or line_near.get(key[:2])
            yield str(FileFault(file, line, "value", message)) if line else f"{file}: {message}"


def _waived(rows: Sequence[_Row], after: Sequence[StoredCell]) -> tuple[tuple[str, str], ...]:
    """Criteria of a unit that the file gives figures for and that stay not applicable."""
    still = {(c.unit_code, c.criterion) for c in after if c.state == InputState.NOT_APPLICABLE}
    asked = {(row.unit, row.criterion) for row in rows if row.not_applicable}
    given = {(row.unit, row.criterion): None for row in rows if not row.not_applicable}
    return tuple(place for place in given if place in still and place not in asked)


def _cell_text(target: _Target, cell: StoredCell | None) -> str | None:
    """What the audit log says of a figure; with the month that it comes from where that is an earlier one."""
    if cell is None:
        return None
    if cell.state == InputState.NOT_APPLICABLE:
        text = _("không áp dụng ({reason})").format(reason=cell.reason)
    elif cell.number is not None:
        text = number_text(cell.number)
    else:
        text = cell.text or ""
        column = target.compiled.columns[target.compiled.column_of[cell.criterion, cell.key]]
        if column.kind == InputKind.YES_NO:
            text = {"yes": _("có"), "no": _("không")}.get(text, text)
        elif column.kind == InputKind.DATE:
            text = format_date(dt.date.fromisoformat(text))
    if cell.month_reported == target.month:
        return text
    return _("{value} (của tháng {month})").format(
        value=text, month=format_month(target.period.year, cell.month_reported)
    )


def _changes(
    target: _Target, rows: Sequence[_Row], before: Mapping[_Key, StoredCell], after: Mapping[_Key, StoredCell]
) -> Iterator[Change]:
    keys = {unit.code: unit.key for unit in target.units}
    for row in rows:
        was, now = before.get(row.place), after[row.place]
        if was != now:
            place = f"{row.criterion} · {row.key}"
            yield Change(place, _cell_text(target, was), _cell_text(target, now), keys[row.unit])


def _by_place(stored: Sequence[StoredCell]) -> dict[_Key, StoredCell]:
    return {(c.unit_code, c.criterion, c.key): c for c in stored}


def _store(
    session: Session,
    identity: Identity,
    target: _Target,
    rows: Sequence[_Row],
    inputs: Inputs,
    file: str,
    now: dt.datetime,
) -> ImportReport:
    before = _by_place(_stored(session, target, target.month))
    # What already counts as not applicable keeps its reason and its approver.
    waived = {key for key, cell in before.items() if cell.state == InputState.NOT_APPLICABLE}
    values = [_value(row, inputs) for row in rows if not (row.not_applicable and row.place in waived)]
    in_month = {key for key, cell in before.items() if cell.month_reported == target.month}
    new = sum((v.unit_code, v.criterion, v.key) not in in_month for v in values)
    written = store_inputs(session, target.period.id, target.month, values)
    faults = list(_merged_faults(session, target, rows, file))
    if faults:
        raise ImportRefusedError(faults)
    after = _by_place(_stored(session, target, target.month))
    if changes := list(_changes(target, rows, before, after)):
        record(
            session,
            identity,
            now,
            Deed.IMPORT_INPUTS,
            subject=PurePath(file).name,
            period=target.period,
            month=target.month,
            changes=changes,
        )
    return ImportReport(
        period=target.period,
        level=target.level,
        month=target.month,
        criteria_set=target.compiled.criteria_set,
        units=len({row.unit for row in rows}),
        cells=len(rows),
        new=new,
        changed=written - new,
        unchanged=len(rows) - written,
        requested=sum(v.state == InputState.NOT_APPLICABLE for v in values),
        waived=_waived(rows, tuple(after.values())),
        created=target.created,
        set_changes=target.set_changes,
    )


def import_inputs(engine: Engine, identity: Identity, request: ImportRequest, now: dt.datetime) -> ImportReport:
    """Stores an office's own figures as reported in a month of its period of the year, all or nothing.

    The period (origin `office`) and the month are made when they are not there; demonstration periods are never
    written to. What the file does not name, or leaves empty, stays as it is stored. Rows `n/a` are stored as not
    applicable, not yet approved. Raises PermissionError for a unit, a period, a month or a criteria set that is not the
    identity's to write, ImportRefusedError with every fault, by row and column where it lies in the
    file; then nothing at all has changed.
    Source: scoring contract, form of INPUTS.csv; points of judged criteria are given at appraisal only.
    """
    permit(identity, Action.IMPORT_INPUTS)
    if request.criteria is not None:
        permit(identity, Action.STORE_SET)
    _check_request(request)
    try:
        with write_session(engine) as session:
            target = _target(session, identity, request, now)
            inputs = _read(target, request)
            rows = _rows(request)
            faults = [str(fault) for fault in _row_faults(rows, target, request.inputs_name)]
            if faults:
                raise ImportRefusedError(faults)
            return _store(session, identity, target, rows, inputs, request.inputs_name, now)
    except InputsRefusedError as error:
        raise ImportRefusedError(error.faults) from None
