"""What the floors above read from the data and write to it. Reads give immutable values, never table objects."""

import calendar
import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Exists, Select, and_, exists, func, insert, select
from sqlalchemy.orm import Session

from criteria import CriteriaSet, input_keys, sound_set
from criteria.levels import level_names
from criteria.model import Level
from data.lineage import UnitKey
from data.models import (
    LEVELS,
    CriteriaSetVersion,
    DataVersion,
    Input,
    InputOrigin,
    InputState,
    Period,
    PeriodCriteriaSet,
    RankingList,
    RankingListMember,
    ReleaseDecision,
    SetRelease,
    Snapshot,
    Unit,
    UnitTrait,
)
from data.ranking_lists import order_of
from language import _, format_month

_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A period; its units are those valid on `unit_date`."""

    id: int
    year: int
    name: str
    state: str
    origin: str
    unit_date: dt.date


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """A month's end inside a period; a closed one takes no more inputs."""

    month: int
    as_of: dt.date
    closed: bool


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit of a period. Inside one period its code alone names it."""

    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    level: Level
    type_vi: str
    name_vi: str
    name_en: str | None
    parent_code: str | None
    folded: str
    attested: str

    @property
    def key(self) -> UnitKey:
        """What names it across periods: its code alone is used again by the state."""
        return UnitKey(self.code, self.valid_from)


@dataclass(frozen=True, slots=True)
class RankingListRecord:
    """A ranking list with the codes of its units, in Vietnamese order."""

    code: str
    level: Level
    name_vi: str
    name_en: str | None
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriteriaSetText:
    """A stored version of a criteria set. released: by two people."""

    set_id: str
    version: str
    level: str
    year: int
    status: str
    text: str
    sha256: str
    released: bool


@dataclass(frozen=True, slots=True)
class UnitTraits:
    """What a unit has in a period, as far as criteria depend on it."""

    unit_code: str
    has_public_services: bool
    has_communes: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One input of a unit as a snapshot sees it: a number or a text, or not applicable with its reason."""

    unit_code: str
    criterion: str
    key: str
    number: float | None
    text: str | None
    state: str
    reason: str | None
    approver: str | None
    origin: str
    month_reported: int


@dataclass(frozen=True, slots=True)
class InputValue:
    """One input to be stored. `expected_version`: the version the writer has seen, 0 for none; None does not ask."""

    unit_code: str
    criterion: str
    key: str
    number: float | None = None
    text: str | None = None
    state: InputState = InputState.GIVEN
    reason: str | None = None
    approver: str | None = None
    origin: InputOrigin = InputOrigin.SELF_ASSESSED
    expected_version: int | None = None


class InputsRefusedError(ValueError):
    """Inputs that cannot be stored, with every fault as a sentence. Nothing of them is stored."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def data_version(session: Session) -> int:
    """The counter that every write transaction raises."""
    return session.execute(select(DataVersion.version)).scalar_one()


# Asked many times in a run of a page, so made ready once.
_PERIODS = select(Period.id, Period.year, Period.name, Period.state, Period.origin, Period.unit_date).order_by(
    Period.origin.desc(), Period.year.desc(), Period.id.desc()
)


def periods(session: Session) -> tuple[PeriodRecord, ...]:
    """All periods: those of the office before those of the demonstration, each the newest year first."""
    return tuple(PeriodRecord(*row) for row in session.execute(_PERIODS))


def snapshots(session: Session, period_id: int) -> tuple[SnapshotRecord, ...]:
    """The snapshots of a period, by month."""
    query = select(Snapshot.month, Snapshot.as_of, Snapshot.closed).where(Snapshot.period_id == period_id)
    return tuple(SnapshotRecord(*row) for row in session.execute(query.order_by(Snapshot.month)))


def _of_period(query: Select[*_Columns], period_id: int, level: Level) -> Select[*_Columns]:
    """Keeps the units of a level that are valid on the period's unit date, in Vietnamese order."""
    return (
        query.join(Period, Period.id == period_id)
        .where(
            Unit.level == level,
            Unit.valid_from <= Period.unit_date,
            Unit.valid_to.is_(None) | (Unit.valid_to >= Period.unit_date),
        )
        .order_by(Unit.sort_text, Unit.code)
    )


def units_of(session: Session, period_id: int, level: Level) -> tuple[UnitRecord, ...]:
    """The units of a level that are valid on the period's unit date, in Vietnamese order."""
    query = select(
        Unit.code,
        Unit.valid_from,
        Unit.valid_to,
        Unit.level,
        Unit.type_vi,
        Unit.name_vi,
        Unit.name_en,
        Unit.parent_code,
        Unit.folded,
        Unit.attested,
    ).select_from(Unit)
    return tuple(UnitRecord(*row) for row in session.execute(_of_period(query, period_id, level)))


def unit_traits(session: Session, period_id: int, level: Level) -> tuple[UnitTraits, ...]:
    """What the units of a level have in a period, in Vietnamese order."""
    trait = and_(
        UnitTrait.period_id == period_id,
        UnitTrait.unit_code == Unit.code,
        UnitTrait.unit_valid_from == Unit.valid_from,
    )
    query = select(Unit.code, UnitTrait.has_public_services).select_from(Unit).join(UnitTrait, trait)
    parents = {unit.parent_code for unit in units_of(session, period_id, "commune")}
    return tuple(
        UnitTraits(code, has_services, code in parents)
        for code, has_services in session.execute(_of_period(query, period_id, level))
    )


def ranking_lists(session: Session, period_id: int, level: Level) -> tuple[RankingListRecord, ...]:
    """The ranking lists of a level that have members in a period: the whole level first, the others by name."""
    members = (
        select(RankingListMember.list_code, Unit.code)
        .join(
            Unit,
            and_(Unit.code == RankingListMember.unit_code, Unit.valid_from == RankingListMember.unit_valid_from),
        )
        .where(RankingListMember.period_id == period_id)
        .order_by(Unit.sort_text, Unit.code)
    )
    of_list: dict[str, list[str]] = {}
    for list_code, unit_code in session.execute(members):
        of_list.setdefault(list_code, []).append(unit_code)
    stored = session.scalars(select(RankingList).where(RankingList.level == level))
    lists = sorted(stored, key=lambda entry: order_of(entry.code, entry.name_vi))
    return tuple(
        RankingListRecord(entry.code, level, entry.name_vi, entry.name_en, tuple(of_list[entry.code]))
        for entry in lists
        if entry.code in of_list
    )


def is_released() -> Exists:
    """Whether a version of a criteria set is released, as a column of a query of versions."""
    return exists().where(
        SetRelease.criteria_set_version_id == CriteriaSetVersion.id,
        SetRelease.decision == ReleaseDecision.CONFIRMED.value,
    )


def criteria_set_text(session: Session, period_id: int, level: Level) -> CriteriaSetText:
    """The criteria set that a period uses at a level. Raises LookupError when it uses none there."""
    query = (
        select(
            CriteriaSetVersion.set_id,
            CriteriaSetVersion.version,
            CriteriaSetVersion.level,
            CriteriaSetVersion.year,
            CriteriaSetVersion.status,
            CriteriaSetVersion.text,
            CriteriaSetVersion.sha256,
            is_released(),
        )
        .join(PeriodCriteriaSet, PeriodCriteriaSet.criteria_set_version_id == CriteriaSetVersion.id)
        .where(PeriodCriteriaSet.period_id == period_id, PeriodCriteriaSet.level == level)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise LookupError(
            _("{level}: kỳ đánh giá {period} chưa chọn bộ chỉ số; hãy chọn một phiên bản trước.").format(
                period=period_id, level=level_names()[level]
            )
        )
    return CriteriaSetText(*row)


def parsed_set(stored: CriteriaSetText) -> CriteriaSet:
    """The criteria set of a stored text, read once per text. Raises CriteriaSetError when the text is faulty."""
    return sound_set(stored.text, f"{stored.set_id} {stored.version}")


def cells(session: Session, period_id: int, level: Level, month: int) -> tuple[Cell, ...]:
    """The inputs of a level as the snapshot of a month sees them: per unit, criterion and input the latest row.

    Missing inputs have no cell. The order is not fixed: what is computed from cells must not depend on it.
    """
    key = (Input.period_id, Input.unit_code, Input.unit_valid_from, Input.criterion, Input.input_key)
    of_level = select(Unit.code).where(Unit.level == level)
    latest = (
        select(*key, func.max(Input.month).label("month"))
        .where(Input.period_id == period_id, Input.unit_code.in_(of_level), Input.month <= month)
        .group_by(*key)
        .subquery()
    )
    same = and_(*(getattr(latest.c, column.key) == column for column in key), latest.c.month == Input.month)
    query = select(
        Input.unit_code,
        Input.criterion,
        Input.input_key,
        Input.number,
        Input.text,
        Input.state,
        Input.reason,
        Input.approver,
        Input.origin,
        Input.month,
    ).join(latest, same)
    return tuple(Cell(*row) for row in session.execute(query))


_Key = tuple[str, str, str]


def _value_faults(value: InputValue, place: str) -> Iterator[str]:
    """Faults of a value by itself."""
    numbers = (value.number is not None) + (value.text is not None)
    if value.number is not None and not math.isfinite(value.number):
        yield _("{place}: giá trị {value} không phải là một số hữu hạn; hãy ghi một số.").format(
            place=place, value=value.number
        )
    if value.state == InputState.GIVEN and numbers != 1:
        yield _("{place}: cần đúng một giá trị, số hoặc chữ, nhưng có {count}; hãy ghi lại giá trị.").format(
            place=place, count=numbers
        )
    if value.state == InputState.GIVEN and (value.reason or value.approver):
        yield _("{place}: có giá trị thì không ghi lý do không áp dụng; hãy bỏ lý do và người duyệt.").format(
            place=place
        )
    if value.state == InputState.NOT_APPLICABLE and numbers:
        yield _("{place}: đã ghi không áp dụng thì không ghi giá trị; hãy bỏ giá trị.").format(place=place)
    if value.state == InputState.NOT_APPLICABLE and not (value.reason and value.approver):
        yield _("{place}: không áp dụng phải có lý do và vai trò của người duyệt; hãy ghi đủ cả hai.").format(
            place=place
        )


def _known_inputs(session: Session, period_id: int, levels: set[str]) -> dict[str, dict[str, frozenset[str]]]:
    """Input keys by level and criterion; a level without a criteria set has none."""
    used = set(session.scalars(select(PeriodCriteriaSet.level).where(PeriodCriteriaSet.period_id == period_id)))
    known: dict[str, dict[str, frozenset[str]]] = {}
    for level in LEVELS:
        if level in levels & used:
            criteria_set = parsed_set(criteria_set_text(session, period_id, level))
            known[level] = {c.code: frozenset(input_keys(c.rule)) for c in criteria_set.criteria}
    return known


def _place_faults(value: InputValue, level: Level, known: dict[str, frozenset[str]], place: str) -> Iterator[str]:
    """Faults of where a value would stand."""
    keys = known.get(value.criterion)
    if keys is None:
        yield _("{place}: bộ chỉ số «{level}» của kỳ này không có chỉ số này; hãy kiểm tra mã chỉ số.").format(
            place=place, level=level_names()[level]
        )
    elif value.key not in keys:
        yield _("{place}: chỉ số này không có số liệu {key!r}, chỉ có: {keys}.").format(
            place=place, key=value.key, keys=", ".join(sorted(keys))
        )


def _version_faults(value: InputValue, stored: Input | None, place: str) -> Iterator[str]:
    current = stored.version if stored else 0
    if value.expected_version is not None and value.expected_version != current:
        yield _(
            "{place}: số liệu đã được người khác sửa (đang là lần ghi {current}, bạn đã xem lần ghi {seen}); "
            "hãy tải lại rồi sửa trên số liệu mới."
        ).format(place=place, current=current, seen=value.expected_version)


def _open_snapshot(session: Session, period_id: int, month: int) -> None:
    period, snapshot = session.get(Period, period_id), session.get(Snapshot, (period_id, month))
    if period is None:
        raise InputsRefusedError([_("Không có kỳ đánh giá {period}; hãy chọn một kỳ khác.").format(period=period_id)])
    shown = format_month(period.year, month)
    if snapshot is None:
        raise InputsRefusedError(
            [_("Kỳ đánh giá không có tháng {month}; hãy chọn một tháng khác.").format(month=shown)]
        )
    if snapshot.closed:
        raise InputsRefusedError([_("Số liệu tháng {month} đã chốt; hãy ghi vào tháng đang mở.").format(month=shown)])


def _stored_inputs(session: Session, period_id: int, month: int, codes: set[str]) -> dict[_Key, Input]:
    query = select(Input).where(Input.period_id == period_id, Input.month == month, Input.unit_code.in_(codes))
    return {(row.unit_code, row.criterion, row.input_key): row for row in session.scalars(query)}


def _faults(
    session: Session,
    period_id: int,
    values: Sequence[InputValue],
    units: dict[str, UnitRecord],
    stored: dict[_Key, Input],
) -> Iterator[str]:
    known = _known_inputs(session, period_id, {unit.level for unit in units.values()})
    seen: set[_Key] = set()
    for value in values:
        key = (value.unit_code, value.criterion, value.key)
        place = _("Đơn vị {unit}, chỉ số {criterion}, số liệu {key}").format(
            unit=value.unit_code, criterion=value.criterion, key=value.key
        )
        if key in seen:
            yield _("{place}: có hai giá trị trong một lần ghi; hãy giữ lại một.").format(place=place)
        seen.add(key)
        yield from _value_faults(value, place)
        unit = units.get(value.unit_code)
        if unit is None:
            yield _("{place}: kỳ này không có đơn vị mang mã này; hãy kiểm tra mã đơn vị.").format(place=place)
            continue
        yield from _place_faults(value, unit.level, known.get(unit.level, {}), place)
        yield from _version_faults(value, stored.get(key), place)


def _content(value: InputValue) -> dict[str, object]:
    return {
        "number": None if value.number is None else float(value.number),
        "text": value.text,
        "state": value.state.value,
        "reason": value.reason,
        "approver": value.approver,
        "origin": value.origin.value,
    }


def _update(row: Input, content: dict[str, object]) -> bool:
    """Whether the row had to change."""
    changed = {name: new for name, new in content.items() if getattr(row, name) != new}
    for name, new in changed.items():
        setattr(row, name, new)
    return bool(changed)


def store_inputs(session: Session, period_id: int, month: int, values: Sequence[InputValue]) -> int:
    """Stores inputs as reported in a month, all or nothing; gives the number of rows that are new or changed.

    To be called in a write session. Inputs that are not sent stay as they are; a value equal to the stored one
    leaves its row alone. Raises InputsRefusedError with every fault: an unknown or closed month, an unknown unit,
    criterion or input, a value without content, a not applicable without reason, a row somebody else has changed.
    """
    _open_snapshot(session, period_id, month)
    units = {unit.code: unit for level in LEVELS for unit in units_of(session, period_id, level)}
    units = {code: units[code] for code in {value.unit_code for value in values} if code in units}
    stored = _stored_inputs(session, period_id, month, set(units))
    faults = list(_faults(session, period_id, values, units, stored))
    if faults:
        raise InputsRefusedError(faults)
    new, changed = [], 0
    for value in values:
        row, content = stored.get((value.unit_code, value.criterion, value.key)), _content(value)
        if row is not None:
            changed += _update(row, content)
            continue
        place = {"period_id": period_id, "month": month, "criterion": value.criterion, "input_key": value.key}
        unit = {"unit_code": value.unit_code, "unit_valid_from": units[value.unit_code].valid_from}
        new.append({**place, **unit, **content, "version": 1})
    session.flush()
    if new:
        session.connection().execute(insert(Input), new)
    return len(new) + changed


def open_month(session: Session, period_id: int, month: int) -> None:
    """Adds the snapshot of a month to a period, open; one that is there stays as it is.

    To be called in a write session. Raises sqlalchemy.exc.NoResultFound for a period that is not there.
    """
    if session.get(Snapshot, (period_id, month)) is not None:
        return
    year = session.get_one(Period, period_id).year
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    session.add(Snapshot(period_id=period_id, month=month, as_of=last, closed=False))
    session.flush()


def use_criteria_set(session: Session, period_id: int, level: Level, version: CriteriaSetVersion) -> None:
    """Makes a period use a stored version at a level, instead of the one it used before. To be called in a write session.

    Does not ask whether inputs that are stored already fit it: the caller does.
    """
    used = session.get(PeriodCriteriaSet, (period_id, level))
    if used is None:
        session.add(PeriodCriteriaSet(period_id=period_id, level=level, criteria_set_version_id=version.id))
    else:
        used.criteria_set_version_id = version.id
    session.flush()
