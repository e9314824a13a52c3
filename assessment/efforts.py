"""The office's effort table as a use case: checked row by row, saved as a new edition, handed to the cheapest path."""

import datetime as dt
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Engine

from assessment.audit import number_text, record
from assessment.permissions import Action, Identity, permit
from assessment.province import ProvincialSnapshot
from criteria.levels import level_names
from criteria.model import CriteriaSet, Level
from data.audit import Change, Deed
from data.database import write_session
from data.efforts import (
    MONTHS,
    CeilingRecord,
    EffortContent,
    EffortEdition,
    EffortLineRecord,
    StepName,
    effort_edition,
    store_efforts,
)
from data.models import EffortUnit
from data.office_tables import below_headings, cell_text, read_tables
from data.repositories import UnitRecord
from language import _, cited, fold, format_number
from scoring.csv_files import FileFault, FileFaults
from scoring.path.values import Ceiling, DefaultEffort, EffortRow, EffortTable, StepLevel

MOST_ROWS = 20_000
MOST_LETTERS = 200
MOST_AMOUNT = Decimal(1_000_000_000)
MOST_DEFAULT = 1_000_000

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_THOUSAND_OR_DECIMAL = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_MONTHS = re.compile(r"([0-9]{1,2})(?:\s*[-–]\s*([0-9]{1,2}))?")
_Chosen = TypeVar("_Chosen")


def step_names() -> dict[StepName, str]:
    """What each kind of step is called."""
    return {"next": _("Mức kế tiếp"), "target": _("Chỉ tiêu kế hoạch"), "full": _("Điểm tối đa")}


def measure_name(measure: EffortUnit) -> str:
    """What effort is counted in."""
    return {EffortUnit.PERSON_DAYS: _("ngày công"), EffortUnit.MILLION_DONG: _("triệu đồng")}[measure]


def months_text(months: Sequence[int] | None) -> str:
    """Months as the table writes them: `3, 5-7`; empty for those of the default rule."""
    if not months:
        return ""
    runs: list[list[int]] = []
    for month in sorted(months):
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(f"{r[0]}" if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def line_columns() -> dict[str, str]:
    """Headings of the rows, by field."""
    return {
        "level": _("Cấp"),
        "unit": _("Mã đơn vị"),
        "criterion": _("Mã chỉ số"),
        "step": _("Bước"),
        "amount": _("Nguồn lực"),
        "months": _("Tháng thực hiện"),
        "owner": _("Đơn vị chủ trì"),
        "project": _("Dự án"),
    }


def ceiling_columns() -> dict[str, str]:
    """Headings of the monthly ceilings, by field."""
    return {"owner": _("Đơn vị chủ trì"), "months": _("Tháng"), "amount": _("Mức trần mỗi tháng")}


def rule_columns() -> dict[str, str]:
    """Headings of the default rule, by field; one row stands below them."""
    return {
        "measure": _("Đơn vị tính"),
        "for_all_points": _("Mặc định cho toàn bộ điểm"),
        "least": _("Mặc định tối thiểu"),
        "months": _("Tháng mặc định"),
    }


def sheet_names() -> dict[str, str]:
    """Names of the three sheets."""
    return {"lines": _("Nguồn lực"), "ceilings": _("Mức trần"), "rule": _("Mức mặc định")}


def default_rule_text(content: EffortContent) -> str:
    """The default rule as a sentence, with its mark."""
    return _(
        "Bước nào chưa có dòng riêng thì lấy mức mặc định, chưa được cơ quan xác nhận: {all} {measure} cho toàn bộ điểm "
        "của một chỉ số ở một đơn vị, tính theo tỷ lệ điểm tăng thêm, ít nhất {least} {measure}, chia đều các tháng "
        "{months}."
    ).format(
        all=format_number(content.for_all_points),
        least=format_number(content.least),
        measure=measure_name(content.measure),
        months=months_text(content.months),
    )


@dataclass(frozen=True)
class EffortScope:
    """What a row may name: the criteria sets of a period by level, and its units by level."""

    sets: Mapping[Level, CriteriaSet]
    units: Mapping[Level, tuple[UnitRecord, ...]]

    @classmethod
    def of(cls, snapshot: ProvincialSnapshot) -> "EffortScope":
        """The scope of a period."""
        sets: dict[Level, CriteriaSet] = {"province": snapshot.criteria_set}
        units: dict[Level, tuple[UnitRecord, ...]] = {"province": (snapshot.unit,)}
        for level, own in snapshot.levels.items():
            sets[level], units[level] = own.criteria_set, own.units
        return cls(sets, units)

    @cached_property
    def unit_names(self) -> Mapping[str, str]:
        """Names of all units by code."""
        return {unit.code: unit.name_vi for units in self.units.values() for unit in units}

    def owner_name(self, owner: str) -> str:
        """An owner as it is shown: the unit's name for a code, otherwise the name itself."""
        return self.unit_names.get(owner, owner)


# Reading


@dataclass
class _Reading:
    """One table while its faults are gathered."""

    place: str
    headings: Mapping[str, str]
    faults: list[FileFault] = field(default_factory=list)

    def cell(self, row: "_Cells", column: str, read: Callable[..., _Chosen], *more: object) -> _Chosen | None:
        """What a cell says; None after noting the fault."""
        try:
            return read(row.by_field.get(column), *more)
        except ValueError as error:
            self.fault(row.line, column, str(error))
            return None

    def fault(self, line: int, column: str, message: str) -> None:
        """Notes a fault."""
        self.faults.append(FileFault(self.place, line, self.headings[column], message))


@dataclass(frozen=True)
class _Cells:
    """A row of a table: its line, and the cells by field."""

    line: int
    by_field: Mapping[str, object]


def _amount(cell: object) -> Decimal:
    shown = cell_text(cell)
    if not shown:
        raise ValueError(_("ô để trống; cần một số từ 0 trở lên."))
    if not isinstance(cell, int | float) and _THOUSAND_OR_DECIMAL.fullmatch(shown):
        raise ValueError(
            _("{value} có thể là số nghìn hoặc số thập phân; hãy bỏ dấu phân cách hàng nghìn.").format(
                value=cited(shown)
            )
        )
    try:
        number = Decimal(str(cell) if isinstance(cell, int | float) else shown.replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not isinstance(cell, int | float) and not _NUMBER.fullmatch(shown):
        raise ValueError(
            _("{value} không phải là một số từ 0 trở lên; hãy ghi như 12 hoặc 12,5.").format(value=cited(shown))
        )
    if not number.is_finite() or not 0 <= number <= MOST_AMOUNT:
        raise ValueError(
            _("{value} không dùng được; cần một số từ 0 đến {most}.").format(
                value=cited(shown), most=format_number(float(MOST_AMOUNT))
            )
        )
    if number != round(number, 3):
        raise ValueError(_("{value} có hơn 3 chữ số thập phân; hãy làm tròn.").format(value=cited(shown)))
    return number.normalize() + 0


def _whole(cell: object) -> int:
    shown = cell_text(cell)
    if not shown.isascii() or not shown.isdigit() or int(shown) > MOST_DEFAULT:
        raise ValueError(
            _("{value} không dùng được; cần một số nguyên từ 0 đến {most}.").format(
                value=cited(shown), most=format_number(MOST_DEFAULT)
            )
        )
    return int(shown)


def read_months(cell: object) -> tuple[int, ...] | None:
    """Months of a cell such as `3, 5-7`; None for an empty one. Raises ValueError with a sentence."""
    shown = cell_text(cell)
    if not shown:
        return None
    found: set[int] = set()
    for part in shown.replace(";", ",").split(","):
        match = _MONTHS.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= MONTHS[-1]:
            raise ValueError(
                _("{value} không đọc được thành các tháng; hãy ghi như 3, 5-7, mỗi tháng từ 1 đến 12.").format(
                    value=cited(shown)
                )
            )
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def _needed_months(cell: object) -> tuple[int, ...]:
    months = read_months(cell)
    if months is None:
        raise ValueError(_("ô để trống; cần ít nhất một tháng, ví dụ 1-12."))
    return months


def _one_of(cell: object, names: Mapping[_Chosen, str]) -> _Chosen:
    shown = cell_text(cell)
    for code, name in names.items():
        if fold(shown) == fold(name):
            return code
    raise ValueError(
        _("{value} không có; hãy chọn một trong: {names}.").format(value=cited(shown), names="; ".join(names.values()))
    )


def _words(cell: object) -> str:
    shown = cell_text(cell)
    if len(shown) > MOST_LETTERS:
        raise ValueError(_("nội dung dài hơn {most} ký tự; hãy viết gọn.").format(most=MOST_LETTERS))
    return shown


def _code_among(shown: str, codes: Container[str]) -> str | None:
    # Excel turns the code 026 into the number 26.
    return next((c for c in (shown, shown.zfill(3), shown.zfill(5)) if c in codes), None)


def _owner(cell: object, scope: EffortScope) -> str | None:
    """A unit by its code or its name, otherwise the name as it is written; None for an empty cell."""
    shown = _words(cell)
    if not shown:
        return None
    named = [code for code, name in scope.unit_names.items() if fold(name) == fold(shown)]
    return _code_among(shown, scope.unit_names) or (named[0] if len(named) == 1 else shown)


def _unit(cell: object, level: Level, scope: EffortScope) -> str | None:
    shown = cell_text(cell)
    if not shown:
        return None
    found = _code_among(shown, {unit.code for unit in scope.units.get(level, ())})
    if found is not None and level == "province":
        # The province is the only unit of its level: with its code or without, a row means the same.
        return None
    if found is None:
        raise ValueError(
            _("{level} của kỳ này không có đơn vị mang mã {value}; để trống nếu là mọi đơn vị của cấp.").format(
                level=level_names()[level], value=cited(shown)
            )
        )
    return found


def _criterion(cell: object, level: Level, scope: EffortScope) -> str:
    shown = cell_text(cell)
    if level not in scope.sets or shown not in scope.sets[level].by_code:
        raise ValueError(
            _("bộ chỉ số của {level} không có chỉ số mang mã {value}; hãy xem mã ở màn hình Bộ chỉ số.").format(
                level=level_names()[level], value=cited(shown)
            )
        )
    return shown


def _level(cell: object) -> Level:
    return _one_of(cell, level_names())


def _step(cell: object) -> StepName:
    return _one_of(cell, step_names())


def _measure(cell: object) -> EffortUnit:
    return _one_of(cell, {unit: measure_name(unit) for unit in EffortUnit})


Rows = Sequence[tuple[int, Mapping[str, object]]]
"""Rows of a table: line, and the cells by field."""


def _lines(rows: Rows, scope: EffortScope, reading: _Reading) -> Iterator[EffortLineRecord]:
    seen: dict[tuple[str, str | None, str, str], int] = {}
    for row in (_Cells(*numbered) for numbered in rows):
        before = len(reading.faults)
        level = reading.cell(row, "level", _level)
        step = reading.cell(row, "step", _step)
        amount = reading.cell(row, "amount", _amount)
        months = reading.cell(row, "months", read_months)
        owner = reading.cell(row, "owner", _owner, scope)
        project = reading.cell(row, "project", _words)
        if level is None:
            continue
        unit = reading.cell(row, "unit", _unit, level, scope)
        criterion = reading.cell(row, "criterion", _criterion, level, scope)
        if len(reading.faults) > before or criterion is None or step is None or amount is None:
            continue
        first = seen.setdefault((level, unit, criterion, step), row.line)
        if first != row.line:
            message = _("cùng cấp, đơn vị, chỉ số và bước đã có ở dòng {line}; hãy giữ một dòng.").format(line=first)
            reading.fault(row.line, "criterion", message)
            continue
        yield EffortLineRecord(level, criterion, step, amount, unit, months, owner, project or "")


def _ceilings(rows: Rows, scope: EffortScope, reading: _Reading) -> Iterator[CeilingRecord]:
    seen: dict[tuple[str | None, int], int] = {}
    for row in (_Cells(*numbered) for numbered in rows):
        before = len(reading.faults)
        owner = reading.cell(row, "owner", _owner, scope)
        months = reading.cell(row, "months", _needed_months)
        amount = reading.cell(row, "amount", _amount)
        if len(reading.faults) > before or months is None or amount is None:
            continue
        twice = [month for month in months if seen.setdefault((owner, month), row.line) != row.line]
        if twice:
            message = _("tháng {month} đã có mức trần ở dòng {line}; hãy giữ một dòng.")
            reading.fault(row.line, "months", message.format(month=twice[0], line=seen[owner, twice[0]]))
            continue
        yield CeilingRecord(months, amount, owner)


def _rule(rows: Rows, reading: _Reading) -> EffortContent:
    plain = EffortContent()
    for line, _cells in rows[1:]:
        reading.fault(line, "measure", _("chỉ được một dòng; hãy bỏ dòng này."))
    if not rows:
        return plain
    row = _Cells(*rows[0])
    measure = reading.cell(row, "measure", _measure)
    whole = reading.cell(row, "for_all_points", _whole)
    least = reading.cell(row, "least", _whole)
    months = reading.cell(row, "months", _needed_months)
    return EffortContent(measure or plain.measure, whole or 0, least or 0, months or plain.months)


def read_content(lines: Rows, ceilings: Rows, rule: Rows, scope: EffortScope) -> EffortContent:
    """The content of an effort table from the cells of its three parts, wherever they come from.

    rule: one row; without any the default rule as it is packaged. Raises FileFaults with every fault by part, row and
    column.
    """
    names = sheet_names()
    of_lines = _Reading(names["lines"], line_columns())
    of_ceilings = _Reading(names["ceilings"], ceiling_columns())
    of_rule = _Reading(names["rule"], rule_columns())
    read_lines = tuple(_lines(lines, scope, of_lines))
    read_ceilings = tuple(_ceilings(ceilings, scope, of_ceilings))
    content = replace(_rule(rule, of_rule), lines=read_lines, ceilings=read_ceilings)
    faults = [*of_lines.faults, *of_ceilings.faults, *of_rule.faults]
    if faults:
        raise FileFaults(faults)
    return content


def read_efforts(data: bytes, name: str, scope: EffortScope) -> EffortContent:
    """The content of an Excel file in the form of the export. Raises FileFaults with every fault by sheet, row, column.

    A sheet that is not there leaves its part empty (the default rule: as packaged), except the rows themselves.
    """

    sheets = read_tables(data, name, MOST_ROWS)
    names = sheet_names()
    if names["lines"] not in sheets:
        message = _("tệp không có trang tính «{name}»; hãy tải mẫu rồi điền lại.").format(name=names["lines"])
        raise FileFaults([FileFault(name, 1, "-", message)])
    parts: list[Rows] = []
    faults: list[FileFault] = []
    for code, headings in (("lines", line_columns()), ("ceilings", ceiling_columns()), ("rule", rule_columns())):
        try:
            parts.append(below_headings(sheets[names[code]], headings, names[code]) if names[code] in sheets else ())
        except FileFaults as error:
            faults.extend(error.faults)
            parts.append(())
    try:
        content = read_content(parts[0], parts[1], parts[2], scope)
    except FileFaults as error:
        faults.extend(error.faults)
        content = EffortContent()
    if faults:
        raise FileFaults(faults)
    return content


# Saving and using


def _stated(content: EffortContent) -> dict[str, str]:
    """What an edition says, place by place, in the words of the audit log."""
    steps, levels, rule = step_names(), level_names(), rule_columns()
    measure = measure_name(content.measure)
    said = {
        rule["measure"]: measure,
        rule["for_all_points"]: str(content.for_all_points),
        rule["least"]: str(content.least),
        rule["months"]: months_text(content.months),
    }
    for line in content.lines:
        place = (levels[line.level], line.unit_code, line.criterion, steps[line.step])
        parts = (f"{number_text(line.amount)} {measure}", months_text(line.months), line.owner, line.project)
        said[" · ".join(filter(None, place))] = "; ".join(filter(None, parts))
    for ceiling in content.ceilings:
        place = (_("Mức trần"), months_text(ceiling.months), ceiling.owner)
        said[" · ".join(filter(None, place))] = f"{number_text(ceiling.amount)} {measure}"
    return said


def _changes(before: EffortContent, after: EffortContent) -> Iterator[Change]:
    old, new = _stated(before), _stated(after)
    for place in dict.fromkeys([*old, *new]):
        if old.get(place) != new.get(place):
            yield Change(place, old.get(place), new.get(place))


def save_efforts(
    engine: Engine, identity: Identity, content: EffortContent, expected_edition: int, now: dt.datetime
) -> EffortEdition:
    """Saves a checked content as the next edition, in one transaction; gives the edition that now holds.

    expected_edition: the edition that the writer has seen. Raises PermissionError, EffortsChangedError when another
    one was saved since.
    """
    permit(identity, Action.SAVE_EFFORTS)
    with write_session(engine) as session:
        before = effort_edition(session)
        store_efforts(session, content, expected_edition)
        saved = effort_edition(session)
        if saved.edition != before.edition:
            subject = _("phiên bản {edition}").format(edition=saved.edition)
            changes = _changes(before.content, saved.content)
            record(session, identity, now, Deed.SAVE_EFFORTS, subject=subject, changes=changes)
        return saved


@dataclass(frozen=True)
class UsableEfforts:
    """An effort table as the cheapest path takes it, for the sets of one period.

    unused: rows that name a criterion or unit that this period does not have.
    """

    table: EffortTable
    ceilings: tuple[Ceiling, ...]
    unused: tuple[EffortLineRecord, ...]


def usable_efforts(content: EffortContent, scope: EffortScope) -> UsableEfforts:
    """The table for a period. Rows that do not fit its sets stay aside and are named."""
    rows: list[EffortRow] = []
    unused: list[EffortLineRecord] = []
    for line in content.lines:
        chosen = scope.sets.get(line.level)
        known = line.unit_code is None or any(u.code == line.unit_code for u in scope.units.get(line.level, ()))
        if chosen is None or line.criterion not in chosen.by_code or not known:
            unused.append(line)
            continue
        rows.append(
            EffortRow(
                chosen.id,
                line.criterion,
                StepLevel(line.step),
                line.amount,
                line.unit_code,
                line.owner,
                line.months,
                line.project,
            )
        )
    default = DefaultEffort(content.for_all_points, content.least, content.months)
    ceilings = tuple(Ceiling(month, c.amount, c.owner) for c in content.ceilings for month in c.months)
    return UsableEfforts(EffortTable(tuple(rows), default, content.measure.value), ceilings, tuple(unused))
